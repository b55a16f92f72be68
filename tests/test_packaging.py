"""What is shipped and what it needs.

- The wheel holds the four packages whole, and nothing else.
- Every dependency is pinned, with hashes, in a version that pyproject.toml allows.
- The locks agree with each other.
- docs/dependencies.md explains every dependency, and no other.
- No other distribution overwrites a package of ours.
"""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("index", "search", "web", "cli")
LOCKS = sorted(ROOT.glob("*.lock"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = {
    "": PROJECT["project"]["dependencies"],
    **PROJECT["project"]["optional-dependencies"],
    **PROJECT["dependency-groups"],
}
DEPENDENCIES = [Requirement(line) for lines in EXTRAS.values() for line in lines]
# A line "name==version ; marker \" and the lines of its hashes.
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)( ; .+?)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.M)


def pins(lock):
    """Every pin of a lock: (name, version, marker, hashes)."""
    return PIN.findall(lock.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in a wheel that is built from a copy, so that no earlier build is in the way."""
    copy = tmp_path_factory.mktemp("nutgraf")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index"]
    subprocess.run(
        [*build, "--no-build-isolation", "--wheel-dir", copy, copy], check=True, capture_output=True
    )
    return zipfile.ZipFile(next(copy.glob("*.whl"))).namelist()


def test_the_wheel_holds_the_four_packages_whole_and_nothing_else(wheel):
    shipped = {name for name in wheel if ".dist-info/" not in name}
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == ours


@pytest.mark.parametrize("folder", ["cli/samples/", "web/static/", "web/templates/"])
def test_the_wheel_holds_what_is_not_python(wheel, folder):
    assert any(name.startswith(folder) for name in wheel)


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=str)
def test_each_dependency_is_pinned_in_a_version_that_pyproject_allows(dependency):
    name = canonicalize_name(dependency.name)
    pinned = [pin[1] for lock in LOCKS for pin in pins(lock) if pin[0] == name]
    assert pinned, "run: make lock"
    assert all(dependency.specifier.contains(version) for version in pinned)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_each_line_of_a_lock_is_a_pin_with_hashes(lock):
    text = lock.read_text(encoding="utf-8")
    packages = re.findall(r"^[^\s#]", text, re.M)
    assert len(packages) == len(pins(lock))


def test_the_locks_agree_with_each_other():
    versions = {}
    for lock in LOCKS:
        for name, version, marker, hashes in pins(lock):
            versions.setdefault((name, marker), set()).add((version, hashes))
    assert [name for name, found in versions.items() if len(found) > 1] == []


def test_the_page_of_dependencies_explains_each_one_and_no_other():
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| ([\w-]+) \| (\w*) ?\| .+ \| .+ \|$", page, re.M)[1:]
    declared = [
        (canonicalize_name(Requirement(line).name), extra)
        for extra, lines in EXTRAS.items()
        for line in lines
    ]
    assert sorted(explained) == sorted(declared)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_ships_a_package_of_our_name(package):
    assert set(packages_distributions().get(package, [])) <= {"nutgraf"}
