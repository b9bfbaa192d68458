"""Evaluates advice as it is served: `make eval-advice` writes docs/models/advice-evaluation.md."""
