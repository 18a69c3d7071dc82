"""The page of one action and what people do there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors import acting_for
from capa import commands, selectors
from capa.forms import (
    CompleteForm,
    DecideForm,
    EditForm,
    ExtensionForm,
    LinkForm,
    ProgressForm,
    VerifyForm,
)
from capa.models import Action
from capa.policies import (
    can_ask_cancellation,
    can_carry_out,
    can_edit_action,
    can_mark_documents,
    can_verify_action,
    may_decide,
    require_may,
)
from claims.history import entries_of
from claims.selectors import get_claim
from core import pages
from core.actors import Actor
from core.kept_files import files_of
from investigations.dialogs import Dialog, answer_dialog
from investigations.forms import ReasonForm

ActionView = Callable[..., HttpResponse]


def on_action(
    may: Callable[[Actor, Action], bool], *methods: str
) -> Callable[[ActionView], Callable[..., HttpResponse]]:
    """A view of a visible action for those who `may`; it gets request, actor and action."""

    def decorate(view: ActionView) -> Callable[..., HttpResponse]:
        @login_required
        @require_http_methods(list(methods) or ["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, number: str, **rest: Any) -> HttpResponse:
            actor = Actor.of_request(request)
            action = selectors.get_action(actor, number)
            require_may(may(actor, action))
            return view(request, actor, action, **rest)

        return guarded

    return decorate


def _address(action: Action) -> str:
    return reverse("capa:action", args=[action.number])


def _dialog(action: Action, **values: Any) -> Dialog:
    return Dialog(back=_address(action), subject=action.number, **values)


@login_required
@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """What is done, by whom, by when, how it went and whether it worked."""
    actor = Actor.of_request(request)
    action = selectors.get_action(actor, number)
    extensions = list(selectors.list_extensions(action))
    extension = next((each for each in extensions if not each.decision), None)
    cancellations = selectors.list_cancellations(action)
    cancellation = next((each for each in cancellations if not each.decision), None)
    context = {
        "action": action,
        "claims": list(selectors.list_claims_of(action)),
        "check": selectors.check_of(action),
        "recurrence": selectors.recurrence_of(action),
        "documents": list(selectors.list_documents(action)),
        "evidence": list(selectors.list_evidence(action)),
        "extension": extension,
        "moves": [each for each in extensions if each.decision],
        "cancellation": cancellation,
        "replacements": list(action.replacements.all()),
        "history": entries_of(selectors.history_of(action)[:50]),
        "can_edit": can_edit_action(actor, action),
        "can_carry_out": can_carry_out(actor, action),
        "in_place_of": acting_for(actor, action.owner).in_place_of,
        "can_mark": can_mark_documents(actor, action),
        "can_verify": can_verify_action(actor, action),
        "can_cancel": can_ask_cancellation(actor, action) and cancellation is None,
        "can_decide_extension": extension is not None
        and may_decide(actor, action.claim, extension, action),
        "can_decide_cancellation": cancellation is not None
        and may_decide(actor, action.claim, cancellation, action),
    }
    return render(request, "capa/action.html", context)


@on_action(can_edit_action)
def edit(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """Change the plan."""
    names = (
        "kind", "text", "cause", "owner", "department", "criterion", "window_days", "lateral",
        "version",
    )  # fmt: skip
    initial = {name: getattr(action, name) for name in names}
    initial["due"] = action.due_day
    initial["documents"] = [each.kind for each in action.documents.all()]

    def run(data: dict[str, Any]) -> None:
        documents, version = data.pop("documents"), data.pop("version")
        commands.edit_action(
            actor=actor, action=action, values=data, documents=documents, version=version
        )

    form = EditForm(request.POST or None, claim=action.claim, initial=initial)
    dialog = _dialog(
        action, title=_("Change the action"), submit=_("Save"), form=form, run=run, said=_("Saved")
    )
    return answer_dialog(request, dialog)


@on_action(can_edit_action)
def link(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """Let the action serve another claim, too."""

    def run(data: dict[str, Any]) -> None:
        claim = get_claim(actor, data["number"].strip())
        commands.link_action(actor=actor, action=action, claim=claim)

    dialog = _dialog(
        action,
        title=_("Serve another claim"),
        submit=_("Link"),
        form=LinkForm(request.POST or None),
        run=run,
        said=_("Claim linked"),
    )
    return answer_dialog(request, dialog)


@on_action(can_carry_out, "POST")
def start(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """Begin."""
    commands.start_action(actor=actor, action=action)
    return pages.done(request, _address(action), _("Started"))


@on_action(can_carry_out)
def progress(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """How it goes."""
    dialog = _dialog(
        action,
        title=_("Report progress"),
        submit=_("Report"),
        form=ProgressForm(request.POST or None, files_of(request)),
        run=lambda data: commands.report_progress(actor=actor, action=action, **data),
        said=_("Progress reported"),
    )
    return answer_dialog(request, dialog)


@on_action(can_carry_out)
def complete(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """Report it as done."""
    form = CompleteForm(
        request.POST or None, files_of(request), initial={"version": action.version}
    )
    dialog = _dialog(
        action,
        title=_("Report as done"),
        submit=_("Done"),
        form=form,
        run=lambda data: commands.complete_action(actor=actor, action=action, **data),
        intro=_("Somebody else verifies later whether it worked."),
        said=_("Reported as done"),
    )
    return answer_dialog(request, dialog)


@on_action(can_mark_documents, "POST")
def document(request: HttpRequest, actor: Actor, action: Action, pk: int) -> HttpResponse:
    """Tick a document as updated, or take the tick back."""
    row = selectors.list_documents(action).get(pk=pk)
    updated = request.POST.get("updated") == "yes"
    commands.mark_document(actor=actor, action=action, document=row, updated=updated)
    return pages.done(request, f"{_address(action)}#documents")


@on_action(can_carry_out)
def ask_extension(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """Ask for more time."""
    dialog = _dialog(
        action,
        title=_("Ask for more time"),
        submit=_("Ask"),
        form=ExtensionForm(request.POST or None),
        run=lambda data: commands.ask_extension(actor=actor, action=action, **data),
        intro=_("A quality manager decides. The original date stays visible."),
        said=_("Asked for more time"),
    )
    return answer_dialog(request, dialog)


@on_action(lambda actor, action: True)
def decide_extension(request: HttpRequest, actor: Actor, action: Action, pk: int) -> HttpResponse:
    """Grant or decline more time."""
    extension = selectors.list_extensions(action).get(pk=pk)
    require_may(may_decide(actor, action.claim, extension, action))
    dialog = Dialog(
        back=pages.next_url(request, _address(action)),
        subject=action.number,
        title=_("More time?"),
        submit=_("Decide"),
        form=DecideForm(request.POST or None),
        run=lambda data: commands.decide_extension(actor=actor, extension=extension, **data),
        intro=extension.reason,
        said=_("%(number)s: decided") % {"number": action.number},
    )
    return answer_dialog(request, dialog)


@on_action(can_verify_action)
def verify(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """Judge whether it worked."""
    dialog = _dialog(
        action,
        title=_("Verify the action"),
        submit=_("Save the verdict"),
        form=VerifyForm(request.POST or None, initial={"version": action.version}),
        run=lambda data: commands.verify_action(actor=actor, action=action, **data),
        intro=_("Criterion: %(criterion)s") % {"criterion": action.criterion}
        if action.criterion
        else "",
        said=_("Verdict saved"),
    )
    return answer_dialog(request, dialog)


@on_action(can_verify_action)
def give_back(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """It is not done: back to the owner."""
    dialog = _dialog(
        action,
        title=_("Return to the owner"),
        submit=_("Return"),
        form=ReasonForm(request.POST or None),
        run=lambda data: commands.return_action(actor=actor, action=action, **data),
        said=_("Returned"),
    )
    return answer_dialog(request, dialog)


@on_action(can_ask_cancellation)
def ask_cancellation(request: HttpRequest, actor: Actor, action: Action) -> HttpResponse:
    """Ask to cancel."""
    dialog = _dialog(
        action,
        title=_("Ask to cancel the action"),
        submit=_("Ask"),
        form=ReasonForm(request.POST or None),
        run=lambda data: commands.ask_cancellation(actor=actor, action=action, **data),
        intro=_("A quality manager decides."),
        said=_("Asked to cancel"),
        danger=True,
    )
    return answer_dialog(request, dialog)


@on_action(lambda actor, action: True)
def decide_cancellation(
    request: HttpRequest, actor: Actor, action: Action, pk: int
) -> HttpResponse:
    """Cancel, or keep."""
    asked = selectors.list_cancellations(action).get(pk=pk)
    require_may(may_decide(actor, action.claim, asked, action))
    dialog = _dialog(
        action,
        title=_("Cancel the action?"),
        submit=_("Decide"),
        form=DecideForm(request.POST or None),
        run=lambda data: commands.decide_cancellation(actor=actor, cancellation=asked, **data),
        intro=asked.reason,
        said=_("Decided"),
    )
    return answer_dialog(request, dialog)
