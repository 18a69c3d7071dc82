"""Who has a part in a claim, and what people say on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from claims import events
from claims.commands.base import locked_claim
from claims.models import Claim, Comment, ListColumns, Participant, SavedView, Visit
from claims.policies import can_comment, require
from claims.states import ParticipantRole
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from events.commands import record


def add_participant(*, claim: Claim, user: User, role: ParticipantRole) -> None:
    """Give a person a part in the claim (and with it sight of it); called inside a command."""
    Participant.objects.get_or_create(claim=claim, user=user, role=role)


def add_participants(*, claim: Claim, users: Iterable[User], role: ParticipantRole) -> None:
    """The same for many at once; parts they have already stay."""
    Participant.objects.bulk_create(
        [Participant(claim=claim, user=user, role=role) for user in users], ignore_conflicts=True
    )


def remove_participant(*, claim: Claim, user: User, role: ParticipantRole) -> None:
    """Take a part back, and with it the sight of the claim if no other reason remains."""
    Participant.objects.filter(claim=claim, user=user, role=role).delete()


def add_comment(*, actor: Actor, claim: Claim, text: str, mentions: Sequence[User] = ()) -> Comment:
    """Write an internal comment; those mentioned get a part in the claim.

    Raises NotPermitted, InvalidInput for an empty text.
    """
    if not text.strip():
        raise InvalidInput({"text": _("Write the comment first.")}, code="required")
    with locked_claim(claim) as fresh:
        require(can_comment(actor, fresh))
        comment = Comment.objects.create(
            claim=fresh, author=actor.user, author_label=actor.label, text=text.strip()
        )
        comment.mentions.set(mentions)
        add_participants(claim=fresh, users=mentions, role=ParticipantRole.MENTIONED)
        record(
            events.COMMENTED,
            actor=actor,
            subject=fresh,
            claim_id=fresh.pk,
            data={"text": comment.text, "mentions": [user.pk for user in mentions]},
        )
    return comment


def set_watching(*, actor: Actor, claim: Claim, watching: bool) -> None:
    """Follow the claim's news, or stop; a personal setting, no event."""
    if watching:
        add_participant(claim=claim, user=actor.user, role=ParticipantRole.WATCHER)
    else:
        remove_participant(claim=claim, user=actor.user, role=ParticipantRole.WATCHER)


def note_visit(*, actor: Actor, claim: Claim, last_event_id: int) -> None:
    """Remember up to which event the person has seen the claim."""
    Visit.objects.update_or_create(
        claim=claim,
        user=actor.user,
        defaults={"last_event_id": last_event_id, "at": clock.now()},
    )


def save_view(*, actor: Actor, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep the filters of the list under a name; the same name is overwritten.

    Raises InvalidInput for an empty name.
    """
    if not name.strip():
        raise InvalidInput({"name": _("Name the view.")}, code="required")
    view, _created = SavedView.objects.update_or_create(
        owner=actor.user,
        name=name.strip()[:80],
        defaults={"query": query, "is_shared": is_shared},
    )
    return view


def choose_columns(*, actor: Actor, columns: Sequence[str]) -> None:
    """Keep which columns of the list the person shows; none means the usual ones."""
    ListColumns.objects.update_or_create(user=actor.user, defaults={"columns": list(columns)})


def delete_view(*, actor: Actor, view: SavedView) -> None:
    """Forget a view of one's own. Raises NotPermitted for somebody else's."""
    require(view.owner_id == actor.user.pk)
    view.delete()
