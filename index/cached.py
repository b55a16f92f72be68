"""cached_property without a lock, as the standard library has it from Python 3.12 on.

Before, all objects of a class shared one lock while a value was worked out: a search waited for all
that another one did within, and for as long as that one was made to wait itself.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

__all__ = ["cached_property"]

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property(functools.cached_property):  # noqa: N801 - it takes the place of that
        """A property that is worked out once; twice, if two threads ask for it at once."""

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            """The value, which is kept where it is found before this is asked."""
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value
