"""Turns figures into Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

PEER = "tantivy"
"""The engine that the ratios refer to."""

_NONE = "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def report(figures: dict[str, Any]) -> str:
    """Everything that was measured."""
    corpus = figures["corpus"]
    paragraphs = corpus["paragraphs"]
    size = f"{corpus['text_bytes'] / 1e6:,.0f} MB of text"
    parts = [f"## {paragraphs:,} paragraphs, {corpus['articles']:,} articles, {size}"]
    if "indexing" in figures:
        parts.append(indexing(figures["indexing"], figures["reading"], paragraphs))
    if "asking" in figures:
        asked = figures["asking"]
        parts += asking(asked["groups"])
        parts.append(_memory(asked["memory"]))
    titles = {
        "first": "### A word for the first time (best of several new processes)",
        "pages": "### First page, with texts and marks",
    }
    for part, title in titles.items():
        if part in figures:
            parts += [title, times(figures[part])]
    if figures.get("segments"):
        parts += ["### Several segments", *asking(figures["segments"]["groups"])[:2]]
    if "starting" in figures:
        parts += ["### New processes, ms", starting(figures["starting"])]
    if "adding" in figures:
        parts += ["### Adding one article, committed, ms", adding(figures["adding"])]
    return "\n\n".join(parts) + "\n"


def indexing(rows: list[dict[str, Any]], reading: dict[str, Any], paragraphs: int) -> str:
    """Medians of the rounds; ratios are medians of the ratios of each round."""
    named: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        named.setdefault(row["name"], []).append(row)
    lines = []
    for name, each in named.items():
        middle = {key: median(row[key] for row in each) for key in ("wall", "processor", "pss")}
        peers = [_peer(row, rows) for row in each]
        lines.append(
            [
                name,
                f"{paragraphs / middle['wall']:,.0f}",
                _middle(
                    [
                        peer["wall"] / row["wall"]
                        for row, peer in zip(each, peers, strict=True)
                        if peer
                    ]
                ),
                f"{middle['processor']:.1f}",
                f"{middle['pss'] / 1e6:,.0f}",
                f"{each[0]['bytes'] / 1e6:,.1f}",
                _middle(
                    [
                        row["bytes"] / peer["bytes"]
                        for row, peer in zip(each, peers, strict=True)
                        if peer
                    ]
                ),
                str(each[0]["segments"]),
            ]
        )
    read = f"{paragraphs / reading['wall']:,.0f}"
    lines.append(["only reading the file", read, *[_NONE] * 6])
    head = [
        "engine, processes",
        "paragraphs/s",
        "×",
        "CPU s",
        "peak MB",
        "MB on disk",
        "×",
        "segments",
    ]
    return table(head, lines)


def asking(groups: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """Milliseconds, ratios, and how far the engines agree."""
    counted = _part(groups, "counted")
    return [
        "Ten best, and how many match; p50 / p90 / p99 in ms:",
        times(counted),
        "Ten best alone:",
        times(_part(groups, "uncounted")),
        "How far the answers are those of the first engine: all matches, the ten best:",
        _agreement(groups),
    ]


def times(groups: dict[str, dict[str, dict[str, float]]]) -> str:
    """p50 / p90 / p99 of each class and index; of all but the peer also as ratios to it."""
    names = list(dict.fromkeys(name for row in groups.values() for name in row))
    peer = next((name for name in names if name == PEER), names[0] if names else "")
    head = ["class"]
    for name in names:
        head += [name] if name == peer else [name, f"{name} ÷ {peer}"]
    lines = []
    for group, row in groups.items():
        line = [group]
        for name in names:
            line.append(_milliseconds(row.get(name)))
            if name != peer:
                line.append(_ratios(row.get(name), row.get(peer)))
        lines.append(line)
    return table(head, lines)


def starting(figures: dict[str, dict[str, float]]) -> str:
    """New processes; the whole also as a ratio to ``import numpy``."""
    numpy = figures["import numpy"]["whole"]
    parts = ("imports", "open", "first", "whole")
    lines = [
        [
            name,
            *(f"{row[part]:.1f}" if part in row else _NONE for part in parts),
            f"{row['whole'] / numpy:.2f}",
        ]
        for name, row in figures.items()
    ]
    return table(["", *parts, "÷ import numpy"], lines)


def adding(figures: dict[str, dict[str, float]]) -> str:
    """Of each engine p50, p99, and how much of it was waiting for the disk, where it is known."""
    lines = [
        [
            name,
            f"{row['p50']:.1f}",
            f"{row['p99']:.1f}",
            f"{row['waited_p50']:.1f}" if row["waited_p50"] else _NONE,
        ]
        for name, row in figures.items()
    ]
    return table(["engine", "p50", "p99", "of it fsync, p50"], lines)


def _peer(row: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The peer's row of the same round and as many processes."""
    wanted = (PEER, row["jobs"], row["round"])
    found = (each for each in rows if (each["engine"], each["jobs"], each["round"]) == wanted)
    return next(found, None)


def _part(groups: dict[str, dict[str, dict[str, Any]]], part: str) -> dict[str, dict[str, Any]]:
    """One part of the figures of each class and index."""
    return {
        group: {name: each[part] for name, each in row.items()} for group, row in groups.items()
    }


def _agreement(groups: dict[str, dict[str, dict[str, Any]]]) -> str:
    names = list(dict.fromkeys(name for row in groups.values() for name in row))
    lines = [
        [group, *(f"{_share(row, name, 'totals')}, {_share(row, name, 'top')}" for name in names)]
        for group, row in groups.items()
    ]
    return table(["class", *names], lines)


def _share(row: dict[str, dict[str, Any]], name: str, part: str) -> str:
    value = row.get(name, {}).get(part)
    return _NONE if value is None else f"{value:.2f}"


def _memory(memory: dict[str, int]) -> str:
    shown = ", ".join(f"{name} {value / 1e6:,.0f}" for name, value in memory.items())
    return f"Memory of the processes after all questions, MB (PSS, mapped files included): {shown}."


def _milliseconds(figures: dict[str, float] | None) -> str:
    if figures is None:
        return _NONE
    return " / ".join(_short(figures[part]) for part in ("p50", "p90", "p99"))


def _ratios(figures: dict[str, float] | None, peer: dict[str, float] | None) -> str:
    if figures is None or peer is None:
        return _NONE
    return " / ".join(f"{figures[part] / peer[part]:.2f}" for part in ("p50", "p90", "p99"))


def _middle(ratios: list[float]) -> str:
    return f"{median(ratios):.2f}" if ratios else _NONE


def _short(milliseconds: float) -> str:
    """Three digits that count.

    >>> [_short(each) for each in (0.01234, 1.234, 123.4)]
    ['0.0123', '1.23', '123']
    """
    digits = max(0, 4 if milliseconds < 0.1 else 3 if milliseconds < 1 else 2)
    return f"{milliseconds:.{0 if milliseconds >= 100 else 1 if milliseconds >= 10 else digits}f}"
