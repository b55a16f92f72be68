"""The errors of indexing, each one clear sentence for the user.

::

    NutgrafError             every error a user can meet; exit code 2, HTTP 4xx
    ├── InputError           a file, a line of it or an article cannot be read
    │   └── MissingExtra     not before a library is installed that reads it
    └── StoreError           the index folder cannot be used
        ├── IndexNotFound    there is no index there yet
        ├── NotAnIndex       the folder holds something else
        ├── IndexDamaged     the index cannot be read
        └── IndexLocked      another process is writing
"""

from __future__ import annotations


class NutgrafError(Exception):
    """An error that a user can mend. ``str(error)`` is the sentence that is shown.

    ``code`` names the kind of error in JSON and never changes.
    """

    code = "error"


def cause(error: OSError) -> str:
    """What the system says of an error, as a clause: "permission denied"."""
    return (error.strerror or str(error)).lower()


class InputError(NutgrafError):
    """A file, a line of it or an article cannot be read."""

    code = "bad_input"


class MissingExtra(InputError):
    """A file cannot be read before a library is installed that reads it."""

    code = "missing_extra"


class StoreError(NutgrafError):
    """The index folder cannot be used."""

    code = "index_error"


class IndexNotFound(StoreError):
    """There is no index in the folder yet."""

    code = "no_index"


class NotAnIndex(StoreError):
    """The folder holds something other than a nutgraf index."""

    code = "not_an_index"


class IndexDamaged(StoreError):
    """The index cannot be read."""

    code = "index_damaged"


class IndexLocked(StoreError):
    """Another process is writing to the index."""

    code = "index_locked"
