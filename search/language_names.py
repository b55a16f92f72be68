"""Languages by their names in English, as a reader wants them; the index has their codes."""

from __future__ import annotations

_NAMES = dict(
    pair.split(":")
    for pair in (
        "ab:Abkhaz af:Afrikaans am:Amharic ar:Arabic as:Assamese av:Avar az:Azerbaijani ba:Bashkir "
        "be:Belarusian bg:Bulgarian bn:Bengali bo:Tibetan ce:Chechen cv:Chuvash dv:Maldivian "
        "dz:Dzongkha os:Ossetian sa:Sanskrit sd:Sindhi tg:Tajik ti:Tigrinya tt:Tatar "
        "bs:Bosnian ca:Catalan cs:Czech cy:Welsh da:Danish de:German el:Greek en:English "
        "eo:Esperanto es:Spanish et:Estonian eu:Basque fa:Persian fi:Finnish fo:Faroese fr:French "
        "ga:Irish gl:Galician gu:Gujarati he:Hebrew hi:Hindi hr:Croatian ht:Haitian hu:Hungarian "
        "hy:Armenian id:Indonesian is:Icelandic it:Italian ja:Japanese jv:Javanese ka:Georgian "
        "kk:Kazakh km:Khmer kn:Kannada ko:Korean ku:Kurdish ky:Kyrgyz la:Latin lb:Luxembourgish "
        "lo:Lao lt:Lithuanian lv:Latvian mg:Malagasy mk:Macedonian ml:Malayalam mn:Mongolian "
        "mr:Marathi ms:Malay mt:Maltese my:Burmese ne:Nepali nl:Dutch "
        "no:Norwegian oc:Occitan or:Odia pa:Punjabi pl:Polish ps:Pashto pt:Portuguese qu:Quechua "
        "ro:Romanian ru:Russian rw:Kinyarwanda se:Sami si:Sinhala sk:Slovak sl:Slovenian so:Somali "
        "sq:Albanian sr:Serbian st:Sesotho sv:Swedish sw:Swahili ta:Tamil te:Telugu th:Thai "
        "tl:Tagalog tr:Turkish ug:Uyghur uk:Ukrainian ur:Urdu uz:Uzbek vi:Vietnamese vo:Volapük "
        "wa:Walloon xh:Xhosa yi:Yiddish zh:Chinese zu:Zulu"
    ).split()
)
_NORWEGIAN = {"nb": "Norwegian (Bokmål)", "nn": "Norwegian (Nynorsk)"}


def language_name(code: str) -> str:
    """The name of a language; its code, where we know no name.

    >>> language_name("fr"), language_name("nn"), language_name("klingon")
    ('French', 'Norwegian (Nynorsk)', 'klingon')
    """
    return _NORWEGIAN.get(code) or _NAMES.get(code, code)
