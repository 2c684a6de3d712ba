import gzip
import hashlib
import os
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from madoguchi.ui.assets import FOLDER, PARTS, asset_url, bundle, serve_assets, small
from madoguchi.ui.icons import icon_names

SOURCE = Path(__file__).parents[2] / "src" / "madoguchi"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
#: Our own scripts, those of the desk with them.
SCRIPTS = [path for path in sorted(SOURCE.rglob("static/**/*.js")) if path.parent.name != "vendor"]
#: Budgets of the first load, in bytes after compression.
OWN_SCRIPT_MOST, ALL_MOST = 40_000, 120_000


def passed_on(_request):
    return HttpResponse("passed on")


def ask(path, method="get", **headers):
    return serve_assets(passed_on)(getattr(RequestFactory(), method)(path, headers=headers))


def test_app_css_holds_every_sheet_and_declares_the_layers_first():
    sheet = bundle().assets["app.css"].plain.decode()
    named = set(re.findall(r"@layer ([\w, ]+);", sheet)[0].split(", "))
    used = set(re.findall(r"@layer (\w+) \{", sheet))

    assert {path.name for path in FOLDER.glob("*.css")} == set(PARTS)
    assert used == named


def test_asset_is_kept_for_a_year():
    response = ask(asset_url("app.js"))

    assert response.content == small(FOLDER / "app.js")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Vary"] == "Accept-Encoding"


def test_asset_is_compressed_for_who_takes_it():
    response = ask(asset_url("icons.svg"), accept_encoding="br, gzip")

    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == (FOLDER / "icons.svg").read_bytes()
    assert response["Content-Length"] == str(len(response.content))


def test_asset_of_an_earlier_version_is_todays_but_not_kept():
    response = ask("/static/ui/000000000000/app.js")

    assert response.content == small(FOLDER / "app.js")
    assert response["Cache-Control"] == "no-cache"


def test_own_scripts_leave_without_comments_and_what_is_others_as_it_came():
    (vendor,) = (FOLDER / "vendor").glob("htmx*.js")

    assert b"/**" not in small(FOLDER / "composer.js")
    assert len(small(FOLDER / "composer.js")) < (FOLDER / "composer.js").stat().st_size * 0.9
    assert small(vendor) == vendor.read_bytes()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_template_string_stands_in_another(path):
    """What makes scripts smaller cannot read that, and would take blanks out of texts."""
    assert not re.search(r"\$\{[^}`]*`", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", ["/static/ui/x/no.js", "/static/ui/x/../../secret", "/static/ui/", "/static/other.css", "/"]
)
def test_other_paths_are_passed_on(path):
    assert ask(path).content == b"passed on"


def test_posting_is_passed_on():
    assert ask(asset_url("app.js"), method="post").content == b"passed on"


def test_asset_url_refuses_a_typo():
    with pytest.raises(KeyError, match=r"app\.cs"):
        asset_url("app.cs")


def test_asset_url_knows_the_prefix_the_desk_is_mounted_under(monkeypatch):
    monkeypatch.setattr("madoguchi.ui.assets.get_script_prefix", lambda: "/support/")

    assert asset_url("app.css") == f"/support/static/ui/{bundle().version}/app.css"


def test_debug_reads_changed_files_again():
    with override_settings(DEBUG=True):
        before = bundle()
        os.utime(FOLDER / "app.js", ns=(0, max(path.stat().st_mtime_ns for path in FOLDER.rglob("*")) + 1))

        after = bundle()

    assert after is not before
    assert after.version == before.version


def test_first_load_is_within_its_budget():
    sizes = {name: len(asset.compressed) for name, asset in bundle().assets.items()}

    assert sum(sizes[name] for name in bundle().modules) < OWN_SCRIPT_MOST
    assert sum(sizes.values()) < ALL_MOST


def test_vendored_files_are_what_their_list_says():
    listed = dict(
        re.findall(r"^\| `([\w.]+)` .*`([0-9a-f]{64})` \|$", (FOLDER / "vendor/README.md").read_text(), re.MULTILINE)
    )

    assert {name: hashlib.sha256((FOLDER / "vendor" / name).read_bytes()).hexdigest() for name in listed} == listed
    assert set(listed) == {path.name for path in (FOLDER / "vendor").glob("*.js")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_behaviour_is_small_and_started(path):
    text = path.read_text()

    assert len(text.splitlines()) <= 150
    assert ".innerHTML =" not in text or path.name == "chips.js"
    assert "eval(" not in text
    is_part_of_others = path.name in {"anew.js", "app.js", "common.js", "session.js", "stream.js"}
    assert is_part_of_others or f'"./{path.name}"' in (FOLDER / "app.js").read_text()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_template_obeys_the_content_security_policy(path):
    text = path.read_text()

    assert re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|\shx-on|javascript:", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_template_names_icons_that_are_drawn(path):
    named = set(re.findall(r"""{% icon ["']([\w-]+)["']""", path.read_text()))

    assert named <= icon_names()
