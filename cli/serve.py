"""nutgraf serve: serves the page and the API."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import FOUND
from cli.output import messages
from index.store import Store


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port; 0 takes any that is free.")
@click.pass_obj
def command(index_path: Path, host: str, port: int) -> int:
    """Serve the page and the JSON API until Ctrl-C.

    What is indexed meanwhile is found at once.
    """
    Store(index_path).require()
    serve_until_stopped(index_path, host, port)
    return FOUND


def serve_until_stopped(index_path: Path, host: str, port: int) -> None:
    """Serve an index, and say where."""
    from web import server

    if not host:
        raise click.UsageError("--host is empty; leave it out for 127.0.0.1")
    address = server.find_address(host, port)
    server.serve(
        index_path,
        address,
        lambda: messages().print(f"nutgraf serves {index_path} at {address.url} (Ctrl-C stops it)"),
    )
