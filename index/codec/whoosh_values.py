"""Values of Whoosh's stored fields and columns as JSON, and back.

JSON has no bytes, dates and tuples: they become an object of one entry, whose name tells the
type. A dictionary does, too, so that every object in the JSON is one of these.

>>> text = to_json({"when": datetime(2016, 9, 26), "by": (b"a", None)})
>>> print(text)
{"dict":[["when",{"datetime":"2016-09-26T00:00:00"}],["by",{"tuple":[{"bytes":"YQ=="},null]}]]}
>>> from_json(text)
{'when': datetime.datetime(2016, 9, 26, 0, 0), 'by': (b'a', None)}
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any


class NotSupported(TypeError):
    """The codec cannot keep what it was given; the sentence says what that is."""


_WRITE: dict[type, tuple[str, Callable[[Any], Any]]] = {
    bytes: ("bytes", lambda value: base64.b64encode(value).decode()),
    datetime: ("datetime", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
    Decimal: ("decimal", str),
    tuple: ("tuple", lambda value: [_write(each) for each in value]),
    set: ("set", lambda value: [_write(each) for each in value]),
    frozenset: ("frozenset", lambda value: [_write(each) for each in value]),
    dict: ("dict", lambda value: [[_write(name), _write(of)] for name, of in value.items()]),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "bytes": base64.b64decode,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda value: timedelta(*value),
    "decimal": Decimal,
    "float": float,
    "tuple": lambda value: tuple(map(_read, value)),
    "set": lambda value: set(map(_read, value)),
    "frozenset": lambda value: frozenset(map(_read, value)),
    "dict": lambda value: {_read(name): _read(of) for name, of in value},
}


def to_json(value: Any) -> str:
    """A value as JSON. Raises NotSupported for a type that has none."""
    return json.dumps(_write(value), separators=(",", ":"), allow_nan=False)


def from_json(text: str) -> Any:
    """The value that ``to_json`` was given. Raises ValueError if it cannot have written that."""
    try:
        return _read(json.loads(text))
    except (TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"it is not a value: {error}") from error


def _write(value: Any) -> Any:
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if type(value) is list:
        return [_write(each) for each in value]
    if type(value) not in _WRITE:
        raise NotSupported(
            f"nutgraf's codec cannot keep a {type(value).__name__} in a stored field or a column; "
            "make it a text, a number, a date, bytes, or a list, tuple, set or dict of those"
        )
    name, write = _WRITE[type(value)]
    return {name: write(value)}


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(each) for each in value]
    if isinstance(value, dict):
        [(name, of)] = value.items()
        return _READ[name](of)
    return value
