"""The web face: pages and a JSON API over search, without a framework and without a cookie."""
