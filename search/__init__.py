"""Reads: from a query to a page of results. Knows nothing of HTML, HTTP or terminals."""
