"""Access: who may write. One token, by ``Authorization: Bearer``; without one, nobody."""

from __future__ import annotations

import hashlib
import hmac
import math
import string

from flask import Flask, current_app, request

from search.errors import NutgrafError

MIN_BITS = 128
_FEWEST = 8  # different characters of a token

_ALPHABETS = (
    string.digits,
    string.digits + "abcdef",
    string.digits + "ABCDEF",
    string.digits + string.ascii_lowercase,
    string.digits + string.ascii_uppercase,
    string.digits + string.ascii_letters,
    string.digits + string.ascii_letters + "-._~+/=",
)
_MAKE = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"


class WeakToken(NutgrafError):
    """A token could be guessed, or cannot be sent."""

    code = "weak_token"


class WritingIsOff(NutgrafError):
    """The server was started without a token."""

    code = "writing_off"


class Unauthorized(NutgrafError):
    """The token is missing, or is another one."""

    code = "unauthorized"


class Token:
    """The token that lets write, of which only the digest is kept."""

    def __init__(self, text: str) -> None:
        """Take a token. Raises WeakToken, without repeating it."""
        alphabet = next((each for each in _ALPHABETS if set(text) <= set(each)), None)
        if alphabet is None:
            raise WeakToken(
                "The token has other characters than letters, digits and -._~+/=; "
                f"make one with: {_MAKE}"
            )
        bits = len(text) * math.log2(len(alphabet))
        if bits < MIN_BITS or len(set(text)) < _FEWEST:
            raise WeakToken(
                f"The token is too easily guessed: it needs {MIN_BITS} random bits; "
                f"make one with: {_MAKE}"
            )
        self._digest = _digest(text)

    def __repr__(self) -> str:
        """Tell nothing."""
        return "Token(…)"

    def is_same(self, text: str) -> bool:
        """Whether this is the token; that takes as long for any other."""
        return hmac.compare_digest(self._digest, _digest(text))


def may_write() -> bool:
    """Whether the request brings the token."""
    try:
        require_token()
    except (WritingIsOff, Unauthorized):
        return False
    return True


def require_token() -> None:
    """Raise WritingIsOff or Unauthorized, unless the request brings the token."""
    token: Token | None = current_app.extensions["nutgraf.token"]
    if token is None:
        raise WritingIsOff(
            "Nothing can be written here: the server was started without a token; "
            "see nutgraf serve --help"
        )
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.is_same(given.strip()):
        raise Unauthorized("To write, send the header Authorization: Bearer TOKEN")


def register(app: Flask, token: Token | None) -> None:
    """Let who has the token write; nobody, if there is none."""
    app.extensions["nutgraf.token"] = token


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()
