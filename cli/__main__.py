"""Starts nutgraf, from the shell and as ``python -m cli``: what is settled before NumPy loads."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run nutgraf from the shell.

    Nothing is imported above that could load NumPy: both of these have to come before it.
    """
    # What is loaded stays, so there is nothing to collect meanwhile; cli.main goes on with it.
    gc.disable()
    # NumPy's linear algebra, which is not used here, would start a thread for each core, and
    # they spin while they wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    from cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
