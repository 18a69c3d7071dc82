"""Dialogs for facts, sources and the team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from claims.models import Claim
from core import clock
from core.actors import Actor
from core.kept_files import files_of
from core.text import whole_number
from investigations import commands, selectors
from investigations.dialogs import answer_dialog, on_claim
from investigations.forms import (
    CheckForm,
    FactForm,
    MemberForm,
    ReasonForm,
    RoleForm,
    SourceForm,
    SupersedeForm,
)
from investigations.panels import after, dialog_on
from investigations.policies import can_name_team, can_write_facts


@on_claim(can_write_facts)
def state(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """State a fact, maybe for a cause, a why or a source at once."""
    rests = _what_rests_on_it(request, claim)
    form = FactForm(request.POST or None, files_of(request), initial={"observed_at": clock.now()})
    dialog = dialog_on(
        claim,
        "facts",
        "causes",
        "whys",
        "sources",
        title=_("New fact"),
        submit=_("Add the fact"),
        form=form,
        run=lambda data: commands.state_fact(actor=actor, claim=claim, **data, **rests),
        intro=_("For: %(what)s") % {"what": next(iter(rests.values()))} if rests else "",
        said=_("Fact added"),
    )
    return answer_dialog(request, dialog)


def _what_rests_on_it(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    """The row named in the address. Raises DoesNotExist for one of another claim."""
    asked = request.GET
    if (pk := whole_number(asked.get("cause", ""))) is not None:
        return {"cause": selectors.list_causes(claim).get(pk=pk)}
    if (pk := whole_number(asked.get("why", ""))) is not None:
        return {"why": selectors.list_whys(claim).get(pk=pk)}
    if (pk := whole_number(asked.get("source", ""))) is not None:
        return {"plan_source": selectors.list_sources(claim).get(pk=pk)}
    return {}


@on_claim(can_write_facts)
def supersede(request: HttpRequest, actor: Actor, claim: Claim, fact: int) -> HttpResponse:
    """State a better fact in the place of one."""
    old = selectors.live_facts(claim).get(number=fact)
    initial = {"text": old.text, "source": old.source, "observed_at": clock.now()}
    dialog = dialog_on(
        claim,
        "facts",
        "causes",
        "whys",
        "sources",
        "trace",
        "finding",
        title=_("Supersede F%(number)d") % {"number": fact},
        submit=_("Supersede"),
        form=SupersedeForm(request.POST or None, files_of(request), initial=initial),
        run=lambda data: commands.supersede_fact(actor=actor, claim=claim, fact=old, **data),
        intro=_(
            "A fact is never edited. The old one stays readable; what rested on it is linked anew."
        ),
        said=_("F%(number)d superseded") % {"number": fact},
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts, "POST")
def begin_plan(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """Make the plan of the round."""
    commands.begin_plan(actor=actor, claim=claim)
    return after(request, claim, _("The plan is ready"), "sources")


@on_claim(can_write_facts)
def add_source(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """A source of one's own."""
    dialog = dialog_on(
        claim,
        "sources",
        title=_("Further source"),
        submit=_("Add the source"),
        form=SourceForm(request.POST or None),
        run=lambda data: commands.add_source(actor=actor, claim=claim, **data),
        said=_("Source added"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts)
def check_source(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Check a source off."""
    source = selectors.list_sources(claim).get(pk=pk)
    dialog = dialog_on(
        claim,
        "sources",
        title=_("Check off: %(source)s") % {"source": source},
        submit=_("Check off"),
        form=CheckForm(request.POST or None, claim=claim, source=source),
        run=lambda data: commands.check_source(actor=actor, claim=claim, source=source, **data),
        said=_("%(source)s checked") % {"source": source},
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts)
def reopen_source(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Look into a source again."""
    source = selectors.list_sources(claim).get(pk=pk)
    dialog = dialog_on(
        claim,
        "sources",
        title=_("Reopen: %(source)s") % {"source": source},
        submit=_("Reopen"),
        form=ReasonForm(request.POST or None),
        run=lambda data: commands.reopen_source(actor=actor, claim=claim, source=source, **data),
        said=_("%(source)s is open again") % {"source": source},
    )
    return answer_dialog(request, dialog)


@on_claim(can_name_team)
def add_member(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """Put a person into the team."""
    dialog = dialog_on(
        claim,
        "team",
        title=_("Name a person"),
        submit=_("Add to the team"),
        form=MemberForm(request.POST or None, claim=claim),
        run=lambda data: commands.add_member(actor=actor, claim=claim, **data),
        intro=_("Whoever is in the team sees this claim and may write to the investigation."),
        said=_("Added to the team"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_name_team)
def set_role(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Another part for a member."""
    member = selectors.team_members(claim).get(pk=pk)
    initial = {"role": member.role, "version": member.version}
    dialog = dialog_on(
        claim,
        "team",
        title=_("Part of %(name)s") % {"name": member},
        submit=_("Save"),
        form=RoleForm(request.POST or None, initial=initial),
        run=lambda data: commands.set_member_role(actor=actor, claim=claim, member=member, **data),
        intro=_("A new leader takes over; the one before stays as a member."),
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_name_team, "POST")
def remove_member(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Take a person out of the team."""
    member = selectors.team_members(claim).get(pk=pk)
    said = _("%(name)s is no longer in the team") % {"name": member}
    commands.remove_member(actor=actor, claim=claim, member=member)
    return after(request, claim, said, "team")
