"""Rerun: search again as a receipt says, and tell what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from search.address import Address, read_address
from search.receipt import LISTED, Receipt, receipt_of
from search.searcher import Searcher
from search.wording import counted

_AT_MOST = 20  # addresses that a report names of each kind


class Rerun(NamedTuple):
    """A search that was done again.

    Attributes:
        before: what was written down.
        after: the receipt of the same search now.
        more: the addresses of paragraphs that are found now, and were not then; where the receipt
            does not list all that was found then, none.
        fewer: those listed that are not found any more.
        moved: those that stand at another place of their article, with their place now.
    """

    before: Receipt
    after: Receipt
    more: tuple[str, ...]
    fewer: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]

    @property
    def is_same(self) -> bool:
        """Whether exactly the same was found."""
        then, now = self.before.found, self.after.found
        return then[:5] == now[:5]


def rerun(searcher: Searcher, receipt: Receipt) -> Rerun:
    """Search again, as of the day of the receipt. Raises QueryError."""
    matched = searcher.matched(receipt.query, receipt.options, receipt.today)
    after, every = receipt_of(matched, searcher.info())
    listed = frozenset(receipt.found.addresses)
    fewer = listed - every
    more = every - listed if receipt.found.is_complete else frozenset()
    moved = tuple(_moved(fewer, every - listed))
    gone, come = {old for old, _ in moved}, {new for _, new in moved}
    return Rerun(receipt, after, tuple(_sorted(more - come)), tuple(_sorted(fewer - gone)), moved)


def _moved(fewer: Iterable[str], more: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The paragraphs of which the same text is elsewhere in the same article now."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text in reversed(_sorted(more)):
        address = _read(text)
        places[address.article_id, address.check].append(text)
    for text in _sorted(fewer):
        address = _read(text)
        if places[address.article_id, address.check]:
            yield text, places[address.article_id, address.check].pop()


def _read(text: str) -> Address:
    address = read_address(text)
    assert address is not None  # it is one of ours, or was checked as it was read
    return address


def _sorted(addresses: Iterable[str]) -> list[str]:
    """Addresses by article and paragraph."""
    return sorted(addresses, key=_read)


def told(done: Rerun) -> tuple[str, ...]:
    """What differs, and what does not: sentences for people, the most important first."""
    return (*_told_found(done), *_told_query(done), *_told_index(done))


def _told_found(done: Rerun) -> Iterator[str]:
    then, now = done.before.found, done.after.found
    if done.is_same:
        yield f"The same was found: {_told_count(now.paragraphs, now.articles)}"
        return
    yield (
        f"Something else was found: {_told_count(now.paragraphs, now.articles)}, "
        f"then {_told_count(then.paragraphs, then.articles)}"
    )
    for count, addresses, word in (
        (len(done.more), done.more, "more"), (len(done.fewer), done.fewer, "fewer"),
        (len(done.moved), tuple(f"{old} → {new}" for old, new in done.moved), "moved"),
    ):  # fmt: skip
        if count:
            named = ", ".join(addresses[:_AT_MOST])
            rest = f" and {count - _AT_MOST:,} others" if count > _AT_MOST else ""
            yield f"{count:,} {word}: {named}{rest}"
    if not done.before.found.is_complete:
        yield (
            f"The receipt lists the first {LISTED:,} paragraphs only, so that those which are "
            "new cannot be named, nor all that are gone"
        )
    if then.partial != now.partial:
        yield f"The search was {'not ' if now.partial else ''}complete this time; see the notices"


def _told_count(paragraphs: int, articles: int) -> str:
    if not paragraphs:
        return "nothing"
    return f"{counted(paragraphs, 'paragraph')} in {counted(articles, 'article')}"


def _told_query(done: Rerun) -> Iterator[str]:
    if done.before.clauses != done.after.clauses:
        yield "The query is understood differently: other clauses, or other words for a pattern"
    for notice in done.after.notices:
        if notice not in done.before.notices:
            yield f"New notice: {notice}"


def _told_index(done: Rerun) -> Iterator[str]:
    then, now = done.before.searched, done.after.searched
    searched = f"{counted(now.paragraphs, 'paragraph')} in {counted(now.articles, 'article')}"
    if then == now:
        yield f"The index is the same: {searched}"
    else:
        yield (
            f"The index has changed: {searched}, then {counted(then.paragraphs, 'paragraph')} in "
            f"{counted(then.articles, 'article')} (commit {then.generation:,}, now "
            f"{now.generation:,})"
        )
    if done.before.version != done.after.version:
        yield f"The version is {done.after.version}, then {done.before.version}"


def rerun_as_dict(done: Rerun) -> dict[str, Any]:
    """What ``nutgraf rerun --json`` prints."""
    from search.receipt_contract import receipt_as_dict

    return {
        "same": done.is_same,
        "told": list(told(done)),
        "more": list(done.more),
        "fewer": list(done.fewer),
        "moved": [list(each) for each in done.moved],
        "before": receipt_as_dict(done.before),
        "after": receipt_as_dict(done.after),
    }
