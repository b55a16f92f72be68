"""What day it is for who asks: by the name of a time zone, or where the process runs."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from search.errors import QueryError

_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}")
_SHOWN = 40  # characters of a wrong name that its message repeats


def today_in(tz: str) -> date:
    """Today in a time zone, such as ``Europe/Vilnius``; where the process runs, if it is empty.

    Raises QueryError ``bad_option`` where there is no such zone.
    """
    if not tz:
        return date.today()
    if not _NAME.fullmatch(tz):
        raise _no_zone(tz)
    try:
        return datetime.now(ZoneInfo(tz)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _no_zone(tz) from error


def _no_zone(tz: str) -> QueryError:
    shown = tz if len(tz) <= _SHOWN else tz[:_SHOWN] + "…"
    return QueryError(
        f"There is no time zone {shown!r}; write one such as Europe/Vilnius or UTC", "bad_option"
    )
