"""Text -> paragraphs: by blank lines, by indentation or by lines, whatever the text uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_PARAGRAPH_BYTES = 100_000

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_INDENTED = re.compile(r"[ ]{2,}\S|[ ]*\t|\u3000")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*\s")
_HYPHEN_END = re.compile(r"\w-")
_LONGEST_WRAPPED_LINE = 100


def split_paragraphs(text: str) -> list[str]:
    r"""Divide a text into its paragraphs; lines that were hard-wrapped are joined.

    >>> split_paragraphs("One line,\nwrapped.\n\nAnother.")
    ['One line, wrapped.', 'Another.']
    >>> split_paragraphs("   First one,\nwrapped.\n   Second one.")
    ['First one, wrapped.', 'Second one.']
    """
    text = re.sub(r"\r\n?|\f|\u2029|\x85", "\n", text).strip("\n")
    blocks = _BLANK_LINES.split(text)
    by_lines = len(blocks) == 1
    return clean_paragraphs(
        paragraph for block in blocks for paragraph in _split_block(block, by_lines)
    )


def clean_paragraphs(paragraphs: Iterable[str]) -> list[str]:
    """Fold white space, drop what is empty and divide what is too long to show."""
    folded = (" ".join(paragraph.split()) for paragraph in paragraphs)
    return [part for text in folded if text for part in _divide(text)]


def _split_block(block: str, by_lines: bool) -> Iterator[str]:
    """Divide a block without blank lines at indented lines, or at lines that are whole."""
    lines = block.split("\n")
    indented = [bool(_INDENTED.match(line)) for line in lines]
    if any(indented[1:]) and not all(indented):
        starts = [0, *(number for number in range(1, len(lines)) if indented[number])]
    elif by_lines and not _is_wrapped(lines):
        starts = list(range(len(lines)))
    else:
        starts = [0]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield _join(lines[start:end])


def _is_wrapped(lines: list[str]) -> bool:
    """Tell lines that were broken at a margin from lines that are paragraphs themselves."""
    lengths = [len(line) for line in lines]
    margin = max(lengths)
    full = sum(length >= 0.6 * margin for length in lengths[:-1])
    return margin <= _LONGEST_WRAPPED_LINE and full * 3 >= (len(lines) - 1) * 2


def _join(lines: list[str]) -> str:
    """Join wrapped lines; a hyphen at the end of a line stays, without a space behind it."""
    parts: list[str] = []
    for line in lines:
        text = line.strip()
        if parts:
            hyphenated = _HYPHEN_END.fullmatch(parts[-1][-2:]) and text[:1].isalpha()
            parts.append("" if hyphenated else " ")
        if text or parts:
            parts.append(text)
    return "".join(parts)


def _divide(text: str) -> Iterator[str]:
    """Cut a text of over MAX_PARAGRAPH_BYTES behind a sentence, a word, or where it must be."""
    while len(text) * 4 > MAX_PARAGRAPH_BYTES and len(text.encode()) > MAX_PARAGRAPH_BYTES:
        head = text.encode()[:MAX_PARAGRAPH_BYTES].decode(errors="ignore")
        ends = [match.end() for match in _SENTENCE_END.finditer(head)]
        cut = ends[-1] if ends else head.rfind(" ") + 1 or len(head)
        yield text[:cut].strip()
        text = text[cut:].strip()
    if text:
        yield text
