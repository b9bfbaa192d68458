"""Trains the models that the prediction service ships; serving imports nothing of it.

What every domain needs lies here; each domain has a package of its own with its data, recipe and protocols.
"""
