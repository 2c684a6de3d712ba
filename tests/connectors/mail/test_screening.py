"""Screening: which mail is whose, which kind a machine's mail is, and whom a machine may answer."""

import email
import json
from email.message import Message
from pathlib import Path

import pytest

from madoguchi.channels.contract import Address, AutoKind, InboundMessage
from madoguchi.connectors.mail.parse import parse_mail
from madoguchi.connectors.mail.screening import MAX_HOPS, Ours, Screening, Verdict, screen

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "bounces"
OURS = Ours(
    addresses=frozenset({"support@harukaze.example"}),
    marker="installation-1",
    is_our_id=lambda message_id: message_id.startswith("mdg."),
)


def inbound(sender: str = "hanako@kyaku.example", **fields: object) -> InboundMessage:
    given = {
        "external_id": "m1@kyaku.example",
        "sender": Address(sender),
        "subject": "注文について",
        "text": "いつ届きますか。",
        "fingerprint": "f",
    }
    return InboundMessage(**(given | fields))


def mail(head: str = "", body: str = "いつ届きますか。") -> Message:
    return email.message_from_bytes(f"From: hanako@kyaku.example\nSubject: order\n{head}\n{body}\n".encode())


def screened(head: str = "", **fields: object) -> Screening:
    return screen(inbound(**fields), mail(head), ours=OURS)


def test_a_persons_mail_passes():
    assert screened() == Screening(Verdict.ACCEPT, AutoKind.NONE)


def test_somebody_elses_mail_under_an_id_of_ours_is_theirs():
    assert screened(external_id="mdg.1.abc@harukaze.example") == Screening(Verdict.ACCEPT, AutoKind.NONE)


def test_our_own_id_is_a_copy_that_the_intake_knows():
    outcome = screened(external_id="mdg.1.abc@harukaze.example", sender="Support@Harukaze.example")

    assert (outcome.verdict, outcome.auto_kind, outcome.why) == (Verdict.ACCEPT, AutoKind.LOOP, "own_message_id")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("X-Madoguchi-Loop: installation-1\n", "own_marker"),
        ("Received: by relay.example\n" * (MAX_HOPS + 1), "too_many_hops"),
        ("X-Loop: Support@harukaze.example\n", "own_x_loop"),
        ("Delivered-To: a@kyaku.example\n" * 4, "delivered_again"),
    ],
)
def test_mail_that_goes_in_circles_waits_in_quarantine(head, why):
    outcome = screened(head)

    assert (outcome.verdict, outcome.auto_kind, outcome.why) == (Verdict.QUARANTINE, AutoKind.LOOP, why)


@pytest.mark.parametrize(
    "head",
    [
        "X-Madoguchi-Loop: installation-2\n",
        "Received: by relay.example\n" * MAX_HOPS,
        "X-Loop: list@kyaku.example\n",
        "Delivered-To: a@kyaku.example\n" * 3,
        "Auto-Submitted: no\n",
        "X-Auto-Response-Suppress: DR, RN\n",
        "Return-Path: <hanako@kyaku.example>\n",
        "Precedence: first-class\n",
    ],
)
def test_what_only_resembles_a_loop_or_a_machine_passes(head):
    assert screened(head) == Screening(Verdict.ACCEPT, AutoKind.NONE)


def test_without_a_marker_of_our_own_no_marker_is_ours():
    outcome = screen(inbound(), mail("X-Madoguchi-Loop:\n"), ours=Ours())

    assert outcome.auto_kind is AutoKind.NONE


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Auto-Submitted: auto-replied\n", AutoKind.AUTOREPLY),
        ("Auto-Submitted: auto-replied\nPrecedence: bulk\n", AutoKind.AUTOREPLY),
        ("Auto-Submitted: auto-generated\n", AutoKind.AUTOREPLY),
        ("Auto-Submitted: auto-generated\nList-Id: <news.kyaku.example>\n", AutoKind.BULK),
        ("X-Autoreply: yes\n", AutoKind.AUTOREPLY),
        ("X-Auto-Response-Suppress: OOF, AutoReply\n", AutoKind.AUTOREPLY),
        ("List-Unsubscribe: <mailto:off@kyaku.example>\n", AutoKind.BULK),
        ("List-Help: <mailto:help@kyaku.example>\n", AutoKind.BULK),
        ("Precedence: Bulk\n", AutoKind.BULK),
        ("Precedence: list\n", AutoKind.BULK),
        ("Precedence: junk\n", AutoKind.BULK),
        ("Return-Path: <>\n", AutoKind.AUTOREPLY),
        ("X-Failed-Recipients: taro@kyaku.example\n", AutoKind.BOUNCE),
        ("X-Apple-Unsubscribe: true\n", AutoKind.FEEDBACK),
    ],
)
def test_machines_are_known_and_let_in(head, kind):
    outcome = screened(head)

    assert (outcome.verdict, outcome.auto_kind) == (Verdict.ACCEPT, kind)


def test_an_automatic_answer_through_a_list_is_still_an_answer():
    outcome = screened("Auto-Submitted: auto-replied\nList-Id: <desk.kyaku.example>\n", in_reply_to="mdg.1")

    assert outcome.auto_kind is AutoKind.AUTOREPLY


def test_the_envelope_outranks_the_return_path():
    given = screen(inbound(), mail("Return-Path: <>\n"), ours=OURS, envelope_sender="hanako@kyaku.example")
    empty = screen(inbound(), mail(), ours=OURS, envelope_sender="")

    assert (given.auto_kind, empty.auto_kind) == (AutoKind.NONE, AutoKind.AUTOREPLY)


def test_a_report_is_written_into_the_message():
    message = mail("X-Failed-Recipients: taro@kyaku.example\nReferences: <mdg.1@harukaze.example>\n", "mailbox is full")
    original = inbound(text="mailbox is full")

    applied = screen(original, message, ours=OURS).apply(original)

    assert applied.auto_kind is AutoKind.BOUNCE
    assert applied.reported_id == "mdg.1@harukaze.example"
    assert [(report.recipient, report.reason) for report in applied.reports] == [("taro@kyaku.example", "mailboxfull")]


def test_the_answered_message_stands_in_for_a_missing_id():
    original = inbound(in_reply_to="mdg.2@harukaze.example")

    applied = screen(original, mail("Auto-Submitted: auto-replied\n"), ours=OURS).apply(original)

    assert applied.reported_id == "mdg.2@harukaze.example"


def test_a_persons_message_stays_as_it_was():
    original = inbound()

    assert screened().apply(original) == original


def test_every_mail_of_the_corpus_is_of_its_kind_after_parsing():
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus of bounces (../shared/corpora/bounces) is not here")
    expected = json.loads((CORPUS / "expected.json").read_text())

    wrong = []
    for name, want in expected.items():
        raw = (CORPUS / name).read_bytes()
        outcome = screen(parse_mail(raw), email.message_from_bytes(raw), ours=OURS)
        if (outcome.auto_kind.value or "normal") != want["kind"] or outcome.verdict is not Verdict.ACCEPT:
            wrong.append(name)

    assert len(expected) == 280
    assert wrong == []
