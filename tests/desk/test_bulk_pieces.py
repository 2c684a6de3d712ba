"""The preview of a bulk reply on the screen, looked at in pieces."""

import re

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.bulk_pages import conversations, form
from tests.factories.conversations import make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def inbox():
    return make_inbox()


def test_the_preview_goes_on_piece_by_piece(agent, inbox, monkeypatch):
    monkeypatch.setattr("madoguchi.outreach.looking.monotonic", iter(range(0, 10_000, 10)).__next__)
    add_watch_words([("遅れて", "")], inbox=None, level=Level.WARN, user=make_admin())
    rows, browser = conversations(inbox, 3), browser_of(agent)
    values = form(rows)
    pages = [text_of(browser.post("/bulk-replies/new", values, headers=HTMX))]

    while found := re.search(r'name="carried" value="([^"]+)"', pages[-1]):
        looked_at = re.search(r'name="looked" value="(\w+)"', pages[0])[1]
        ticked = re.findall(r'name="acknowledge" value="([^"]*)"', pages[-1])
        further = {**values, "look_on": "1", "carried": found[1], "looked": looked_at, "acknowledge": ticked}
        pages.append(text_of(browser.post("/bulk-replies/new", further, headers=HTMX)))

    assert len(pages) == 3
    assert [page.count('name="include"') for page in pages] == [1, 1, 1]
    assert ["1 of 3 looked at" in pages[0], "2 of 3 looked at" in pages[1]] == [True, True]
    assert ["3 to decide about" in pages[2], "3 letters" in pages[2]] == [True, True]
    assert re.search(r'name="acknowledge" value="[^"]+" checked', pages[2])
    assert ['name="send"' in page for page in pages] == [False, False, True]


def look_at_all(browser, values):
    """Look at every letter, one a piece, sending what the browser would have in its form; what it has at the end."""
    kept = {**values, "shown": [*values.get("shown", ())], "include": [*values.get("include", ())]}
    page = text_of(browser.post("/bulk-replies/new", kept, headers=HTMX))
    kept |= {"shown": [], "include": [], "with_choice": "1"}
    kept |= {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("looked", "left_out")}
    while True:
        kept["shown"] += re.findall(r'name="shown" value="(\d+)"', page)
        kept["include"] += re.findall(r'name="include" value="(\d+)" checked', page)
        if not (found := re.search(r'name="carried" value="([^"]+)"', page)):
            return kept
        further = {**kept, "look_on": "1", "carried": found[1]}
        page = text_of(browser.post("/bulk-replies/new", further, headers=HTMX))


def test_letters_of_later_pieces_are_ticked_until_somebody_unticks_them(agent, inbox, monkeypatch):
    monkeypatch.setattr("madoguchi.outreach.looking.monotonic", iter(range(0, 10_000, 10)).__next__)
    rows, browser = conversations(inbox, 4), browser_of(agent)
    numbers = [str(row.pk) for row in rows]
    first = look_at_all(browser, form(rows))

    second = look_at_all(browser, {**first, "include": [each for each in numbers if each != numbers[2]]})
    third = look_at_all(browser, second)
    back = look_at_all(browser, {**third, "include": numbers})

    assert first["shown"] == first["include"] == numbers
    assert [second["shown"], third["shown"]] == [numbers, numbers]
    assert second["include"] == third["include"] == [numbers[0], numbers[1], numbers[3]]
    assert back["include"] == numbers


def test_the_preview_goes_on_without_scripts(agent, inbox, monkeypatch):
    monkeypatch.setattr("madoguchi.outreach.looking.monotonic", iter(range(0, 10_000, 10)).__next__)
    rows, browser = conversations(inbox, 3), browser_of(agent)
    values = form(rows)
    pages = [text_of(browser.post("/bulk-replies/new", values))]

    while 'name="look_on"' in pages[-1]:
        hidden = {
            name: re.search(rf'name="{name}" value="([^"]*)"', pages[-1])[1]
            for name in ("carried", "looked", "seen_event_id", "with_choice")
        }
        ticked = re.findall(r'name="include" value="(\d+)" checked', pages[-1])
        shown = re.findall(r'name="shown" value="(\d+)"', pages[-1])
        further = {**values, **hidden, "look_on": "1", "include": ticked, "shown": shown}
        pages.append(text_of(browser.post("/bulk-replies/new", further)))

    assert len(pages) == 3
    assert [len(re.findall(r'name="include" value="\d+" checked', page)) for page in pages] == [1, 2, 3]
    assert ['name="send"' in page for page in pages] == [False, False, True]


def test_what_was_changed_meanwhile_is_looked_at_from_the_beginning(agent, inbox, monkeypatch):
    monkeypatch.setattr("madoguchi.outreach.looking.monotonic", iter(range(0, 10_000, 10)).__next__)
    rows, browser = conversations(inbox, 2), browser_of(agent)
    first = text_of(browser.post("/bulk-replies/new", form(rows), headers=HTMX))
    carried = re.search(r'name="carried" value="([^"]+)"', first)[1]
    looked_at = re.search(r'name="looked" value="(\w+)"', first)[1]

    other = form(rows, text="{{customer.name}} 様\n\n別の文", look_on="1", carried=carried, looked=looked_at)
    again = text_of(browser.post("/bulk-replies/new", other, headers=HTMX))

    assert "1 of 2 looked at" in again
    assert 'id="bulk-looked"' in again
