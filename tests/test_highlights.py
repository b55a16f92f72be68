"""A highlight is a match, for any query and any text: random trees against a plain reading.

1. The evaluator finds exactly the paragraphs that a plain reading finds.
2. Of each of them, the receipt names exactly the clauses that made it match, and how near.
3. Marked is exactly what the plain reading marks, for those clauses and no others.
4. Each mark satisfies its clause by itself, or a word of it.
5. Without what is marked, a paragraph does not match any more.

NUTGRAF_TREES=1000000 makes a hundred times as many trees; NUTGRAF_SEED repeats a run.
"""

import os
import random
import unicodedata
from collections.abc import Iterator

import pytest

from index.article import Article, PublicationDate
from search import expansions, open_words, proximity
from search.binding import Binder
from search.document import Document
from search.errors import QueryError
from search.evaluation import Evaluation
from search.query import limits, parse
from search.query.tree import (
    And,
    InArticle,
    InParagraph,
    Near,
    NearParagraphs,
    Node,
    Not,
    Or,
    Terms,
    Window,
    field_of,
    leaves,
    terms_of,
)
from search.results import ArticleHeader
from tests.disks import fresh_random
from tests.memory import segments_of
from tests.reading import Reader, Reading

TREES = int(os.environ.get("NUTGRAF_TREES", "10000"))
A_RUN = 1000  # trees
A_CORPUS = 40  # trees

TEXT = ["siege", "sieges", "Siege", "town", "towns", "cease", "fire", "cease-fire", "ceasefire", "the",
        "The", "Syria's", "Syria", "U.S.", "US", "us", "275,000", "état", "etat", "中国人", "中", "国人",
        "minister", "ministry", "Ja'afari", "power", "Power", "town-fire", "dying", "die", "xxl", "rates", "Rat",
        "Häuser", "Haus", "gelopen", "lopen", "towers", "порты", "порт"]  # fmt: skip
ASKED = [*TEXT, "jaafari", "275000", "siege", "town", "the", "fire"]
OPEN = ["sie*", "tow*", "cea*", "fire*", "minist*", "dy*", "cease-f*", "si?ge", "sie?es", "to*n", "mi*ry", "ce*re",
        "cease-f?re", "to*", "siege~", "town~", "sieges~2", "power~", "fire~2", "minister~2", "dying~",
        "ra*", "hau*", "gel*", "lo*", "ha?s", "пор*", "порт~", "rat~"]  # fmt: skip
FILTERS = ["title:town", 'title:"the town"', "title:(the w/2 siege)", "title:(town OR sie*)", "source:wire",
           'source:="Coast Wire"', "source:=Coast", 'source:=""', "language:=en",
           "language:en", "date:2016", "date:unknown", "date:>=2016-09-26", "para:1", "para:2..3", "para:>=2",
           "words:>4", "words:<6", "title:tow*", 'title:"siege the"~1', "title:=The"]  # fmt: skip
LANGUAGES = ["", "en", "en", "de", "fr", "nl", "ru", "zh", "vi"]
DATES = [None, "2016", "2016-09-26", "2017-01-01"]
PRECISION = {4: "year", 10: "day"}


class Asker:
    """Makes up queries."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def word(self) -> str:
        return self.chance.choice(ASKED)

    def phrase(self, most: int = 3) -> str:
        return '"' + " ".join(self.word() for _ in range(self.chance.randint(1, most))) + '"'

    def words(self) -> str:
        """A word in any of the ways in which it is asked for."""
        way = self.chance.randrange(10)
        if way < 4:
            return self.word()
        if way < 6:
            return self.phrase()
        if way < 8:
            return self.chance.choice(OPEN)
        return "=" + (self.word() if way == 8 else self.phrase(2))

    def operand(self, depth: int) -> str:
        way = self.chance.randrange(8)
        if way < 5 or depth > 2:
            return self.words()
        if way < 7:
            count = self.chance.randint(2, 3)
            return "(" + " OR ".join(self.operand(depth + 1) for _ in range(count)) + ")"
        return f"({self.near(depth + 1)})"

    def near(self, depth: int = 0) -> str:
        parts = [self.operand(depth)]
        for _ in range(self.chance.choice([1, 1, 1, 2])):
            operator = self.chance.choice(["w", "w", "pre", "NOT w", "NOT pre"])
            distance = self.chance.choice([1, 1, 2, 3, 5, 20, 100])
            parts += [f"{operator}/{distance}", self.operand(depth)]
        return " ".join(parts)

    def side(self, depth: int = 0) -> str:
        """What stands beside a distance in paragraphs."""
        way = self.chance.randrange(12)
        if way < 6 or depth > 1:
            return self.words()
        if way == 6:
            return f"({self.near()})"
        if way == 7:
            return f"{self.phrase()}~{self.chance.randrange(4)}"
        joint = self.chance.choice([" ", " OR "])
        children = joint.join(self.side(depth + 1) for _ in range(2))
        return self.chance.choice(["(", "(", "para("]) + children + ")"

    def beside(self) -> str:
        operator = self.chance.choice(["w/0", "w/1", "w/2", "w/100", "pre/1", "pre/2"])
        sign = self.chance.choice(["", "", "NOT "])
        return f"{self.side()} {sign}{operator}p {self.side()}"

    def leaf(self) -> str:
        way = self.chance.randrange(24)
        if way < 8:
            return self.words()
        if way < 15:
            return self.near()
        if way > 19:
            return self.beside()
        if way < 17:
            sign = self.chance.choice(["", "", "="])
            return f"{sign}{self.phrase()}~{self.chance.randrange(4)}"
        return self.chance.choice(FILTERS)

    def tree(self, depth: int = 0) -> str:
        way = self.chance.randrange(11)
        if way < 5 or depth > 2:
            return self.leaf()
        if way == 10:
            return f"para({self.tree(depth + 1)})"
        if way == 9:
            return f"article({self.tree(depth + 1)})"
        if way == 8:
            return f"-({self.tree(depth + 1)})"
        joint = self.chance.choice([" ", " OR "])
        children = (self.tree(depth + 1) for _ in range(self.chance.randint(2, 3)))
        return "(" + joint.join(children) + ")"


def invented(chance: random.Random) -> list[list[Article]]:
    """Articles in one or two segments."""
    parts: list[list[Article]] = [[] for _ in range(chance.choice([1, 1, 2]))]
    for number in range(chance.randint(2, 4)):
        date = chance.choice(DATES)
        paragraphs = [chance.choices(TEXT, k=chance.randint(1, 12)) for _ in range(chance.choice([1, 2, 3, 3, 5]))]  # fmt: skip
        joints = [" ", " ", " ", ", ", "-"]
        article = Article(
            f"a{number}",
            tuple("".join(each + chance.choice(joints) for each in words) for words in paragraphs),
            title=" ".join(chance.choices(["The", "the", "town", "Siege"], k=chance.randint(0, 3))),
            source=chance.choice(["", "Coast Wire"]),
            language=chance.choice(LANGUAGES),
            date=PublicationDate(date, PRECISION[len(date)]) if date else PublicationDate(),
        )
        chance.choice(parts).append(article)
    return [part for part in parts if part]


def small_limits(chance: random.Random, patch: pytest.MonkeyPatch) -> None:
    """In some corpora, everything is too much, or what is few is many."""
    patch.setattr(proximity, "_MANY", chance.choice([0, 0, 1000]))
    patch.setattr(proximity, "_TOGETHER", chance.choice([1, 3, 1000]))
    few = chance.random() < 0.2
    patch.setattr(expansions, "MAX_EXPANSIONS", 2 if few else limits.MAX_EXPANSIONS)
    patch.setattr(open_words, "MAX_EXPANSIONS", 2 if few else limits.MAX_EXPANSIONS)
    patch.setattr(open_words, "MAX_SIMILAR", {1: 2, 2: 1} if few else limits.MAX_SIMILAR)
    patch.setattr(limits, "MAX_EXPANDED", 3 if few else 1024)


@pytest.mark.no_cover
@pytest.mark.parametrize("run", range(max(1, TREES // A_RUN)))
def test_every_tree_finds_and_marks_what_a_plain_reading_does(run, monkeypatch):
    chance = random.Random(f"{fresh_random().random()} {run}")
    asker = Asker(chance)
    found = matched = 0
    for _ in range(A_RUN // A_CORPUS):
        with monkeypatch.context() as patch:
            small_limits(chance, patch)
            parts = invented(chance)
            ids = [each.id for part in parts for each in part]
            gone = {each for each in ids if chance.random() < 0.15}
            segments = segments_of(parts, gone)
            readers = [(Reader(each), each.id in gone) for part in parts for each in part]
            for _ in range(A_CORPUS):
                query = asker.tree()
                try:
                    tree = parse(query).tree
                except QueryError as error:  # as deep as that, or as many words
                    assert error.code in ("too_many_words", "too_long", "too_deep"), (query, error)
                    continue
                found += 1
                matched += check(query, tree, segments, readers)
    assert found > 0.9 * A_RUN
    assert matched > 0.2 * A_RUN


def check(query: str, tree: Node, segments, readers: list[tuple[Reader, bool]]) -> bool:
    """Check one query; whether it found anything."""
    bound = Binder(segments).bind(tree)
    patterns = bound.patterns
    evaluation = Evaluation(segments, tree, patterns)
    answer = evaluation.matching().tolist()
    expected, articles, doc = [], 0, 0
    for article, (reader, is_gone) in enumerate(readers):
        readings = [] if is_gone else reader.read(tree, patterns)
        expected += [doc + each.number for each in readings if each.holds(tree)]
        articles += bool(readings) and in_one_article(tree, readings)
        doc += len(reader.article.paragraphs)
        for reading in readings:
            check_paragraph(query, tree, reading, evaluation, article)
    assert answer == expected, query
    assert evaluation.same_article() == articles, query
    return bool(answer)


def check_paragraph(
    query: str, tree: Node, reading: Reading, evaluation: Evaluation, article: int
) -> None:
    """Receipt and marks of one paragraph."""
    document = document_of(reading, evaluation, article)
    patterns = evaluation.patterns
    where = (query, document.text, document.header.title)
    assert document.holds(tree, patterns) == reading.holds(tree), where
    matches = document.matches(tree, patterns)
    assert {tuple(each) for each in matches} == reading.clauses(tree), where
    marked = document.spans(tree, patterns)
    assert [tuple(span) for span in marked] == reading.spans(tree, "text"), where
    in_title = document.spans(tree, patterns, "title")
    assert [tuple(span) for span in in_title] == reading.spans(tree, "title"), where
    by_clause = {leaf.clause: leaf for leaf in leaves(tree)}
    told = {each.id for each in matches}
    for name, spans in (("text", marked), ("title", in_title)):
        of_field = {clause for clause in told if field_of(by_clause[clause]) == name}
        assert {span.clause for span in spans} == of_field, where
    for span in marked:
        inside = document.text[span.start : span.end]
        alone = Document(document.header, inside, 1, evaluation.in_article(article))
        words = terms_of(by_clause[span.clause])
        assert any(alone.holds(word, patterns) for word in words), (where, inside)
    if marked and is_by_words_alone(tree):
        text = blotted(document.text, marked)
        others = evaluation.in_article(article)
        without = Document(document.header, text, document.number, others)
        assert not without.holds(tree, patterns), (where, without.text)


def document_of(reading: Reading, evaluation: Evaluation, article: int) -> Document:
    read = reading.reader.article
    header = ArticleHeader(
        read.id, read.title, "", read.source, "", read.language, read.date, len(read.paragraphs)
    )
    text = read.paragraphs[reading.number]
    return Document(header, text, reading.number + 1, evaluation.in_article(article))


def in_one_article(node: Node, readings: list[Reading]) -> bool:
    """Whether an article matches if its clauses may be met in different paragraphs."""
    match node:
        case Or(children):
            return any(in_one_article(child, readings) for child in children)
        case And(children):
            negated = [child for child in children if isinstance(child, Not)]
            kept = [each for each in readings if all(each.holds(child) for child in negated)]
            wanted = [child for child in children if not isinstance(child, Not)]
            return bool(kept) and all(in_one_article(child, kept) for child in wanted)
        case _:
            return any(each.holds(node) for each in readings)


def is_by_words_alone(tree: Node) -> bool:
    """Whether a tree asks for words of the text that are wanted, and for nothing else."""
    return not any(
        isinstance(node, Not | InArticle)
        or (isinstance(node, Terms | Near | Window) and node.field != "text")
        or not isinstance(node, And | Or | InParagraph | Terms | Near | NearParagraphs | Window)
        or (isinstance(node, Near) and has_negation(node))
        for node in nodes(tree)
    )


def has_negation(operand) -> bool:
    match operand:
        case Near():
            return operand.negated or has_negation(operand.left) or has_negation(operand.right)
        case Terms():
            return False
        case _:
            return any(map(has_negation, operand.children))


def nodes(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from nodes(child)
        case Not(child) | InArticle(child) | InParagraph(child):
            yield from nodes(child)
        case NearParagraphs(left=left, right=right):
            yield from nodes(left)
            yield from nodes(right)


def blotted(text: str, spans) -> str:
    """A text whose marked words are others, of as many positions."""
    marked = {at for span in spans for at in range(span.start, span.end)}
    return "".join(blot(char) if at in marked else char for at, char in enumerate(text))


def blot(char: str) -> str:
    category = unicodedata.category(char)[0]
    if category == "N":
        return "9"
    if category not in "LM":
        return char
    return "龍" if char in "中国人" else "z"
