"""Plan: which of the files that were found are to be read, and which are as they were."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace

from index.article import id_of_path
from index.extraction.digest import digest_of_file
from index.extraction.frames import SourceFile
from index.readers import MAX_FILE_BYTES
from index.readers.reading import VERSION, Failure, ReadingOptions, Skip
from index.sync.ledger import Ledger
from index.sync.listing import Listing
from index.sync.report import Report
from index.sync.states import FileState, Remark

_CLOCK_TICK = 2_000_000_000  # nanoseconds; the coarsest time of change is that of FAT


@dataclass(slots=True)
class Plan:
    """What is to be done.

    Attributes:
        to_read: the files that are new or have changed, in the order of the listing.
        moved: of those, the files that were known under another path, which they had.
        total: bytes to read.
    """

    to_read: list[SourceFile] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    total: int = 0


def how_it_is_read(options: ReadingOptions) -> str:
    """What has an influence on what is read of a file, beside its bytes and its name."""
    return json.dumps([VERSION, options.source, options.columns])


def trusted_time(file: SourceFile, listed_at: int) -> int:
    """The time of change of a file, if it will tell a later change; else 0.

    A file that is changed twice within a tick of the clock may have the same time twice.
    """
    return file.mtime if file.mtime < listed_at - _CLOCK_TICK else 0


def make_plan(
    listing: Listing,
    ledger: Ledger,
    report: Report,
    *,
    how: str,
    listed_at: int,
    retry_failed: bool,
) -> Plan:
    """Compare what was found with what is known; count in the report what is as it was.

    A file is as it was if its size and its time of change are, or else its content.
    """
    new: list[SourceFile] = []
    plan = Plan()
    to_read: set[str] = set()
    for origin, file in listing.files.items():
        stamp = ledger.stamp(origin)
        if stamp is None:
            new.append(file)
            continue
        size, mtime, known_how = stamp
        if size != file.size or known_how != how or (retry_failed and ledger.counts(origin)[1]):
            to_read.add(origin)
        elif mtime == file.mtime:
            _count_unchanged(ledger, report, file)
        elif _is_same(file, ledger[origin]):
            time = trusted_time(file, listed_at)
            if time:
                ledger.record(origin, replace(ledger[origin], mtime=time))
            _count_unchanged(ledger, report, file)
        else:
            to_read.add(origin)
    for file, before in _moved(new, listing, ledger, how).items():
        if before and _take_over(file, before, ledger, listed_at):
            _count_unchanged(ledger, report, file)
            continue
        to_read.add(file.origin)
        if before:
            plan.moved[file.origin] = before
    for origin in [each for each in to_read if listing.files[each].size > MAX_FILE_BYTES]:
        to_read.remove(origin)
        _refuse(listing.files[origin], ledger, report, how, listed_at)
    plan.to_read = [file for origin, file in listing.files.items() if origin in to_read]
    plan.total = sum(file.size for file in plan.to_read)
    return plan


def _refuse(file: SourceFile, ledger: Ledger, report: Report, how: str, listed_at: int) -> None:
    """Note that a file is too large to be read; what it held stays in the index."""
    before = ledger.get(file.origin)
    reason = f"it is larger than {MAX_FILE_BYTES // 10**6} MB; divide it"
    state = FileState(
        file.size,
        trusted_time(file, listed_at),
        b"",
        how,
        listed_at // 10**9,
        before.articles if before else (),
        before.gone if before else (),
        (("", reason),),
    )
    ledger.record(file.origin, state)
    report.failures.append(Failure(file.name, reason))


def failures_of(name: str, state: FileState) -> list[Failure]:
    """The failures of a file, by the name that it has now."""
    return [Failure(name + part, reason) for part, reason in state.failures]


def remark(file: SourceFile, name: str, reason: str) -> Remark:
    """What was said of a file, or of a part of it, without the file's own name."""
    own = name.startswith(file.name)
    return (name[len(file.name) :] if own else f": {name}"), reason


def _count_unchanged(ledger: Ledger, report: Report, file: SourceFile) -> None:
    articles, failures, skips = ledger.counts(file.origin)
    report.count("unchanged", articles)
    if failures or skips:
        state = ledger[file.origin]
        report.failures += failures_of(file.name, state)
        report.skips += [Skip(file.name + part, reason) for part, reason in state.skips]


def _is_same(file: SourceFile, state: FileState) -> bool:
    """Whether the bytes of a file are those that were read."""
    return bool(state.digest) and digest_of_file(file.origin) == state.digest


def _moved(
    new: list[SourceFile], listing: Listing, ledger: Ledger, how: str
) -> dict[SourceFile, str]:
    """For each new file the path it had, if it was known under one where it is no more."""
    sizes = {file.size for file in new}
    lost: dict[int, list[str]] = {}
    for path in ledger.paths() if new else ():
        stamp = ledger.stamp(path)
        alike = stamp and stamp[0] in sizes and stamp[2] == how
        if stamp and alike and path not in listing.files and not os.path.lexists(path):
            lost.setdefault(stamp[0], []).append(path)
    found: dict[SourceFile, str] = {}
    for file in new:
        found[file] = ""
        digest = digest_of_file(file.origin) if lost.get(file.size) else b""
        for path in lost.get(file.size, ()):
            if digest and ledger[path].digest == digest:
                found[file] = path
                lost[file.size].remove(path)
                break
    return found


def _take_over(file: SourceFile, before: str, ledger: Ledger, listed_at: int) -> bool:
    """Note that a file has moved, if its articles need not be read again.

    That is so where all of them bring ids of their own. Where the path has made the id, it may
    have made the title, too; so such a file is read as if it were new.
    """
    state = ledger[before]
    if not all(_is_own(article_id, before) for article_id in state.articles):
        return False
    if os.path.dirname(before) != os.path.dirname(file.origin) and "{folder}" in state.how:
        return False
    ledger.forget(before)
    ledger.record(file.origin, replace(state, mtime=trusted_time(file, listed_at)))
    return True


def _is_own(article_id: str, path: str) -> bool:
    """Whether an id has nothing to do with the path of the file: neither it nor its end."""
    name = id_of_path(os.path.basename(path))
    return name not in article_id
