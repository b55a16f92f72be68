"""Queries on the command line: words, some of which begin with a dash."""

from __future__ import annotations

import re

import click


class QueryCommand(click.Command):
    """Leaves what begins with one dash and is no option to the query: ``-rebels``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the words of the query behind two dashes."""
        given = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        with_value = {name for param in given if not param.is_flag for name in param.opts}
        short = {name for param in given for name in param.opts if len(name) == 2}
        options: list[str] = []
        words: list[str] = []
        while args:
            argument = args.pop(0)
            if argument == "--":
                words += args
                break
            if argument.startswith("--") or re.sub(r"\d+\Z", "", argument) in short:
                options.append(argument)
                if argument in with_value:
                    if not args:
                        raise click.UsageError(f"Option {argument} needs a value.", ctx)
                    options.append(args.pop(0))
            else:
                words.append(argument)
        return super().parse_args(ctx, [*options, "--", *words])
