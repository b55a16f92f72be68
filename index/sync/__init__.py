"""Syncing: from files and folders, and their changes, to the index.

``listing`` finds the files, ``ledger`` knows what became of those that were read before,
``plan`` tells which are to be read, ``run`` reads them (in index.extraction) and writes, and
``watching`` does that again whenever something has changed.
"""

from index.sync.report import Report
from index.sync.run import STDIN, Sync

__all__ = ["STDIN", "Report", "Sync"]
