"""Words that are written joined, hyphenated or apart: which ones belong together.

``ceasefire`` and ``cease fire`` find each other because somebody wrote ``cease-fire``: in
the archive that is searched, or in the short list below. Without such a witness, two words
are two words: ``the rapist`` never finds ``therapist``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from index.analysis import compounds, tokenize

IsCompound = Callable[[str], bool]
"""Whether the archive has a hyphenated word of this compound_key."""

_COMMON = """
air-base air-lift air-space air-strike bail-out break-down break-through by-election by-law
cease-fire check-point child-care clean-up co-operate co-operation co-ordinate co-ordination
counter-attack counter-terrorism court-house court-room cover-up crack-down cross-fire
cyber-attack data-base e-mail fire-arm fire-fighter fund-raiser fund-raising ground-water
gun-fire health-care law-maker law-suit lay-off life-boat line-up news-room non-profit
off-shore oil-field on-line pay-roll peace-keeper peace-keeping play-off policy-maker
policy-making post-war pre-war rail-road re-election re-open road-block run-off ship-yard
shut-down stake-holder stand-off strong-hold take-over tax-payer time-table turn-out
vice-president war-head war-plane war-ship war-time water-way web-page web-site
whistle-blower wild-fire work-force work-place world-wide
"""


@cache
def _common_keys() -> frozenset[str]:
    return frozenset(key for word in _COMMON.split() for key in compounds(tokenize(word)))


def is_common(key: str) -> bool:
    """Whether the compound_key is one of the words that are commonly written both ways."""
    return key in _common_keys()


def may_be_common(joined: str) -> bool:
    """Whether some word that is commonly written both ways has this term when it is joined."""
    return joined in _common_joined()


@cache
def _common_joined() -> frozenset[str]:
    return frozenset(key.partition(" ")[0] for key in _common_keys())
