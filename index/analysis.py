"""Paragraph -> tokens: term, form, position and character range.

The one analyzer of nutgraf: texts, queries and marks go through it. (``index.analyzer`` shows
it to Whoosh, ``index.tokens`` does the same for many texts at once.) Tokens are runs of
letters, marks and digits; there are no stop words and no shortest word. What is written in
several ways becomes one term:

- ``Syria's`` and ``Syria``, ``Ja'afari`` and ``Jaafari``, ``l'harmonie`` and ``harmonie``;
- ``U.S.`` and ``US``, ``275,000`` and ``275000``;
- ``cease-fire`` gives ``cease``, ``fire`` and, across both, ``ceasefire``;
- Chinese, Japanese, Korean, Thai: single characters and overlapping pairs of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from index.characters import canonical, fold, shape
from index.stemming import stem, stemmer_of

MAX_TOKEN_LENGTH = 128
_MEMO_SIZE = 200_000  # words, at about 250 bytes

_TOKEN = re.compile(
    r"(?P<acronym>(?<![a0'.])a(?:\.a)+(?:\.|(?![a0]))(?:'a(?![a0]))?(?![a0]))"
    r"|(?P<number>(?<![a0.,])0{1,3}(?:,000)+(?![a0]|,0))"
    r"|(?P<unspaced>c+)"
    r"|(?P<word>[a0]+(?:['z]+[a0]+)*)"
)
# The articles and pronouns that French and Italian elide before a vowel.
_ELISION = re.compile(
    r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|un|gl|dell|all|dall|nell|sull|coll|quell)"
    r"'(?=[aeiouyh])"
)


class Token(NamedTuple):
    """One term at one place of a text.

    ``term`` is what is indexed; ``form`` is the word as printed, but for case, accents and
    apostrophes. The token takes the ``width`` positions from ``position`` on and stands at
    ``text[start:end]``.
    """

    term: str
    form: str
    position: int
    width: int
    start: int
    end: int


_new = tuple.__new__  # makes a Token without another call: there are very many
_forms: dict[str, str] = {}
_terms: defaultdict[str, dict[str, tuple[str, str]]] = defaultdict(dict)  # by stemmer


def tokenize(text: str, language: str = "") -> list[Token]:
    """The tokens of a text, by position; a joined token comes before the parts it covers.

    Args:
        text: to be read.
        language: of its article, a tag or a stemmer; English if it is unknown.

    >>> [token.term for token in tokenize("Syria's cease-fire, say U.S. envoys")]
    ['syria', 'ceasefir', 'ceas', 'fire', 'say', 'us', 'envoy']
    >>> [token.term for token in tokenize("Häuser im Jahr 2016", "de")]
    [':de:haus', ':de:im', ':de:jahr', '2016']
    """
    stemmer = stemmer_of(language)
    memo = _terms[stemmer]
    shapes = shape(text)
    tokens: list[Token] = []
    position = 0
    last: Token | None = None  # the word that the next one may be joined to by a hyphen
    for match in _TOKEN.finditer(shapes):
        start, end = match.span()
        if shapes[start] == "c":
            tokens.extend(_pairs(text, start, end, position))
            position += end - start
            last = None
            continue
        word = text[start:end]
        term, form = memo.get(word) or _analyse(word, stemmer)
        token = _new(Token, (term, form, position, 1, start, end))
        if (
            shapes[start - 1] == "-"
            and last
            and last.end == start - 1
            and (joined := _join(last, token, stemmer))
        ):
            tokens.insert(len(tokens) - 1, joined)
        tokens.append(token)
        last = token
        position += 1
    return tokens


def count_words(text: str) -> int:
    """How many words a text has; a run of characters without spaces counts as one."""
    return sum(1 for _ in _TOKEN.finditer(shape(text)))


def compounds(tokens: list[Token]) -> set[str]:
    """The hyphenated words among the tokens of a text, as the keys that compound_key makes."""
    parts = {token.position: token for token in tokens if token.width == 1}
    found = set()
    for token in tokens:
        if token.width == 2:
            left, right = parts[token.position], parts[token.position + 1]
            if left.end < right.start:  # else it is a pair of characters, without a hyphen
                found.add(compound_key(token.term, left.term, right.term))
    return found


def printed(word: str) -> str:
    """The canonical form of a word as printed: what exact search compares, case and accents kept.

    Apostrophes are straight, soft hyphens and joiners gone, and the last point of an acronym
    does not count.

    >>> printed("U.S."), printed("Ja’afari"), printed("co\u00adoperate"), printed("Cease-Fire")
    ('U.S', "Ja'afari", 'cooperate', 'Cease-Fire')
    """
    return canonical(word).removesuffix(".")[:MAX_TOKEN_LENGTH]


def form_of(word: str) -> tuple[str, int]:
    """The form of a token, and its width in positions, by the word as ``printed`` gives it.

    >>> form_of("Syria's"), form_of("Cease-Fire"), form_of("中国"), form_of("中")
    (('syria', 1), ('ceasefire', 2), ('中国', 2), ('中', 1))
    """
    shapes = shape(word)
    if "-" in shapes:
        at = shapes.index("-")
        joined = _form(word[:at]) + _form(word[at + 1 :])
        return joined[:MAX_TOKEN_LENGTH], 2
    if shapes[:1] == "c":
        return fold(word), len(word)
    return _form(word), 1


def compound_key(joined: str, left: str, right: str) -> str:
    """How the index names a word that is written both joined and apart, by its terms."""
    return f"{joined} {left} {right}"


def _analyse(word: str, stemmer: str) -> tuple[str, str]:
    """Term and form of a word as printed; each distinct word is analysed once."""
    memo = _terms[stemmer]
    if len(memo) >= _MEMO_SIZE:
        memo.clear()
    form = _form(word)
    known = memo[word] = (stem(form, stemmer), form)
    return known


def _form(word: str) -> str:
    """The form of a word as printed, in any language."""
    known = _forms.get(word)
    if known is None:
        form = fold(word).replace(".", "").replace(",", "")
        if form.endswith("'s") and len(form) > 2:
            form = form[:-2]
        form = _ELISION.sub("", form, count=1) if "'" in form else form
        form = (form.replace("'", "") or word)[:MAX_TOKEN_LENGTH]  # a mark alone is left
        if len(_forms) >= _MEMO_SIZE:
            _forms.clear()
        known = _forms[word] = form
    return known


def _join(left: Token, right: Token, stemmer: str) -> Token | None:
    """The hyphenated word of two parts; None where it is a range of numbers."""
    if left.form.isnumeric() and right.form.isnumeric():
        return None
    form = (left.form + right.form)[:MAX_TOKEN_LENGTH]
    return Token(stem(form, stemmer), form, left.position, 2, left.start, right.end)


def _pairs(text: str, start: int, end: int, position: int) -> Iterator[Token]:
    """The characters of a script without spaces, and each pair of neighbours."""
    for at in range(start, end):
        if at + 2 <= end:
            pair = fold(text[at : at + 2])
            yield Token(pair, pair, position + at - start, 2, at, at + 2)
        char = fold(text[at])
        yield Token(char, char, position + at - start, 1, at, at + 1)
