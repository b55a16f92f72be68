"""Stems by the language of the article: forms find each other, and languages do not mix.

- In two dozen languages, a form finds the other; in quotation marks it does not.
- What a word is, is decided by the language of the article that it stands in.
- Beginnings, patterns and similar words are found by their printed forms in every language.
- Accents, vowel points, ways of writing a letter and digits of other scripts do not matter.
"""

import json
import pickle
import random
import tarfile
from functools import cache
from pathlib import Path

import pytest

from index.analysis import compounds, tokenize
from index.analyzer import Analyzer, InLanguage
from index.article import Article
from index.stemming import stem, stemmer_of, stems
from index.tokens import BatchTokenizer
from search.binding import Binder
from search.document import Document
from search.evaluate import Evaluator
from search.query import parse
from search.query.to_plan import to_plan
from search.query.tree import terms_of
from search.results import ArticleHeader, SearchOptions
from search.segments import SegmentSet
from tests.memory import segments_of

# Language: a sentence, a word of it, another form of this word, and one of another word.
SENTENCES = {
    "en": ("The lighthouse keepers closed both harbours.", "harbours", "harbour", "lantern"),
    "de": ("Die Häuser am Hafen standen leer.", "Häuser", "Haus", "Hase"),
    "fr": ("Les navires attendaient devant les ports fermés.", "fermés", "fermer", "ferry"),
    "es": ("Cantaban las canciones del puerto.", "canciones", "canción", "cantina"),
    "it": ("Le barche tornarono dopo la tempesta.", "barche", "barca", "barile"),
    "pt": ("Os pescadores remendavam as redes.", "pescadores", "pescador", "peso"),
    "nl": ("De huizen aan de haven stonden leer.", "huizen", "huis", "hulp"),
    "sv": ("Båtarna väntade utanför hamnen.", "båtarna", "båt", "bål"),
    "da": ("Skibene lå stille i havnen.", "skibene", "skib", "skin"),
    "no": ("Båtene ventet på bedre vær.", "båtene", "båten", "bål"),
    "fi": ("Talossa satama-altaan luona oli valo.", "talossa", "talo", "talvi"),
    "hu": ("A kikötő házai üresen álltak.", "házai", "házban", "hajó"),
    "ro": ("Corăbiile așteptau lângă port.", "corăbiile", "corabie", "corp"),
    "cs": ("Rybáři opustili staré domy.", "domy", "domu", "doba"),
    "pl": ("Rybacy czekali przy zamkniętych portach.", "portach", "portami", "porażka"),
    "tr": ("Balıkçılar evlerinde bekledi.", "evlerinde", "evler", "evrak"),
    "ca": ("Els vaixells esperaven fora del port.", "vaixells", "vaixell", "vaixella"),
    "id": ("Para nelayan membaca berita pelabuhan.", "membaca", "bacaan", "baca-baca"),
    "el": ("Τα λιμάνια έμειναν κλειστά.", "λιμάνια", "λιμάνι", "λίμνη"),
    "ru": ("Лодки ждали у старых маяков.", "маяков", "маяк", "масло"),
    "sr": ("Бродови су чекали испред лука.", "бродови", "brodovi", "брда"),
    "hi": ("मछुआरों ने दो किताबें पढ़ीं।", "किताबें", "किताब", "कितना"),
    "ar": ("قرأ الصيادون الكتاب في المدرسة.", "الكتاب", "كتاب", "كلام"),
    "fa": ("ماهیگیران کتاب‌ها را خواندند.", "کتاب‌ها", "کتاب", "کلاه"),
    "ta": ("அவர் புத்தகங்கள் வாங்கினார்.", "புத்தகங்கள்", "புத்தகம்", "புதன்"),
}


def archive(*articles: tuple[str, str]) -> SegmentSet:
    """Articles of one paragraph each, by language and text."""
    return segments_of(
        [[Article(f"a{at}", (text,), language=tag) for at, (tag, text) in enumerate(articles)]]
    )


def found(segments: SegmentSet, query: str) -> list[int]:
    """The articles that a query finds, by their number."""
    tree = parse(query).tree
    patterns = Binder(segments).bind(tree).patterns
    return Evaluator(segments).docs(to_plan(tree, patterns)).tolist()


def marked(segments: SegmentSet, query: str, language: str, text: str) -> list[str]:
    """What a query marks in the text of an article."""
    tree = parse(query).tree
    patterns = Binder(segments).bind(tree).patterns
    header = ArticleHeader("a", "", "", "", "", language, Article("a", (text,)).date, 1)
    return [text[start:end] for start, end, _ in Document(header, text).spans(tree, patterns)]


@pytest.mark.parametrize("language", SENTENCES)
def test_two_forms_find_each_other_and_quotation_marks_ask_for_one(language):
    sentence, printed, other, foreign = SENTENCES[language]
    everything = archive(*((tag, text) for tag, (text, *_) in SENTENCES.items()))
    number = list(SENTENCES).index(language)
    for segments, own in ((archive((language, sentence)), 0), (everything, number)):
        assert own in found(segments, printed)
        assert own in found(segments, other)
        assert marked(segments, other, language, sentence) == [
            each for each in sentence.rstrip(".").split() if each.lower() == printed.lower()
        ]
        assert own in found(segments, f'"{printed}"')
        assert own not in found(segments, f'"{other}"')
        assert own not in found(segments, foreign)


def test_a_word_is_what_it_is_in_the_language_of_its_article():
    segments = archive(
        ("en", "the rates of the bank"),
        ("en", "a rat"),
        ("de", "Rates"),
        ("de", "Rat"),
        ("", "rat"),
    )
    assert found(segments, "rates") == [0, 2, 3], "not the rats, which German would make of it"
    assert found(segments, "rat") == [1, 2, 3, 4]
    assert found(segments, "rates language:de") == [2, 3]
    assert marked(segments, "rates", "en", "rates and rats") == ["rates"]


def test_words_near_each_other_and_phrases_are_found_in_every_language():
    segments = archive(
        ("de", "Die alten Häuser der Hafenstadt"),
        ("en", "The old houses of the harbour"),
        ("ru", "Старые дома у гавани"),
    )
    assert found(segments, "alte w/1 Haus") == [0]
    assert found(segments, '"alten Häuser"') == [0]
    assert found(segments, "alte w/1 old") == []
    assert found(segments, "дом w/3 гавань") == [2]
    assert found(segments, "дом OR haus OR house") == [0, 1, 2]


def test_names_numbers_and_words_in_other_letters_are_the_same_in_every_language():
    text = "Reagan 1987"
    tags = ("en", "de", "fr", "ru", "zh", "pl", "vi", "")
    segments = archive(*((tag, text) for tag in tags))
    for query in ("reagan", "1987", '"Reagan 1987"', "reag*", "=Reagan"):
        assert found(segments, query) == list(range(len(tags))), query
    assert stem("1987", "de") == stem("1987") == "1987"
    assert stem("towers", "ru") == stem("towers", stemmer_of("zh")) == "tower"


def test_a_language_without_a_stemmer_keeps_its_words():
    assert stem("stations", stemmer_of("vi")) == ":-:stations"
    segments = archive(("vi", "stations"), ("en", "stations"), ("he", "תחנות"))
    assert found(segments, "station") == [1]
    assert found(segments, "stations") == [0, 1]
    assert found(segments, "תחנות") == [2]


def test_hyphenated_words_are_found_joined_and_apart_in_their_language():
    segments = archive(("de", "die Nord-Ostsee-Fähren"), ("de", "Nordostsee"), ("en", "north-east"))
    assert found(segments, "nordostsee") == [0, 1]
    assert found(segments, "Nord-Ostsee") == [0, 1]
    assert found(segments, '"nord ostsee"') == [0, 1]


@pytest.mark.parametrize(
    ("language", "text", "queries"),
    [
        ("ar", "مُحَمَّد في المَدْرَسَةِ", ["محمد", "المدرسه", "مدرسة"]),
        ("ar", "أحمد وإسلام إلى آخر الشاطئ", ["احمد", "الى", "اخر", "الشاطي"]),
        ("ar", "كــتــاب سنة ٢٠١٦ و٣٬٠٠٠ دينار", ["كتاب", "2016"]),
        ("ar", "٣٬٠٠٠ دينار", ["3000", "3,000", "٣٠٠٠"]),
        ("fa", "او می‌رود، سال ۱۳۹۵", ["ميرود", "می‌رود", "1395"]),
        ("ur", "کتاب", ["كتاب"]),
        ("he", "שָׁלוֹם לצה״ל", ["שלום", "לצהל"]),
        ("he", "הלך לבית־ספר בקיבוץ צ׳רצ׳יל", ["בית־ספר", "לבית־ספר", "צרציל"][1:]),
        ("hi", "फ़ौज के पाँच लोग २०१६ में", ["फौज", "पांच", "2016"]),
        ("tr", "ISPARTA ve İstanbul", ["ısparta", "isparta", "istanbul", "ISTANBUL"]),
        ("es", "la canción", ["cancion", "canciones", "CANCIÓN"]),
        ("de", "Die Straße, Häuser", ["strasse", "haeuser", "hauser"]),
        ("ru", "ещё ёлки", ["еще", "елка", "ёлка"]),
        ("fr", "L’été de l'école", ["ete", "étés", "écoles"]),
    ],
)
def test_how_a_word_is_spelt_does_not_matter(language, text, queries):
    segments = archive((language, text))
    for query in queries:
        assert found(segments, query) == [0], query
        assert marked(segments, query, language, text), query


@pytest.mark.parametrize(
    ("tag", "stemmer"),
    [
        ("en-GB", "en"),
        ("", "en"),
        ("Klingon", "en"),
        ("German", "de"),
        ("de_AT", "de"),
        ("nb", "no"),
        ("nn-NO", "no"),
        ("iw", "en"),
        ("zh-Hant", "en"),
        ("uk", "en"),
        ("vi", "-"),
        ("-", "-"),
        ("PT-br", "pt"),
    ],
)
def test_a_language_tag_tells_the_stemmer(tag, stemmer):
    assert stemmer_of(tag) == stemmer
    assert stemmer_of(stemmer) == stemmer


def test_many_stems_are_those_of_each():
    words = ["häuser", "rates", "2016", "b2b", "маяков", "الكتاب", "किताबें", "gelopen", "中", ""]
    for stemmer in ("en", "de", "nl", "ru", "ar", "hi", "sr", "-"):
        assert stems(words, stemmer) == [stem(word, stemmer) for word in words]


@cache
def paragraphs_of(path: Path) -> dict[str, list[str]]:
    """Paragraphs of XQuAD by language."""
    texts = {}
    with tarfile.open(path) as packed:
        for language in ("de", "es", "ru", "hi", "en"):
            file = packed.extractfile(f"xquad-{language}/docs.jsonl")
            texts[language] = [json.loads(line)["text"] for line in file.read().splitlines()]
    return texts


@pytest.mark.parametrize("seed", range(4))
def test_beginnings_and_patterns_find_all_that_is_printed_so_in_every_language(data, seed):
    paragraphs = paragraphs_of(data("relevance.tar.xz"))
    chance = random.Random(seed)
    articles = [
        (language, text)
        for language, texts in paragraphs.items()
        for text in chance.sample(texts, 12)
    ]
    # Stemmers that change beginnings, too, if with words that are not of their language.
    others = ("nl", "id", "ga", "st", "fi", "tr", "vi")
    articles += [(chance.choice(others), text) for text in chance.sample(paragraphs["en"], 12)]
    segments = archive(*articles)
    forms = [{token.form for token in tokenize(text)} for _, text in articles]
    every = sorted({form for each in forms for form in each if len(form) > 2})
    for form in chance.sample(every, 150):
        at = chance.randint(2, len(form))
        expected = [n for n, own in enumerate(forms) if any(f.startswith(form[:at]) for f in own)]
        assert found(segments, form[:at] + "*") == expected, form[:at]
        if at < len(form) - 1:
            head, tail = form[:at], form[at + 1 :]
            expected = [
                number
                for number, own in enumerate(forms)
                if any(f.startswith(head) and f.endswith(tail) and len(f) == len(form) for f in own)
            ]
            assert found(segments, f"{head}?{tail}") == expected, form


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("港口关闭", ["港口", "口关", "关闭"]),
        ("北京 2016年港口", ["北京", "2016", "年港", "港口"]),
        ('"港口关闭" title:港口关闭 =港口关闭', ["港口关闭", "港口关闭", "港口关闭"]),
        ("港口 -港口关闭", ["港口", "港口关闭"]),
        ("港口关*", ["港口关"]),
        ("港口" * 17, ["港口"] * 17),
        ("harbour", ["harbour"]),
    ],
)
def test_where_any_word_may_match_pairs_of_characters_are_words(query, words):
    assert [leaf.text for leaf in terms_of(parse(query, match="any").tree)] == words
    assert [leaf.text for leaf in terms_of(parse("港口关闭").tree)] == ["港口关闭"]


def test_a_question_without_spaces_finds_what_has_most_of_it(make_searcher):
    searcher = make_searcher("今年夏天港口关闭了一个星期", "夏天的花园", "nothing of it")
    page = searcher.search("港口什么时候关闭", SearchOptions(match="any"))
    assert [each.article.id for each in page.articles] == ["0"]


def test_a_text_says_its_language_to_whoosh():
    analyzer = Analyzer()
    assert [token.text for token in analyzer(InLanguage("alte Häuser", "de"))] == [
        ":de:alt",
        ":de:haus",
    ]
    assert [token.text for token in analyzer("Häuser", language="de")] == [":de:haus"]
    assert pickle.loads(pickle.dumps(InLanguage("alte Häuser", "de"))) == "alte Häuser"
    assert type(pickle.loads(pickle.dumps(InLanguage("alt", "de")))) is str


def test_texts_of_several_languages_are_tokenized_together_as_each_alone():
    texts = ["Häuser, cease-fire", "the houses", "Häuser 2,000", "", "Nord-Ost", "дома", "houses"]
    languages = ["de", "en", "-", "de", "de", "ru", "en"]
    tokenizer = BatchTokenizer()
    tokens = tokenizer.add(texts, languages)
    terms = [tokenizer.terms[number] for number in tokenizer.term_of_form[tokens.forms].tolist()]
    expected = [tokenize(text, language) for text, language in zip(texts, languages, strict=True)]
    assert terms == [token.term for each in expected for token in each]
    assert tokens.positions.tolist() == [token.position for each in expected for token in each]
    assert tokens.counts.tolist() == [len(each) for each in expected]
    assert tokens.compounds == [
        (number, key) for number, each in enumerate(expected) for key in sorted(compounds(each))
    ]


def test_completions_and_spellings_know_words_of_every_language(make_searcher):
    searcher = make_searcher(
        *(
            Article(f"a{number}", ("Die Häuser am Hafen",), title="Alte Häuser", language="de")
            for number in range(3)
        )
    )
    assert "Häuser" in [each.text for each in searcher.complete("häus", 9)]
    assert "Alte Häuser" in [each.text for each in searcher.complete("alte häu", 9)]
