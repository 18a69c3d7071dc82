"""Models of responses; import them from here."""

from responses.models.correspondence import IncomingMessage, Survey
from responses.models.decisions import Decision, DecisionLine, LegalLimit, LegalNote
from responses.models.letters import (
    Approval,
    Letter,
    LetterRevision,
    LetterTemplate,
    Remark,
    SigningFailure,
)
from responses.models.mail import OutgoingMail
from responses.models.money import Compensation, CostEntry

__all__ = [
    "Approval",
    "Compensation",
    "CostEntry",
    "Decision",
    "DecisionLine",
    "IncomingMessage",
    "LegalLimit",
    "LegalNote",
    "Letter",
    "LetterRevision",
    "LetterTemplate",
    "OutgoingMail",
    "Remark",
    "SigningFailure",
    "Survey",
]
