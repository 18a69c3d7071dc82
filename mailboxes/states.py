"""The vocabulary of mail in; imports nothing of ours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Security(models.TextChoices):
    """How the connection to the mail server is encrypted."""

    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", _("none, only on this machine")


# The purpose for which passwords are encrypted; another one would open none of them.
SEALED_FOR = b"claims: mailbox passwords"
DEFAULT_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}


class Trouble(models.TextChoices):
    """Why a mailbox could not be read."""

    UNREACHABLE = "unreachable", _("The server does not answer. Check host, port and firewall.")
    INSECURE = "insecure", _("No encrypted connection came about. Check its kind and certificate.")
    REFUSED = "refused", _("The server refuses user or password.")
    FOLDER = "folder", _("The folder is not there, or may not be opened.")
    PASSWORD = "password", _("The stored password cannot be read any more. Enter it again.")
    STORAGE = "storage", _("A mail could not be stored here. Check the disk.")
    PROTOCOL = "protocol", _("The server answered something unexpected.")


class MailState(models.TextChoices):
    """Where a mail stands. Failed ones are tried again, dead ones need a person."""

    WAITING = "waiting", pgettext_lazy("mail", "waiting")
    DONE = "done", pgettext_lazy("mail", "done")
    IGNORED = "ignored", pgettext_lazy("mail", "ignored")
    FAILED = "failed", pgettext_lazy("mail", "failed, will be tried again")
    DEAD = "dead", pgettext_lazy("mail", "could not be processed")


OPEN_STATES = (MailState.WAITING, MailState.FAILED)
# What a person may set going again.
STUCK_STATES = (MailState.IGNORED, MailState.FAILED, MailState.DEAD)


class Result(models.TextChoices):
    """What became of a mail."""

    CLAIM = "claim", _("new claim")
    MESSAGE = "message", _("message from the customer")
    COMMENT = "comment", _("internal comment")
    BOUNCE = "bounce", _("a mail of ours came back")


class Reason(models.TextChoices):
    """Why a mail was left alone; it is kept and can still be made a claim."""

    AUTO_REPLY = "auto_reply", _("automatic reply")
    AUTOMATIC = "automatic", _("mass or automatic mail from an unknown sender")
    OWN = "own", _("sent by this system")
    BOUNCE = "bounce", _("report about a mail that is not known here")
    DELAYED = "delayed", _("report of a delay; the server keeps trying")
    TOO_MANY = "too_many", _("too many mails of this sender within an hour")
    DUPLICATE = "duplicate", _("the same mail was processed already")
    TOO_LARGE = "too_large", _("too large to be fetched; it is still in the mailbox")


class Handling(models.TextChoices):
    """How a mail is to be processed; other than usual when a person said so."""

    USUAL = "usual", _("as usual")
    UNGUARDED = "unguarded", _("although it was left alone")
    CLAIM = "claim", _("as a new claim")
