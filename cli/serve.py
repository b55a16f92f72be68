"""nutgraf serve: serves the page and the API."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import click

from cli.main import FOUND
from cli.output import messages
from index.store import Store

_TOKEN = 4096  # characters of the file that are read


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port; 0 takes any that is free.")
@click.option(
    "--token-file",
    type=click.File("r"),
    metavar="FILE",
    help="File with the token that lets programs write articles (or $NUTGRAF_TOKEN). "
    "Without a token nothing can be written.",
)
@click.pass_obj
def command(index_path: Path, host: str, port: int, token_file: IO[str] | None) -> int:
    """Serve the page and the JSON API until Ctrl-C.

    What is indexed meanwhile is found at once.
    """
    token = os.environ.get("NUTGRAF_TOKEN", "")
    if token_file:
        token = token_file.read(_TOKEN).strip()
        if not token:
            raise click.UsageError(f"{token_file.name} holds no token")
    if not token:
        Store(index_path).require()
    serve_until_stopped(index_path, host, port, token)
    return FOUND


def serve_until_stopped(index_path: Path, host: str, port: int, token: str = "") -> None:
    """Serve an index, and say where."""
    from web import server
    from web.access import Token

    if not host:
        raise click.UsageError("--host is empty; leave it out for 127.0.0.1")
    checked = Token(token) if token else None
    address = server.find_address(host, port)
    server.serve(
        index_path,
        address,
        lambda: messages().print(f"nutgraf serves {index_path} at {address.url} (Ctrl-C stops it)"),
        checked,
    )
