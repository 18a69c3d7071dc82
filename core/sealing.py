"""Secrets of other services, encrypted at rest.

The key comes from SECRET_KEY, which stands outside the database: a copy of the database alone opens
nothing. Keys in SECRET_KEY_FALLBACKS still open what they sealed. What was sealed for one purpose
does not open for another.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed with a key that is gone, or for another purpose."""


def seal(secret: str, purpose: bytes) -> str:
    """The secret as it may be stored."""
    return _box(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, purpose: bytes) -> str:
    """What was sealed. Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _box(purpose: bytes) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(str(key), purpose)) for key in keys])


def _derived(key: str, purpose: bytes) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose)
    return base64.urlsafe_b64encode(derive.derive(key.encode()))
