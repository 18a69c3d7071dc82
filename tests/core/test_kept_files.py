"""Kept files without a signed-in person: the session owns them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from core.kept_files import KeptFile, LostFile, files_of

pytestmark = pytest.mark.django_db


def sent(session: SessionStore, **fields):
    """A form that a guest sends."""
    request = RequestFactory().post("/", fields)
    request.session, request.user = session, AnonymousUser()
    return files_of(request)


def test_the_session_of_a_guest_owns_the_file_and_no_other_session():
    mine, other = SessionStore(), SessionStore()
    files = sent(mine, photos=SimpleUploadedFile("act.txt", b"three pieces broken"))
    kept, refused = files.keep("photos")
    assert not refused
    assert mine.session_key not in kept[0].path
    again = sent(mine, **{"kept-photos": kept[0].token}).getlist("photos")
    assert [type(each) for each in again] == [KeptFile]
    assert again[0].read() == b"three pieces broken"
    stranger = sent(other, **{"kept-photos": kept[0].token}).getlist("photos")
    assert [type(each) for each in stranger] == [LostFile]


def test_drawn_twice_a_form_keeps_its_files_once(settings):
    files = sent(SessionStore(), photos=SimpleUploadedFile("act.txt", b"three pieces broken"))
    first, second = files.keep("photos")[0], files.keep("photos")[0]
    assert [each.token for each in first] == [each.token for each in second]
