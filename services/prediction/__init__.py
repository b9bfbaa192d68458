"""The prediction service: models of the registry answer RPCs, and say what would change their answer."""
