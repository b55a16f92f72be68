"""Writes: from files to an index. Knows nothing of the packages that search it."""
