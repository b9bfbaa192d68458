"""The API's documentation, made from the contracts and their comments."""
