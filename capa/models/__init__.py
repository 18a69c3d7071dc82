"""Models of actions; import them from here."""

from capa.models.action import Action, ActionDocument, EffectivenessCheck
from capa.models.requests import Cancellation, Extension, NoActionReason, Request

__all__ = [
    "Action",
    "ActionDocument",
    "Cancellation",
    "EffectivenessCheck",
    "Extension",
    "NoActionReason",
    "Request",
]
