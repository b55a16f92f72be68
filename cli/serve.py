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
_WRITES = 10  # a minute of one client, where its searches are limited


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
@click.option(
    "--rate",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Searches that one client may make a minute.  [default: any number]",
)
@click.option(
    "--write-rate",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Writes that one client may make a minute.  [default: any number; with --rate 10]",
)
@click.option(
    "--proxies",
    type=click.IntRange(0, 10),
    default=0,
    show_default=True,
    help="Proxies of yours before the server, which tell in X-Forwarded-For who asks.",
)
@click.pass_obj
def command(
    index_path: Path,
    host: str,
    port: int,
    token_file: IO[str] | None,
    rate: int | None,
    write_rate: int | None,
    proxies: int,
) -> int:
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
    writes = _WRITES if rate and write_rate is None else write_rate
    serve_until_stopped(index_path, host, port, token, (rate, writes, proxies))
    return FOUND


def serve_until_stopped(
    index_path: Path,
    host: str,
    port: int,
    token: str = "",
    rates: tuple[int | None, int | None, int] = (None, None, 0),
) -> None:
    """Serve an index, and say where; the rates are those of web.rates.Rates."""
    from web import server
    from web.access import Token
    from web.rates import Rates

    if not host:
        raise click.UsageError("--host is empty; leave it out for 127.0.0.1")
    checked = Token(token) if token else None
    address = server.find_address(host, port)
    server.serve(
        index_path,
        address,
        lambda: messages().print(f"nutgraf serves {index_path} at {address.url} (Ctrl-C stops it)"),
        checked,
        Rates(*rates) if any(rates[:2]) else None,
    )
