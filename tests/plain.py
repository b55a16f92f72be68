"""A plain evaluator of plans: reads every paragraph, slowly and obviously. An oracle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import log

from whoosh.scoring import bm25
from whoosh.util.numeric import byte_to_length, length_to_byte

from index.analysis import Token, compounds, tokenize
from index.article import Article
from index.stemming import may_have, stemmer_of
from search.places import TokenTable
from search.plan import (
    All,
    Any,
    AnyOf,
    Constant,
    Every,
    Fuzzy,
    InArticle,
    Near,
    NearParagraphs,
    Nothing,
    Phrase,
    Plan,
    Prefix,
    Range,
    Term,
    TermRange,
    Wildcard,
    Without,
)
from search.plan import (
    Sequence as Pattern,
)

SCORED = ("text", "title", "author", "source")

Answer = dict[int, float]


@dataclass
class Paragraph:
    """One live paragraph: its number, its article and what is in its fields."""

    number: int
    article: Article
    tokens: dict[str, list[Token]]
    terms: defaultdict[str, Counter[str]]


class Plain:
    """The live paragraphs of some segments."""

    def __init__(self, parts: Sequence[Sequence[Article]], gone: Collection[str] = ()) -> None:
        every = [(each, text) for part in parts for each in part for text in each.paragraphs]
        self.paragraphs = [
            _read(number, article, text)
            for number, (article, text) in enumerate(every)
            if article.id not in gone
        ]

    def answer(self, plan: Plan) -> Answer:
        """The score of every paragraph that matches."""
        match plan:
            case Term(field, term):
                return self._term(field, term)
            case Phrase(field, terms):
                return self._near(plan, field, terms)
            case Near(field, terms):
                return self._near(plan, field, terms)
            case Pattern(field, elements):
                found = self._where(lambda each: _has_pattern(each, field, elements))
                for element in dict.fromkeys(elements):
                    add = self._term(field, element.term) if not element.is_open else {}
                    found = {doc: score + add.get(doc, 1.0) for doc, score in found.items()}
                return found
            case Prefix(field, text):
                return self._any(field, lambda term: term.startswith(text))
            case Wildcard(field, pattern):
                return self._any(field, lambda term: fnmatchcase(term, pattern))
            case Fuzzy(field, text, distance, prefix):
                return self._any(
                    field,
                    lambda term: term.startswith(text[:prefix]) and edits(term, text) <= distance,
                )
            case TermRange(field, low, high):
                return self._any(
                    field,
                    lambda term: (
                        (low is None or low.encode() <= term.encode())
                        and (high is None or term.encode() <= high.encode())
                    ),
                )
            case AnyOf(field, terms):
                return self._any(field, lambda term: term in terms)
            case Range(column, low, high):
                days = {"first_day": "first_day", "last_day": "last_day"}
                return self._constant(lambda each: low <= _day(each.article, days[column]) <= high)
            case Every():
                return self._constant(lambda _: True)
            case Nothing():
                return {}
            case Constant(child, score):
                return dict.fromkeys(self.answer(child), score)
        return self._combined(plan)

    def top(self, plan: Plan, k: int) -> list[tuple[int, float]]:
        """The k best, best first, by number where scores are equal."""
        return sorted(self.answer(plan).items(), key=lambda pair: (-pair[1], pair[0]))[:k]

    def _combined(self, plan: Plan) -> Answer:
        match plan:
            case All(children):
                answers = [self.answer(child) for child in children]
                common = set.intersection(*map(set, answers)) if answers else set()
                return {doc: sum(each[doc] for each in answers) for doc in common}
            case Any(children):
                return _united([self.answer(child) for child in children])
            case Without(wanted, unwanted):
                gone = self.answer(unwanted)
                return {doc: s for doc, s in self.answer(wanted).items() if doc not in gone}
            case NearParagraphs(left, right, (low, high), negated):
                pairs = [
                    (one.number, other.number)
                    for one in self._among(self.answer(left))
                    for other in self._among(self.answer(right))
                    if one.article.id == other.article.id
                    and low <= other.number - one.number <= high
                ]
                if negated:
                    alone = set(self.answer(left)) - {one for one, _ in pairs}
                    return dict.fromkeys(alone, 0.0)
                return dict.fromkeys({doc for pair in pairs for doc in pair}, 0.0)
            case InArticle(children):
                answers = [self.answer(child) for child in children]
                article = {each.number: each.article.id for each in self.paragraphs}
                sets = [{article[doc] for doc in each} for each in answers]
                inside = set.intersection(*sets) if sets else set()
                return {d: s for d, s in _united(answers).items() if article[d] in inside}
        raise NotImplementedError(plan)

    def _among(self, answer: Answer) -> list[Paragraph]:
        return [each for each in self.paragraphs if each.number in answer]

    def _where(self, test) -> Answer:
        return {each.number: 0.0 for each in self.paragraphs if test(each)}

    def _constant(self, test) -> Answer:
        return dict.fromkeys(self._where(test), 1.0)

    def _any(self, field: str, test) -> Answer:
        return self._constant(lambda each: any(map(test, each.terms[field])))

    def _near(self, plan: Phrase | Near, field: str, terms: tuple[str, ...]) -> Answer:
        found = self._where(lambda each: _is_near(each.tokens[field], plan))
        for term in dict.fromkeys(terms):
            add = self._term(field, term)
            found = {doc: score + add[doc] for doc, score in found.items()}
        return found

    def _term(self, field: str, term: str) -> Answer:
        having = [each for each in self.paragraphs if term in each.terms[field]]
        if field not in SCORED:
            return dict.fromkeys((each.number for each in having), 1.0)
        count = sum(may_have(stemmer_of(each.article.language), term) for each in self.paragraphs)
        lengths = [sum(each.terms[field].values()) for each in self.paragraphs]
        mean = sum(lengths) / len(self.paragraphs) or 1
        idf = log(max(count, 1) / (len(having) + 1)) + 1
        length = {each.number: n for each, n in zip(self.paragraphs, lengths, strict=True)}
        return {
            each.number: bm25(
                idf,
                each.terms[field][term],
                byte_to_length(length_to_byte(length[each.number])),
                mean,
                0.75,
                1.2,
            )
            for each in having
        }


def edits(one: str, other: str) -> int:
    """The Levenshtein distance, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return edits(one[1:], other[1:])
    return 1 + min(edits(one[1:], other), edits(one, other[1:]), edits(one[1:], other[1:]))


def _read(number: int, article: Article, text: str) -> Paragraph:
    texts = {"text": text, **{name: getattr(article, name) for name in SCORED[1:]}}
    tokens = {name: tokenize(text, article.language) for name, text in texts.items()}
    terms = {name: Counter(token.term for token in each) for name, each in tokens.items()}
    terms["language"] = Counter([article.language] if article.language else [])
    terms["article"] = Counter([article.id])
    terms["compound"] = Counter(compounds(tokens["text"]))
    return Paragraph(number, article, tokens, defaultdict(Counter, terms))


def _day(article: Article, which: str) -> int:
    day = getattr(article.date, which)
    return day.toordinal() if day else 0


def _united(answers: list[Answer]) -> Answer:
    found: Answer = {}
    for each in answers:
        for doc, score in each.items():
            found[doc] = found.get(doc, 0.0) + score
    return found


def _has_pattern(paragraph: Paragraph, field: str, elements) -> bool:
    text = dict(zip(SCORED, (None, "title", "author", "source"), strict=True))[field]
    article = paragraph.article
    if text is None:
        table = TokenTable("", tokens=paragraph.tokens["text"])
    else:
        table = TokenTable(getattr(article, text), article.language)
    return any(True for _ in table.find(elements))


def _is_near(tokens: list[Token], plan: Phrase | Near) -> bool:
    """Whether there is a token for each term, and they stand as they should."""
    places = {term: {t.position for t in tokens if t.term == term} for term in plan.terms}
    if isinstance(plan, Near) and not plan.ordered:
        width = plan.distance * (len(places) - 1)
        return any(
            all(any(start <= place <= start + width for place in each) for each in places.values())
            for start in set.union(*places.values())
        )
    steps = range(1, plan.distance + 1) if isinstance(plan, Near) else (1,)
    ends = places[plan.terms[0]]
    for term in plan.terms[1:]:
        ends = {end + step for end in ends for step in steps} & places[term]
    return bool(ends)
