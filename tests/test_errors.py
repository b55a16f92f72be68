"""The drawings of the errors and the classes say the same."""

import re

import pytest

import index.errors
import search.errors
from search.errors import NutgrafError
from web.server import CannotListen


def drawn(docstring: str) -> dict[str, str]:
    """Class -> base class, as a drawing shows them: four columns deeper is below."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in docstring.splitlines():
        match = re.match(r"(?P<margin>[ │├└─]*)(?P<name>[A-Z]\w+)(?:\s{2,}|$)", line)
        if match:
            depth = (len(match["margin"]) - 4) // 4
            path[depth:] = [match["name"]]
            if depth:
                parents[match["name"]] = path[depth - 1]
    return parents


@pytest.mark.parametrize("module", [index.errors, search.errors])
def test_the_drawing_of_the_errors_shows_the_classes(module):
    classes = {
        name: each.__base__.__name__
        for name, each in vars(module).items()
        if isinstance(each, type)
        and issubclass(each, NutgrafError)
        and each is not NutgrafError
        and each.__module__ == module.__name__
    }
    assert drawn(module.__doc__) == classes


def test_every_error_has_a_code_of_its_own():
    def below(kind: type) -> list[type]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    ours = [each for each in below(NutgrafError) if each.__module__.endswith(".errors")]
    codes = [each.code for each in (*ours, CannotListen) if "code" in vars(each)]
    assert len(set(codes)) == len(codes) >= 9
