"""The rules of the house that no linter knows.

- Functions, modules and names stay small and say what they are for.
- No error is swallowed unseen.
- Only the store opens the files of an index.
- Whoosh's queries stay in search/query/, its fields, columns and codecs in index/.
- No folder of tests can take the place of a package.
- Links between the documents lead somewhere.
"""

import ast
import re
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for package in ("index", "search", "web", "cli")
    for path in sorted((ROOT / package).rglob("*.py"))
}
LENGTHS = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in MODULES}
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
VAGUE = re.compile(r"util|helper|manager|common|misc", re.I)
FILE_FUNCTIONS = {"open", "io.open", "os.open", "gzip.open", "mmap.mmap"}
FILE_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "fromfile", "tofile"}
FILE_MODE = re.compile(r"[rwax][bt+]*")


def nodes(kind, modules=MODULES):
    """(place, node) of every syntax node of a kind."""
    for name, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield f"{name}:{getattr(node, 'lineno', 1)}", node


def body_length(function):
    """The lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def imported(node):
    """The dotted names that an import statement may bind."""
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.Import):
        return names
    return [f"{node.module}.{name}" for name in names]


def importers(*packages):
    """The places that import one of the packages, or something in it."""
    return [
        place
        for place, node in nodes((ast.Import, ast.ImportFrom))
        if any(f"{name}.".startswith(f"{each}.") for name in imported(node) for each in packages)
    ]


def swallows(handler):
    """Whether an ``except`` clause takes every error and says nothing."""
    everything = handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}
    return everything and all(isinstance(line, ast.Pass | ast.Continue) for line in handler.body)


def opens_a_file(call):
    """Whether a call opens, reads or writes a file: ``open(...)``, ``path.open("rb")``."""
    called = ast.unparse(call.func)
    method = called.rpartition(".")[2] if isinstance(call.func, ast.Attribute) else ""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    words = [str(value.value) for value in given if isinstance(value, ast.Constant)]
    with_mode = any(FILE_MODE.fullmatch(word) for word in words)
    return called in FILE_FUNCTIONS or method in FILE_METHODS or (method == "open" and with_mode)


def broken_links(document):
    """The relative links of a document that lead nowhere."""
    links = re.findall(r"\]\(([^)\s#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if ":" not in link]
    return [link for link in local if not (document.parent / link).exists()]


def test_every_module_says_what_it_is_for():
    assert [name for name, tree in MODULES.items() if not ast.get_docstring(tree)] == []


def test_no_function_is_longer_than_sixty_lines():
    functions = nodes((ast.FunctionDef, ast.AsyncFunctionDef))
    assert [place for place, function in functions if body_length(function) > 60] == []


def test_no_module_is_longer_than_six_hundred_lines():
    assert [name for name, length in LENGTHS.items() if length > 600] == []


def test_modules_are_short_as_a_rule():
    assert median(LENGTHS.values()) <= 250


def test_no_module_or_class_has_a_vague_name():
    classes = [node.name for _, node in nodes(ast.ClassDef)]
    assert [name for name in [*MODULES, *classes] if VAGUE.search(name)] == []


def test_no_error_is_swallowed_unseen():
    assert [place for place, handler in nodes(ast.ExceptHandler) if swallows(handler)] == []


def test_only_the_store_opens_files_of_an_index():
    may = ("index/disk.py", "index/extraction/", "index/readers/", "web/", "cli/")
    rest = {name: tree for name, tree in MODULES.items() if not name.startswith(may)}
    assert [place for place, call in nodes(ast.Call, rest) if opens_a_file(call)] == []


def test_whoosh_queries_stay_where_queries_are_translated():
    elsewhere = [p for p in importers("whoosh.query") if not p.startswith("search/query/")]
    assert elsewhere == []


def test_whoosh_fields_columns_and_codecs_stay_in_the_index():
    places = importers("whoosh.fields", "whoosh.columns", "whoosh.codec")
    assert [place for place in places if not place.startswith("index/")] == []


def test_no_folder_of_tests_can_take_the_place_of_a_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document):
    assert broken_links(document) == []
