"""The command line of nutgraf: global options, lazy commands, and the exit codes."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from index.errors import NutgrafError, cause

FOUND, NOT_FOUND, ERROR = 0, 1, 2

_COMMANDS = (
    "index",
    "watch",
    "failures",
    "search",
    "trend",
    "kwic",
    "show",
    "cite",
    "verify",
    "export",
    "rerun",
    "family",
    "remove",
    "info",
    "check",
    "optimize",
    "serve",
    "demo",
)


def _default_index() -> Path:
    """Where the index lies, if nobody says another place."""
    from platformdirs import user_data_path

    return user_data_path("nutgraf") / "index"


def _tell_version(context: click.Context) -> None:
    from importlib.metadata import version  # which takes long to load

    click.echo(f"nutgraf {version('nutgraf')}")
    context.exit()


class _Commands(click.Group):
    """Imports a command when it is called, so that each starts as quickly as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cli.{cmd_name}").command
        _collect_again()
        return command


def _collect_again() -> None:
    """Collect garbage again if ``cli.__main__`` has put it off, but not in what is loaded.

    To go through that once more, at the latest at the end, takes as long as a small search.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--index",
    "index_path",
    type=click.Path(path_type=Path, readable=False),
    envvar="NUTGRAF_INDEX",
    default=lambda: _default_index(),
    help="Folder of the index (or $NUTGRAF_INDEX; default: in your data folder).",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, asked: _tell_version(context) if asked else None,
    help="Show the version and exit.",
)
@click.pass_context
def nutgraf(context: click.Context, index_path: Path) -> None:
    """Find the paragraph: full-text search for archives of articles."""
    context.obj = index_path.expanduser()


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code.

    0: found, or done. 1: nothing found, or some inputs failed. 2: an error.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with nutgraf.make_context("nutgraf", given) as context:
            code = nutgraf.invoke(context)
            sys.stdout.flush()
    except click.exceptions.Exit as done:  # of --help and --version
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return ERROR
    except NutgrafError as error:
        click.echo(f"Error: {error}", err=True)
        return ERROR
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted", err=True)
        return ERROR
    except BrokenPipeError:
        _close_output()  # whoever read it has seen enough
        return FOUND
    except OSError as error:
        _close_output()
        click.echo(f"Error: the output cannot be written: {cause(error)}", err=True)
        return ERROR
    return code if isinstance(code, int) else FOUND


def _close_output() -> None:
    """Let nothing more be written to standard output, not even at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
