"""The language of an article: as declared, else as its text shows, else unknown."""

import json
import subprocess
import sys
import tarfile

import pytest

from index.languages import language_of, normalize, with_language
from tests.make import article

TEXTS = {
    "en": "The harbour was closed for a week, and the boats that had been out stayed away from it.",
    "de": "Der Hafen blieb eine Woche lang geschlossen, und die Boote mussten draußen warten.",
    "fr": "Le port est resté fermé pendant une semaine, et les bateaux ont dû attendre au large.",
    "es": "El puerto estuvo cerrado una semana y los barcos tuvieron que esperar mar adentro.",
    "ru": "Порт был закрыт целую неделю, и лодкам пришлось ждать в открытом море у маяка.",
    "ar": "ظل الميناء مغلقا لمدة أسبوع واضطرت القوارب إلى الانتظار في عرض البحر قرب المنارة.",
    "hi": "बंदरगाह एक सप्ताह तक बंद रहा और नावों को समुद्र में प्रतीक्षा करनी पड़ी क्योंकि पानी कम था।",
    "zh": "港口关闭了一个星期，船只不得不在海上等待。",
    "ja": "港は一週間閉鎖され、船は沖で待たなければならなかった。",
    "ko": "항구가 일주일 동안 폐쇄되어 배들은 바다에서 기다려야 했다.",
    "th": "ท่าเรือถูกปิดเป็นเวลาหนึ่งสัปดาห์",
    "el": "Το λιμάνι έμεινε κλειστό για μία εβδομάδα.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_tells_its_language(language):
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "1987 (17)", "OK", "Shr 34 cts vs 27", "…", "x" * 5, "© 2021"]
)
def test_too_little_text_tells_none(text):
    assert language_of(text) == ""


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en-US", "en"), ("EN", "en"), ("pt_BR", "pt"), ("eng", "en"), ("ger", "de"), ("iw", "he"),
        ("zh-Hant-TW", "zh"), ("de_DE.UTF-8", "de"), ("und", ""), ("x-default", ""), ("", ""),
        ("Klingon", "klingon"),
    ],
)  # fmt: skip
def test_a_declared_language_becomes_two_letters_where_it_can(declared, code):
    assert normalize(declared) == code


def test_what_is_declared_is_believed():
    assert with_language(article("a", TEXTS["de"], language="en-GB")).language == "en"


def test_an_article_without_a_language_gets_that_of_its_text():
    assert with_language(article("a", TEXTS["fr"])).language == "fr"


def test_a_declaration_that_says_nothing_is_as_none():
    assert with_language(article("a", TEXTS["ko"], language="und")).language == "ko"


def test_the_title_helps_where_the_text_is_very_short():
    short = article("a", "Es regnet.", title="Der Bürgermeister tritt nach der Wahl zurück")
    assert with_language(short).language == "de"


def test_an_article_that_is_right_stays_the_same_object():
    right = article("a", TEXTS["en"], language="en")
    assert with_language(right) is right


def test_the_model_is_loaded_only_where_a_text_needs_it():
    script = (
        "import sys; from index.languages import language_of, normalize\n"
        f"language_of({TEXTS['en']!r}); language_of({TEXTS['zh']!r}); normalize('de')\n"
        "assert 'py3langid' not in sys.modules\n"
        f"assert language_of({TEXTS['de']!r}) == 'de'\n"
        "assert 'py3langid' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(("length", "told"), [(500, 0.99), (100, 0.9), (60, 0.8)])
def test_the_languages_of_known_texts_are_told(data, length, told):
    right = wrong = texts = 0
    with tarfile.open(data("relevance.tar.xz")) as archive:
        for member in archive:
            folder, _, name = member.name.removeprefix("./").partition("/")
            if folder.startswith("xquad-") and name == "docs.jsonl":
                for line in archive.extractfile(member):
                    found = language_of(json.loads(line)["text"][:length])
                    right += found == folder.removeprefix("xquad-")
                    wrong += found not in ("", folder.removeprefix("xquad-"))
                    texts += 1
    assert texts == 1440
    assert right >= told * texts
    assert wrong <= 0.002 * texts


def test_a_process_that_may_not_write_files_tells_languages_too():
    program = """
from index.extraction.limits import Limits, enter
from index.languages import language_of
enter(Limits())
print(language_of("Der Hafen blieb eine Woche lang geschlossen, und alle Boote warteten."))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("de\n", "")
