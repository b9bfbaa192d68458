"""Serves gRPC services over HTTP as their google.api.http options say.

It is general: any descriptor set, any channels. Of Steward it knows only the form and the reasons of errors.
Streams of requests, streams of responses that `forms` refuses, and the parts of google.api.http that `rules` and
`binding` refuse, stop start-up with `UnsupportedAnnotation`.
"""

from gateway.transcoder.app import ChannelFor, Observe, Transcoder, TranscoderSettings
from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.problem import Problems, Reply
from gateway.transcoder.rules import UnsupportedAnnotation

__all__ = [
    "ChannelFor",
    "Contracts",
    "Observe",
    "Problems",
    "Reply",
    "Transcoder",
    "TranscoderSettings",
    "UnsupportedAnnotation",
]
