"""Decoding and repair: wrong text is mended, right text stays as it is."""

import json
import tarfile
import unicodedata

import pytest
from ftfy import fix_text
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InputError
from index.repair import _CONFIG as CONFIG
from index.repair import decode, repair


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("cafÃ© in SÃ£o Paulo", "café in São Paulo"),
        ("â€œquotedâ€\x9d", "“quoted”"),
        ("by the three nations.Â", "by the three nations.\u00a0"),
        ("5 and a halfÂ year war", "5 and a half\u00a0year war"),
        ("Ja\u0301nos", "János"),
        ("a\x00b\x1b[31mc\x08dé", "abcdé"),
        ("a\x00b\x08c", "abc"),
        ("\ud800", "\ufffd"),
    ],
)
def test_text_that_was_decoded_wrongly_is_mended(wrong, right):
    assert repair(wrong) == right


@pytest.mark.parametrize(
    "right",
    [
        "Âge d’or",
        "SÂO PAULO",
        "5 < 6 &amp; “7”",
        "naïve café",
        "中国 – हिन्दी",
        "ﬁne ½",
        "TÂRÂ MARE",
    ],
)
def test_text_that_is_right_stays_as_it_is(right):
    assert repair(right) == right


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "iso-8859-1"]
)
def test_encodings_are_told_apart(encoding):
    text = "Le café fermé près de l’église coûtait déjà très cher à Zoë. " * 5
    text = text.replace("’", "'") if encoding == "iso-8859-1" else text
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("data", [b"\x7fELF\x02\0\0\0", b"\xff\xfe\xff", bytes(range(256)) * 4])
def test_bytes_that_are_no_text_are_refused(data):
    with pytest.raises(InputError):
        decode(data)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_ascii_is_never_changed(text):
    assert repair(text) == text


@given(st.text("ab AB.,!?'\"-0&;<#x“”’—–\n"))
def test_usual_punctuation_is_what_the_repair_would_leave_anyway(text):
    assert repair(text) == fix_text(text, CONFIG) == text


SENTENCES = {
    "cp1252": "Où est l’été dernier ? Déjà passé, à Besançon comme à Nîmes.",
    "cp1250": "Hétfőn délben megállt a komp, és többé nem indult el a vízen.",
    "iso8859_2": "Wczoraj w południe prom stanął i już nie ruszył, mimo że wiał słaby wiatr.",
    "cp1254": "Vapur öğleyin durdu ve bir daha kalkmadı; güneş batıncaya değin beklediler.",
    "cp1251": "Паром остановился в полдень и больше не двинулся до самого вечера.",
    "cp932": "フェリーは正午に止まり、夕方まで動かなかった。乗客は港で待った。",
    "gb18030": "渡轮在中午停了下来——直到傍晚都没有再开动，乘客们在港口等候。",
    "iso2022_jp": "フェリーは正午に止まり、夕方まで動かなかった。",
    "utf-16-le": "The ferry stopped at noon — and did not start again.",
    "utf-16-be": "The ferry stopped at noon — and did not start again.",
    "utf-32-le": "The ferry stopped at noon — and did not start again.",
}


@pytest.mark.parametrize(("encoding", "sentence"), SENTENCES.items())
def test_the_encoding_is_the_one_that_gives_the_letters_of_a_language(encoding, sentence):
    assert decode((sentence * 3).encode(encoding)) == sentence * 3


def test_a_declared_encoding_is_believed_if_it_fits():
    data = "naïve".encode("iso-8859-1")
    assert decode(data, "ISO-8859-1") == "naïve"
    assert decode("“quoted”".encode("cp1252"), "iso-8859-1") == "“quoted”"
    assert decode("café".encode(), "ascii-no-such") == "café"
    assert decode("Łódź".encode(), "shift_jis") == "Łódź"
    assert decode(b"plain", "base64") == "plain"


def test_utf8_with_a_few_wrong_bytes_is_utf8():
    text = "L’été à Besançon fut très agréable, déjà passé."
    assert decode(text.encode() + b"\xff") == f"{text}\ufffd"
    assert decode(text.encode()[:-1] + "é".encode()[:1]) == f"{text[:-1]}\ufffd"


def ftfy_cases(archive, name):
    """(what was read, what was meant) of each case that ftfy solves."""
    with tarfile.open(archive) as members:
        (member,) = [each for each in members.getnames() if each.endswith(f"ftfy/{name}.json")]
        cases = json.load(members.extractfile(member))
    return [(each["original"], each["fixed"]) for each in cases if each.get("expect") == "pass"]


def test_what_ftfy_mends_is_mended(data):
    cases = [
        case
        for name in ("in-the-wild", "synthetic", "language-names")
        for case in ftfy_cases(data("mojibake.tar.xz"), name)
    ]
    # Quotation marks and ligatures stay as they were printed, and entities are for pages.
    unlike = [(repair(wrong), right) for wrong, right in cases if fix_text(repair(wrong)) != right]
    assert len(cases) >= 100
    assert [each for each, _ in unlike if "&" not in each] == [
        "These control characters  are apparently intentional "
    ]


def test_what_ftfy_leaves_alone_is_left_alone(data):
    cases = ftfy_cases(data("mojibake.tar.xz"), "negative")
    right = [text for text, fixed in cases if text == fixed]
    assert len(right) >= 20
    for text in right:
        assert repair(text) == unicodedata.normalize("NFC", text)


def test_files_in_legacy_encodings_are_decoded(data):
    wrong, count = [], 0
    with tarfile.open(data("mojibake.tar.xz")) as members:
        files = {each.rpartition("legacy_encodings")[2]: each for each in members.getnames()}
        (listed,) = [name for tail, name in files.items() if tail == ".jsonl"]
        for line in members.extractfile(listed).read().splitlines():
            case = json.loads(line)
            if case["decodes_strictly"] and case["nonascii"]:
                name = files[case["file"].partition("legacy_encodings")[2]]
                raw, count = members.extractfile(name).read(), count + 1
                meant = raw.decode(case["python_codec"]).lstrip("\ufeff")
                try:
                    right = decode(raw).lstrip("\ufeff") == meant
                except InputError:
                    right = False
                wrong += [] if right else [case["file"]]
    assert count >= 400
    assert len(wrong) <= 4, wrong
