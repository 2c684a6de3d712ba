"""The lock files hold what pyproject.toml asks for, pinned by hash, and name no index."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["s3"]


def locked(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return {
        canonicalize_name(found[1]): found[2] for found in re.finditer(r"^([\w.-]+)==([^ ;\\]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", NEEDED),
        ("requirements-dev.lock", NEEDED + PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_what_the_project_asks_for_is_locked(lock, wanted):
    versions = locked(lock)

    asked = [Requirement(line) for line in wanted]
    missing = [r.name for r in asked if not r.specifier.contains(versions.get(canonicalize_name(r.name), "0"))]

    assert missing == [], "Run: make lock"


def test_tests_run_with_the_versions_that_are_shipped():
    shipped, tested = locked("requirements.lock"), locked("requirements-dev.lock")

    assert {name: tested.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-tools.lock"])
def test_locks_name_no_index(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if "://" in line or line.startswith("-")] == []
