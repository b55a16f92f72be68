"""Citing a paragraph so that it holds, and telling later whether it still does.

``facts`` is what a citation says; ``styles`` and ``records`` write it, for people and for programs
that keep references; ``fragment`` links to the paragraph in the original. ``reading`` finds
citations in any text again, and ``verdicts`` says what has become of what they cite.
"""
