"""The command line: one command a file, a thin face over index and search."""
