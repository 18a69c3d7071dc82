"""Reading notices and containment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from accounts.selectors import list_with_role
from claims.models import Claim
from claims.states import FINISHED_STEPS
from core import clock
from core.actors import Actor
from core.api.auth import Scope
from core.ui.due import standing
from events.models import Delivery
from masterdata.models import Lot, Site
from notifications.levels import Level, ReminderState
from notifications.models import (
    ChatRoom,
    ContainmentOrder,
    ContainmentRequest,
    FallbackList,
    Message,
    NamedRecipient,
    Notice,
    NotificationRule,
    Reminder,
)
from notifications.policies import (
    visible_dead_messages,
    visible_notices,
    visible_orders,
    visible_rooms,
)
from notifications.recipients import Key
from notifications.states import HOLDING, Channel, ContainmentKind, MessageState, Occasion
from notifications.wording import worked

TELLING = (Occasion.REPORTED, Occasion.NOTIFY)
HANDLER_PREFIX = "notifications.tell"


def list_orders(claim: Claim) -> QuerySet[ContainmentOrder]:
    """The containment orders of a claim with all that is said of them, first to last."""
    return (
        ContainmentOrder.objects.filter(claim=claim)
        .select_related(
            "lot", "line", "shipment", "executor", "ordered_by", "executed_by", "lifted_by"
        )
        .order_by("pk")
    )


def orders_with_evidence(claim: Claim) -> QuerySet[ContainmentOrder]:
    """The same with the files that show that they were executed."""
    return list_orders(claim).prefetch_related("evidence")


def get_order(actor: Actor, pk: int) -> ContainmentOrder:
    """An order on a claim the actor may read; ContainmentOrder.DoesNotExist otherwise."""
    return (
        visible_orders(actor)
        .select_related("claim__site", "lot", "line", "shipment", "executor")
        .get(pk=pk)
    )


def orders_to_execute(claims: QuerySet[Claim] | None = None) -> QuerySet[ContainmentOrder]:
    """Orders that nobody has executed or lifted, of `claims` if given."""
    orders = ContainmentOrder.objects.filter(executed_at=None, lifted_at=None)
    return orders if claims is None else orders.filter(claim__in=claims)


def orders_in_force() -> QuerySet[ContainmentOrder]:
    """Orders that hold something now, executed or not."""
    return ContainmentOrder.objects.filter(kind__in=HOLDING, lifted_at=None)


def orders_holding(lot: Lot) -> QuerySet[ContainmentOrder]:
    """What blocks a lot now, first to last, on whatever claims."""
    rows = ContainmentOrder.objects.filter(kind=ContainmentKind.BLOCK_LOT, lot=lot, lifted_at=None)
    return rows.select_related("claim", "lot").order_by("ordered_at", "pk")


@dataclass(frozen=True)
class Hold:
    """An order that blocks a lot; `number` is that of its claim, "" for who may not see it."""

    order: ContainmentOrder
    number: str


def list_holds(actor: Actor, lot: Lot) -> list[Hold]:
    """Why a lot is blocked. That it is concerns everybody; by which claim, those who may see it.

    A program needs the scope for claims besides that for master data.
    """
    orders = list(orders_holding(lot))
    blind = actor.client and Scope.CLAIMS_READ not in actor.scopes
    seen = set(
        visible_orders(actor)
        .filter(pk__in=[each.pk for each in orders])
        .values_list("pk", flat=True)
    )
    return [
        Hold(each, each.claim.number if each.pk in seen and not blind else "") for each in orders
    ]


def open_requests() -> QuerySet[ContainmentRequest]:
    """Wishes to stop something that nobody has answered, by an order or by a reason."""
    return ContainmentRequest.objects.filter(answered_at=None, claim__containment_waiver="")


def open_requests_of(claim: Claim) -> list[ContainmentRequest]:
    """Those about one claim."""
    return list(open_requests().filter(claim=claim))


def fallback_of(site: Site) -> FallbackList | None:
    """The fallback list of a site, if somebody has written one."""
    return FallbackList.objects.filter(site=site).prefetch_related("people").first()


@dataclass(frozen=True)
class Fallback:
    """Who is told at a site when no rule names a person."""

    site: Site
    chosen: list[User]
    managers: list[User]

    @property
    def people(self) -> list[User]:
        """Those who would be told now."""
        return self.chosen or self.managers


def list_fallbacks() -> list[Fallback]:
    """One for each active site, by its code."""
    living = {
        each.site_id: [user for user in each.people.all() if user.is_active]
        for each in FallbackList.objects.prefetch_related("people")
    }
    return [
        Fallback(
            site,
            living.get(site.pk, []),
            list(list_with_role(Role.QUALITY_MANAGER, site_id=site.pk)),
        )
        for site in Site.objects.filter(is_active=True).order_by("code")
    ]


def list_rules() -> QuerySet[NotificationRule]:
    """The whole notification list, rules switched off too, with all that they name."""
    rows = NotificationRule.objects.select_related("site", "family", "defect_group", "customer")
    return rows.prefetch_related("departments", "people", "rooms").order_by("pk")


def list_rooms(actor: Actor) -> QuerySet[ChatRoom]:
    """The chat rooms by name, for those who look after them."""
    return visible_rooms(actor).select_related("site").order_by("name")


def rooms_in_use() -> QuerySet[ChatRoom]:
    """Rooms that rules may name; their names are no secret, their addresses are."""
    return ChatRoom.objects.filter(is_active=True).order_by("name")


def list_named(claim: Claim) -> QuerySet[NamedRecipient]:
    """Those named by hand, first to last."""
    return claim.named_recipients.select_related("user")


def notices_of(claim: Claim) -> QuerySet[Notice]:
    """Every notice of a claim, oldest first, with recipient and message."""
    rows = claim.notices.select_related(
        "user__department", "room", "message", "handed_over_by", "confirmed_by"
    )
    return rows.order_by("pk")


def list_notices(claim: Claim) -> list[Notice]:
    """The same, read."""
    return list(notices_of(claim))


def get_notice(actor: Actor, pk: int) -> Notice:
    """One of those the actor may read; Notice.DoesNotExist otherwise."""
    rows = visible_notices(actor).select_related(
        "claim__customer", "order", "event", "user", "confirmed_by"
    )
    return rows.get(pk=pk)


def inbox(actor: Actor) -> QuerySet[Notice]:
    """The person's notices in the product, newest first."""
    rows = visible_notices(actor).select_related("claim__customer", "order", "event", "user")
    return rows.order_by("-pk")


def unconfirmed(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those that still wait for a confirmation."""
    return notices.filter(needs_confirmation=True, confirmed_at=None, handed_over_at=None)


def unseen(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those that the person has not looked at."""
    return notices.filter(seen_at=None)


def unseen_in_app(user: User) -> QuerySet[Notice]:
    """Notices in the product that the person has not looked at."""
    return unseen(Notice.objects.filter(user=user, channel=Channel.IN_APP))


def asked_for_interim_reply() -> QuerySet[Claim]:
    """Open claims whose owner was asked for an interim reply and whose customer heard nothing."""
    asked = Reminder.objects.filter(
        claim=OuterRef("pk"), level=Level.HALF, state=ReminderState.SENT
    )
    silent = Claim.objects.filter(first_response_at=None, final_response_at=None)
    return silent.exclude(step__in=FINISHED_STEPS).filter(Exists(asked))


def unsent_notices() -> QuerySet[Notice]:
    """Notices whose message has died and that nobody has handed over another way."""
    return Notice.objects.filter(message__state=MessageState.DEAD, handed_over_at=None)


def dead_messages(actor: Actor) -> QuerySet[Message]:
    """Messages that could not be sent, of claims the actor coordinates, with their notices."""
    rows = visible_dead_messages(actor).exclude(notice__claim__step__in=FINISHED_STEPS)
    return rows.select_related(
        "notice__claim", "notice__user", "notice__room", "notice__order", "notice__event"
    )


def overdue_messages(limit: timedelta) -> QuerySet[Message]:
    """E-mails that should have gone out more than `limit` ago: nobody sends, or no server takes."""
    waiting = [MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED]
    return Message.objects.filter(state__in=waiting, next_at__lt=clock.now() - limit)


def is_being_told(claim: Claim) -> bool:
    """Whether the relay still has to create notices of this claim (or gave up on it)."""
    waiting = Delivery.objects.filter(handler__startswith=HANDLER_PREFIX, done_at=None)
    return waiting.filter(event__claim_id=claim.pk).exists()


@dataclass
class Told:
    """One recipient of a claim as the "notified" list shows it: all their notices together."""

    notices: list[Notice]

    @property
    def first(self) -> Notice:
        """The notice that speaks for them: in the product if there is one."""
        inside = (each for each in self.notices if each.channel == Channel.IN_APP)
        return next(inside, self.notices[0])

    @property
    def confirmed_at(self) -> datetime | None:
        """When they first confirmed having read."""
        return min((each.confirmed_at for each in self.notices if each.confirmed_at), default=None)

    @property
    def aware_words(self) -> str:
        """How much working time passed from sending to confirming; "" while it is not confirmed."""
        found = [each.time_to_aware for each in self.notices if each.time_to_aware is not None]
        return worked(min(found)) if found else ""

    @property
    def handed_over(self) -> Notice | None:
        """The notice that was replaced by a call or a visit."""
        return next((each for each in self.notices if each.handed_over_at), None)

    @property
    def needs_confirmation(self) -> bool:
        """Whether they were asked to confirm."""
        return any(each.needs_confirmation for each in self.notices)

    @property
    def waits(self) -> bool:
        """Asked, and neither confirmed nor told another way."""
        return self.needs_confirmation and not (self.confirmed_at or self.handed_over)

    @property
    def due_words(self) -> str:
        """By when the confirmation is due, or how late it is."""
        due_at = self.first.due_at
        return standing(due_at).words if due_at is not None else ""

    @property
    def unsent(self) -> Notice | None:
        """The notice whose message could not be sent."""
        return next((each for each in self.notices if _is_dead(each)), None)

    @property
    def pending(self) -> bool:
        """A message is still on its way."""
        return any(not (each.sent_at or each.handed_over_at) for each in self.notices)


def _is_dead(notice: Notice) -> bool:
    message = getattr(notice, "message", None)
    dead = isinstance(message, Message) and message.state == MessageState.DEAD
    return dead and notice.handed_over_at is None


def told_of(notices: Iterable[Notice]) -> list[Told]:
    """Recipients, those who need something first; only of the claim itself, not of orders."""
    found: dict[Key, Told] = {}
    for each in notices:
        if each.occasion in TELLING:
            found.setdefault(each.recipient_key, Told([])).notices.append(each)
    return sorted(found.values(), key=_urgency)


def _urgency(told: Told) -> int:
    """Those for whom something has to be done come first."""
    return 0 if told.unsent else 1 if told.waits else 2


def unsettled(claim: Claim) -> QuerySet[Notice]:
    """Notices about the claim itself that are neither sent nor handed over.

    Those to chat rooms hold nothing up: nobody answers for a room, nor can it be rung up.
    """
    rows = Notice.objects.filter(claim=claim, occasion__in=TELLING, sent_at=None, room=None)
    return rows.filter(handed_over_at=None).select_related("user", "message")


def is_acknowledged(claim: Claim) -> bool:
    """Whether one of those asked has confirmed, or was told another way; or nobody was asked."""
    asked = Notice.objects.filter(claim=claim, needs_confirmation=True)
    asked = asked.exclude(occasion=Occasion.UNANSWERED)  # says that the list has a hole, no more
    if not asked.exists():
        return True
    return asked.filter(~Q(confirmed_at=None) | ~Q(handed_over_at=None)).exists()


@dataclass(frozen=True)
class Summary:
    """How far the confirmations are: of `asked` people `done`, the last `took` after the first."""

    asked: int
    done: int
    took: timedelta | None

    @property
    def complete(self) -> bool:
        """Everybody asked has confirmed or was told another way."""
        return bool(self.asked) and self.done == self.asked


def summary_of(told: Sequence[Told]) -> Summary:
    """The summary over the header of the "notified" list."""
    asked = [each for each in told if each.needs_confirmation]
    done = [each for each in asked if not each.waits]
    moments = [each.confirmed_at for each in done if each.confirmed_at]
    took = None
    if moments and len(done) == len(asked):
        took = max(moments) - min(each.first.created_at for each in asked)
    return Summary(len(asked), len(done), took)
