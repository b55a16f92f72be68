"""nutgraf demo: indexes the sample articles that come with the program, and serves them."""

from __future__ import annotations

import io
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

import click

from cli.main import FOUND
from cli.output import messages
from cli.serve import serve_until_stopped
from index.store import Store
from index.sync import Sync
from index.writer import open_writer
from search.wording import counted


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port; 0 takes any that is free.")
def command(host: str, port: int) -> int:
    """Try nutgraf on a dozen sample articles; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="nutgraf-demo-") as folder:
        with as_file(files("cli") / "samples") as samples:
            sync = Sync([str(samples)])
            with open_writer(Store(Path(folder))) as writer:
                sync.run(writer, io.BytesIO(), lambda *_: None)
        articles = counted(sync.report.articles, "sample article")
        messages().print(f'{articles} indexed; try: "ferry strike", drought OR flood')
        serve_until_stopped(Path(folder), host, port)
    return FOUND
