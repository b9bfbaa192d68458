"""What would change a prediction: the feasible changes of a design's levers, each asked of the model.

Generic over messages with levers; knows nothing of transport or of any domain.
"""
