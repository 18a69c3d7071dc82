"""Chat rooms: for administrators, who alone know their addresses."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import pages
from core.actors import Actor
from core.errors import Stale
from notifications import commands, selectors
from notifications.chat import ChatFailed
from notifications.models import ChatRoom
from notifications.policies import can_administer_rooms, require
from notifications.room_forms import RoomForm


def _administrator(request: HttpRequest) -> Actor:
    actor = Actor.of_request(request)
    require(can_administer_rooms(actor), _("Only administrators look after chat rooms."))
    return actor


def _to(room: ChatRoom) -> str:
    return reverse("notifications:room", args=[room.pk])


@login_required
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """All rooms."""
    actor = _administrator(request)
    return render(request, "notifications/rooms.html", {"rooms": selectors.list_rooms(actor)})


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new room."""
    actor = _administrator(request)
    if request.method != "POST":
        return _page(request, RoomForm.of(None), None)
    form = RoomForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["address"]
        values = {"actor": actor, "address": address, **form.values()}
        made = pages.run(form, commands.add_room, **values)
        if made is not None:
            return pages.done(request, _to(made), _("The room is kept. Send a test."))
    return _page(request, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One room and its settings."""
    actor = _administrator(request)
    found = selectors.list_rooms(actor).get(pk=pk)
    if request.method != "POST":
        return _page(request, RoomForm.of(found), found)
    form = RoomForm(request.POST, room=found)
    if form.is_valid():
        data = form.cleaned_data
        said = {"values": form.values(), "address": data["address"], "version": data["version"]}
        try:
            if pages.run(form, commands.change_room, actor=actor, room=found, **said) is not None:
                return pages.done(request, _to(found), _("Saved"))
        except Stale as stale:
            return _stale(request, form, stale)
    return _page(request, form, found)


def _stale(request: HttpRequest, form: RoomForm, stale: Stale) -> HttpResponse:
    """What was typed stays; sent again, it stands on what the room is now."""
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = stale.current.version
    form.data = data
    form.add_error(None, str(stale))
    response = _page(request, form, stale.current)
    response.status_code = 409
    return response


def _page(request: HttpRequest, form: RoomForm, found: ChatRoom | None) -> HttpResponse:
    context = {"form": form, "room": found}
    status = 422 if form.is_bound else 200
    return render(request, "notifications/room.html", context, status=status)


@login_required
@require_POST
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one line, and say what the chat service answered."""
    actor = _administrator(request)
    found = selectors.list_rooms(actor).get(pk=pk)
    try:
        commands.try_room(actor=actor, room=found)
    except ChatFailed as error:
        messages.error(request, str(error))
    else:
        text = _("%(service)s took the message. Look into the room.")
        messages.success(request, text % {"service": found.service})
    return HttpResponseRedirect(_to(found))
