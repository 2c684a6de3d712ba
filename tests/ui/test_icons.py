import re
import xml.etree.ElementTree as ET

import pytest

from madoguchi.ui.assets import FOLDER, asset_url
from madoguchi.ui.icons import icon_names, render_icon

STATUSES = ["new", "open", "wait", "internal", "approval", "hold", "done", "closed", "noreply", "spam", "late"]


def test_icon_beside_a_word_is_hidden_from_screen_readers():
    assert (
        render_icon("mail")
        == f'<svg class="icon" aria-hidden="true"><use href="{asset_url("icons.svg")}#i-mail"/></svg>'
    )


def test_icon_alone_says_its_word_escaped():
    drawn = render_icon("clip", label='"<添付>', size="s", css="mark")

    assert 'class="icon icon-s mark" role="img" aria-label="&quot;&lt;添付&gt;"' in drawn


def test_unknown_icon_is_a_sheet_of_paper():
    assert render_icon("carrier-pigeon") == render_icon("file")


def test_sprite_fills_by_attribute_because_page_styles_do_not_reach_it():
    text = (FOLDER / "icons.svg").read_text()

    assert 'class="' not in text


def test_sprite_names_are_unique_and_on_one_grid():
    symbols = ET.parse(FOLDER / "icons.svg").getroot()
    names = [symbol.get("id") for symbol in symbols]

    assert len(names) == len(set(names)) == len(icon_names())
    assert {symbol.get("viewBox") for symbol in symbols} == {"0 0 24 24"}


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_has_its_own_shape_and_colour(status):
    symbol = re.search(rf'id="i-s-{status}".*', (FOLDER / "icons.svg").read_text())

    assert symbol is not None
    assert f'[data-status="{status}"]' in (FOLDER / "controls.css").read_text()
