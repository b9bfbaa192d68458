"""Words advice with a small language model whose every number is a fact that it was given."""
