"""CTI: what a telephone system tells of calls; the script that tells it."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user

from madoguchi.accounts.choices import Role
from madoguchi.calls.actions.rings import dismiss_ring, note_ring, person_at, set_extension
from madoguchi.calls.handing import extension_of, living_rings
from madoguchi.calls.models import Ring
from madoguchi.core.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).parents[2] / "deploy" / "cti" / "madoguchi-ring"


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


def ring(agent, state="ringing", **values):
    defaults = {"call_id": "1732350000.12", "number": "０３１２３４５６７８", "direction": "in", "by": agent}
    return note_ring(agent, state=state, **defaults | values)


def test_a_call_rings_until_it_has_ended(agent):
    first, second = ring(agent), ring(agent, "answered")
    talking = [each.state for each in living_rings(agent, timezone.now())]
    ring(agent, "ended")
    ring(agent, "ringing")

    assert (first.pk, first.number) == (second.pk, "03-1234-5678")
    assert talking == ["answered"]
    assert living_rings(agent, timezone.now()) == []


def test_what_is_told_in_the_wrong_order_does_not_ring_again(agent):
    ring(agent, "answered")

    assert ring(agent, "ringing").state == "answered"


def test_a_number_that_was_withheld_is_empty(agent):
    assert ring(agent, number="anonymous").number == ""


def test_a_forgotten_call_stops_ringing_and_is_forgotten(agent):
    old = ring(agent)
    Ring.objects.update(at=timezone.now() - timedelta(minutes=4))
    assert living_rings(agent, timezone.now()) == []
    Ring.objects.update(at=timezone.now() - timedelta(days=2))

    ring(agent, call_id="other")

    assert not Ring.objects.filter(pk=old.pk).exists()


def test_a_card_is_put_away_by_its_person_alone(agent):
    found = ring(agent)

    dismiss_ring(make_user(), found.pk)
    still = living_rings(agent, timezone.now())
    dismiss_ring(agent, found.pk)

    assert still == [found]
    assert living_rings(agent, timezone.now()) == []


def test_others_telephones_are_for_who_looks_after_the_workspace(agent):
    with pytest.raises(NotAllowed):
        ring(agent, by=make_user())

    assert ring(agent, by=make_user(Role.ADMIN)).user == agent


def test_a_person_is_found_by_extension_or_address(agent):
    set_extension(agent, " 2 1 ")

    assert (extension_of(agent), person_at("21"), person_at(agent.email.upper())) == ("21", agent, agent)
    with pytest.raises(Invalid):
        set_extension(make_user(), "21")
    set_extension(agent, "")
    with pytest.raises(NotFound):
        person_at("21")


def test_an_unknown_state_is_refused(agent):
    with pytest.raises(Invalid):
        ring(agent, "singing")


class Desk(BaseHTTPRequestHandler):
    told: list[tuple[str, str, dict]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Desk.told.append((self.path, self.headers["Authorization"], json.loads(body)))
        self.send_response(200 if "mdg_right" in self.headers["Authorization"] else 401)
        self.end_headers()

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def desk():
    Desk.told = []
    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(url, *arguments, token="mdg_right"):
    known = {**os.environ, "MADOGUCHI_URL": url, "MADOGUCHI_TOKEN": token}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False)


def test_the_script_tells_what_the_dialplan_gives_it(desk):
    done = run(desk, "ringing", "21", "1732350000.12", "+81312345678", "in")

    assert done.returncode == 0, done.stderr
    wanted = {"state": "ringing", "to": "21", "call_id": "1732350000.12", "number": "+81312345678", "direction": "in"}
    assert Desk.told == [("/api/v1/rings", "Bearer mdg_right", wanted)]


def test_the_script_says_what_is_wrong(desk):
    assert run(desk).returncode == 2
    assert run(desk, "ended", "21", "x", token="mdg_wrong").returncode == 1
    assert Desk.told[-1][2]["number"] == ""
    assert run("http://127.0.0.1:1", "ended", "21", "x").returncode == 1
