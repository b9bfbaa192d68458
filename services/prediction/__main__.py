"""Starts the prediction service: python -m services.prediction."""

from services.kit.process import main
from services.prediction.app import serve
from services.prediction.settings import PredictionSettings

if __name__ == "__main__":
    main(PredictionSettings, serve)
