"""What stands between the lines --- or +++ at the head of a Markdown file.

Of YAML only what people write there is read: names with a value, a list or a text on lines of
its own. There are no anchors, no types and no nesting, so nothing in it can grow or be built.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

_BLOCK = re.compile(r"\s*?(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_ENTRY = re.compile(r"(?P<name>[\w\"' -]+?)[ \t]*:(?:[ \t]+(?P<value>.*))?")
_MAX_CHARACTERS = 100_000
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/"}

FrontMatter = dict[str, str]


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    r"""Take the front matter off a text; there may be none.

    >>> split_front_matter("---\ntitle: 'Ferry stops'\ntags: [a, b]\n---\nIt did.")
    ({'title': 'Ferry stops', 'tags': 'a, b'}, 'It did.')
    """
    block = _BLOCK.match(text[:_MAX_CHARACTERS])
    if not block:
        return {}, text
    is_toml = block[1] == "+++"
    found = _read_toml(block[2]) if is_toml else dict(_read_yaml(block[2].split("\n")))
    return (found, text[block.end() :]) if found else ({}, text)


def _read_toml(block: str) -> FrontMatter:
    """The plain values of TOML; empty if it is none."""
    try:
        table = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in table.items()
        if not isinstance(value, dict)
    }


def _read_yaml(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The names and values of lines; what is indented belongs to the name above it."""
    place = 0
    while place < len(lines):
        entry = _ENTRY.fullmatch(lines[place].rstrip())
        place += 1
        if not entry or lines[place - 1].startswith((" ", "\t", "#", "-")):
            continue
        below = []
        while place < len(lines) and (lines[place][:1] in (" ", "\t", "-") or not lines[place]):
            below.append(lines[place].strip())
            place += 1
        value = (entry["value"] or "").strip()
        yield entry["name"].strip("\"' "), _value(value, below)


def _value(value: str, below: list[str]) -> str:
    """The value of an entry: on its line, or on the indented lines below it."""
    if value[:1] in ("|", ">"):
        return "\n".join(below).strip()
    items = [line[1:].strip() for line in below if line.startswith("-")]
    if not value and items:
        return ", ".join(map(_scalar, items))
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_scalar(item.strip()) for item in value[1:-1].split(",") if item.strip())
    return _scalar(" ".join([value, *below]).strip() if value else "")


def _scalar(printed: str) -> str:
    """One value without its quotation marks, or without the comment behind it."""
    if len(printed) > 1 and printed[0] == printed[-1] == "'":
        return printed[1:-1].replace("''", "'")
    if len(printed) > 1 and printed[0] == printed[-1] == '"':
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), printed[1:-1])
    plain = re.split(r"\s#", printed, maxsplit=1)[0].strip()
    return "" if plain in ("~", "null") else plain
