"""Runs the advice service: ``python -m services.advice``."""

from services.advice.app import serve
from services.advice.settings import AdviceSettings
from services.kit.process import main

if __name__ == "__main__":
    main(AdviceSettings, serve)
