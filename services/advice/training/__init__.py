"""How the language model that ships is made; serving never imports it."""
