"""Documents that are printed from the source are up to date, and links between documents lead somewhere."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "bench" / "README.md"])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
#: Places in the code that a document names: `flows/inbound.py` or `connectors/mail/intake.py: Reader`.
PLACE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.py)(?:: ([A-Za-z_]+))?`")


def test_the_page_of_settings_is_what_the_settings_say():
    spec = importlib.util.spec_from_file_location("settings_page", ROOT / "scripts" / "settings_page.py")
    settings_page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(settings_page)

    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), (
        "Run: python scripts/settings_page.py"
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_places_in_the_code_exist(document):
    places = PLACE.findall(document.read_text(encoding="utf-8"))

    assert [place for place in places if not is_there(*place)] == []


def is_there(path, name):
    places = [base / path for base in (ROOT / "src" / "madoguchi", ROOT / "src", ROOT) if (base / path).exists()]
    return places != [] and (not name or re.search(rf"\b{name}\b", places[0].read_text(encoding="utf-8")) is not None)


def test_decisions_are_numbered_and_dated():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))

    heads = [decision.read_text(encoding="utf-8").splitlines()[:3] for decision in decisions]

    assert [decision.name[:4] for decision in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    assert [head[0].split()[1] for head in heads] == [f"{n}." for n in range(1, len(decisions) + 1)]
    assert [head for head in heads if not re.fullmatch(r"Date: \d{4}-\d\d-\d\d · Status: \w.*", head[2])] == []
