"""Decoding and repair: wrong text is mended, right text stays as it is."""

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
