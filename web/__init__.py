"""The web face: pages and a JSON API over search, without a script and without a cookie."""
