"""The language model over HTTP as OpenAI's clients expect it: chat completions and the list of models.

It is a face of steward.advice.v1.GenerationService and adds nothing to it. What the API has and the service does not is
refused by name, because a parameter that is ignored in silence changes what comes out.
"""

from gateway.openai.routes import openai_routes

__all__ = ["openai_routes"]
