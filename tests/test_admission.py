"""Admission: who would wait too long is told so at once."""

from __future__ import annotations

import pytest

from web.admission import Gate, Overloaded


def test_who_would_probably_wait_too_long_is_refused_at_once():
    gate = Gate(at_once=1, waiting=64, patience=60.0)
    for _ in range(100):
        gate.enter()
        gate.leave(taken=61.0)
    gate.enter()
    with pytest.raises(Overloaded):  # a test that waits a minute fails by its time
        gate.enter()
    gate.leave(taken=0.0)


def test_after_quick_ones_there_is_patience_again():
    gate = Gate(at_once=1, waiting=1, patience=0.01)
    gate.enter()
    gate.leave(taken=100.0)
    for _ in range(200):
        gate.enter()
        gate.leave(taken=0.0)
    gate.enter()
    with pytest.raises(Overloaded):  # after its time, as nobody leaves
        gate.enter()
    gate.leave()
    gate.enter()
