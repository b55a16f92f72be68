"""Numbers and dates as a reader wants them, the same words in both faces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from index.article import PublicationDate
from search.results import Clause, ClauseMatch, Copies, CopyCounts
from search.word_diff import Part

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_PARTNERS = 8  # paragraphs that are told
_CHANGES, _QUOTED = 5, 60  # differences that are told in words, and characters of each


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "paragraph"), counted(1200, "article")
    ('1 paragraph', '1,200 articles')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def told_clause(clause: Clause) -> str:
    """A clause, and what it stood for.

    >>> from search.results import Became
    >>> told_clause(Clause(1, "minist*", "prefix", "text", Became(("minister", "ministry"), 3)))
    'minist* → minister, ministry, +3'
    """
    became = clause.became
    if became:
        words = [*became.words, f"+{became.more:,}"] if became.more else became.words
        return f"{clause.query} → {', '.join(words) or 'no word'}"
    if clause.kind == "date" and clause.days:
        return f"{clause.query} → {_told_days(*clause.days)}"
    return clause.query


def _told_days(first: date | None, last: date | None) -> str:
    """A range of days in words."""
    if first is None or last is None:
        return f"since {_told_day(first)}" if first else f"until {_told_day(last)}"
    return _told_day(first) if first == last else f"{_told_day(first)} to {_told_day(last)}"


def _told_day(day: date | None) -> str:
    return printed_day(day.isoformat()) if day else "ever"


def told_match(match: ClauseMatch, query: str) -> str:
    """A clause that made a paragraph match.

    >>> told_match(ClauseMatch(2, 3), "russia w/5 aleppo")
    '2 russia w/5 aleppo (3 apart)'
    >>> told_match(ClauseMatch(1, 2, (7,)), "russia w/2p aleppo")
    '1 russia w/2p aleppo (2 paragraphs apart, ¶ 7)'
    """
    if match.distance is None:
        return f"{match.id} {query}"
    is_far = match.partners or not match.distance
    told = told_distance(match) if is_far else f"{match.distance} apart"
    return f"{match.id} {query} ({told})"


def told_distance(match: ClauseMatch) -> str:
    """How near each other the words or the paragraphs of a clause are.

    >>> told_distance(ClauseMatch(1, 3)), told_distance(ClauseMatch(1, 0))
    ('3 words apart', 'in one paragraph')
    >>> told_distance(ClauseMatch(1, 2, (3, 7)))
    '2 paragraphs apart, ¶ 3, 7'
    """
    if match.distance == 0:
        return "in one paragraph"
    if not match.partners:
        return f"{counted(match.distance or 0, 'word')} apart"
    numbers = [str(each) for each in match.partners[:_PARTNERS]]
    more = ["…"] if len(match.partners) > _PARTNERS else []
    apart = counted(match.distance or 0, "paragraph")
    return f"{apart} apart, ¶ {', '.join([*numbers, *more])}"


def told_copies(copies: Copies) -> str:
    """In how many articles a paragraph stands, and since when.

    >>> from search.results import HitPlace
    >>> first = HitPlace("a", 1, 0), PublicationDate("2016-09-26", "day"), "a#p1@1f3a9c20b7"
    >>> told_copies(Copies("copy", 15, 14, 9, *first))
    'also in 13 articles, 9 sources, first 26 September 2016'
    >>> told_copies(Copies("boilerplate", 412, 412, 1, *first))
    'boilerplate, in 412 articles'
    >>> told_copies(Copies("boilerplate", 1, 1, 1, *first))
    'boilerplate, worded like that of other articles'
    """
    if copies.articles == 1:
        return "boilerplate, worded like that of other articles"
    if copies.kind == "boilerplate":
        return f"boilerplate, in {counted(copies.articles, 'article')}"
    told = f"also in {counted(copies.articles - 1, 'article')}"
    if copies.sources > 1:
        told += f", {counted(copies.sources, 'source')}"
    if copies.first_date.value is None:
        return told
    return f"{told}, first {printed_day(copies.first_date.value[:10])}"


def told_copies_briefly(copies: Copies) -> str:
    """The beginning of ``told_copies``, beside a paragraph."""
    return "boilerplate" if copies.kind == "boilerplate" else f"also in {copies.articles - 1:,}"


def told_copy_counts(counts: CopyCounts) -> str:
    """What there is to say of copies behind a number of paragraphs; "" where there are none.

    >>> told_copy_counts(CopyCounts("all", 1204, 894))
    ', 310 of them copies'
    >>> told_copy_counts(CopyCounts("first", 1204, 894))
    ', with copies 1,204'
    """
    if counts.every == counts.first:
        return ""
    if counts.counted == "first":
        return f", with copies {counts.every:,}"
    return f", {counts.every - counts.first:,} of them copies"


def told_diff(parts: Sequence[Part]) -> str:
    """Two texts in one: what is deleted in [-brackets-], what is inserted in {+braces+}.

    >>> told_diff([Part("same", 0, 2, "a "), Part("deleted", 2, 5, "red"),
    ...            Part("inserted", 2, 5, "sly"), Part("same", 5, 9, " fox")])
    'a [-red-]{+sly+} fox'
    """
    forms = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
    return "".join(forms[part.kind].format(part.text) for part in parts)


def told_changes(parts: Sequence[Part]) -> str:
    """What a text has more than the first one, and what it has not, in words.

    >>> told_changes([Part("same", 0, 2, "a "), Part("deleted", 2, 5, "red")])
    'without “red”'
    """
    told = []
    for kind, word in (("deleted", "without"), ("inserted", "with")):
        texts = [part.text.strip() for part in parts if part.kind == kind]
        texts = [_shortened(text) for text in texts if text]
        more = [f"and {len(texts) - _CHANGES:,} more"] if len(texts) > _CHANGES else []
        if texts:
            quoted = [f"“{text}”" for text in texts[:_CHANGES]]
            told.append(f"{word} {', '.join([*quoted, *more])}")
    return "; ".join(told) or "the same words"


def _shortened(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def printed_date(published: PublicationDate) -> str:
    """The date of an article, exactly as precise as it is known.

    >>> printed_date(PublicationDate("2016-09-26T21:11", "minute"))
    '26 September 2016, 21:11'
    """
    if published.value is None:
        return "date unknown"
    if published.precision in ("minute", "second"):
        moment = datetime.fromisoformat(published.value)
        return f"{printed_day(published.value[:10])}, {moment:%H:%M}"
    return printed_day(published.value)


def printed_day(value: str) -> str:
    """An ISO date, or the year and month or the year of one, in words.

    >>> printed_day("2016-09-26"), printed_day("2016-09"), printed_day("2016")
    ('26 September 2016', 'September 2016', '2016')
    """
    year, *rest = value.split("-")
    words = [year]
    if rest:
        words.insert(0, MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)
