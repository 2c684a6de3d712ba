"""Delivery reports: the shared corpus of real ones, and fictional ones for every shape the code knows."""

import email
import json
import re
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.mail.notices import bounced, mail, read

from madoguchi.channels.contract import AutoKind
from madoguchi.connectors.mail.bounces import read_report
from madoguchi.connectors.mail.bounces.fields import blocks, content, header, parts
from madoguchi.connectors.mail.bounces.reasons import code_in, reason_of, stage_of
from madoguchi.connectors.mail.bounces.words import Stage

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "bounces"


#: The corpus gives reports without a code a made-up one, x.0.9nn; ours is then empty, as the contract says.
MADE_UP = re.compile(r"\d\.0\.9\d\d")


def daemon(body: str, *, subject: str = "Undelivered Mail Returned to Sender", extra: str = "") -> str:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mail.example (Mail Delivery System)\nTo: support@harukaze.example\n"
        f"Subject: {subject}\n{extra}\n{body}"
    )


def postfix(diagnostic: str, *, status: str = "5.0.0", action: str = "failed") -> str:
    return (
        "From: MAILER-DAEMON@mail.example\nTo: support@harukaze.example\nSubject: Undelivered Mail Returned to Sender\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis is the mail system at host mail.example.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n"
        f"Final-Recipient: rfc822; hanako@kyaku.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: {diagnostic}\n\n"
        "--b\nContent-Type: message/rfc822\n\nMessage-ID: <m1@harukaze.example>\nTo: hanako@kyaku.example\n"
        "Subject: Re: order\n\nhello\n--b--\n"
    )


@pytest.fixture(scope="module")
def corpus():
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus of bounces (../shared/corpora/bounces) is not here")
    expected = json.loads((CORPUS / "expected.json").read_text())
    read_all = {}
    for name in expected:
        message = email.message_from_bytes((CORPUS / name).read_bytes())
        text = "\n".join(content(part) for part in parts(message) if part.get_content_type() == "text/plain")
        read_all[name] = read_report(message, text)
    return expected, read_all


def test_every_mail_of_the_corpus_is_of_its_kind(corpus):
    expected, found = corpus

    wrong = [
        name
        for name, report in found.items()
        if str(report.auto_kind if report else "normal") != expected[name]["kind"]
    ]

    assert len(found) == 280
    assert wrong == []


def test_every_mail_of_the_corpus_names_as_many_recipients_as_expected(corpus):
    expected, found = corpus

    wrong = [
        name
        for name, report in found.items()
        if expected[name]["kind"] in {"bounce", "feedback"} and len(report.reports) != expected[name]["n"]
    ]

    assert wrong == []


def test_the_corpus_is_read_at_least_as_well_as_measured(corpus):
    expected, found = corpus
    reports = {
        name: report.reports if report and report.auto_kind is not AutoKind.AUTOREPLY else ()
        for name, report in found.items()
    }

    hard = sum(any(r.is_hard for r in reports[name]) == bool(want["hard"]) for name, want in expected.items())
    status = sum(
        want["kind"] == "autoreply"
        or [r.status for r in reports[name]] == ["" if MADE_UP.fullmatch(code) else code for code in want["status"]]
        for name, want in expected.items()
    )
    reason = sum(
        want["kind"] == "autoreply" or [r.reason for r in reports[name]] == want["reasons"]
        for name, want in expected.items()
    )
    with_id = sum(bool(report and report.reported_id) for report in found.values())

    assert hard >= 273
    assert status >= 278
    assert reason >= 266
    assert with_id >= 249


def test_without_decoded_text_the_kind_is_still_found(corpus):
    expected, _ = corpus

    wrong = []
    for name, want in expected.items():
        report = read_report(email.message_from_bytes((CORPUS / name).read_bytes()), "")
        if str(report.auto_kind if report else "normal") != want["kind"]:
            wrong.append(name)

    assert wrong == []


def test_a_standard_report_is_read_field_by_field():
    report = bounced(postfix("smtp; 550 5.1.1 <hanako@kyaku.example>: Recipient address rejected: User unknown"))

    assert report.reported_id == "m1@harukaze.example"
    (found,) = report.reports
    assert found.recipient == "hanako@kyaku.example"
    assert (found.status, found.reason, found.is_hard) == ("5.1.1", "userunknown", True)
    assert found.diagnostic.startswith("550 5.1.1 <hanako@kyaku.example>")


@pytest.mark.parametrize(
    ("diagnostic", "status", "reason", "is_hard"),
    [
        ("smtp; 552 5.2.2 Mailbox full", "5.2.2", "mailboxfull", False),
        ("smtp; 550 5.7.26 sender is unauthenticated, DMARC policy", "5.7.26", "authfailure", False),
        ("smtp; 554 5.7.1 Service unavailable; blocked using rbl.example", "5.7.1", "blocked", False),
        ("smtp; 550 unknown user (in reply to end of DATA command)", "5.0.0", "filtered", False),
        ("smtp; 550 User unknown (in reply to RCPT TO command)", "5.0.0", "userunknown", True),
        ("smtp; 550 5.1.6 mailbox has moved", "5.1.6", "hasmoved", True),
        ("smtp; 556 5.1.10 null MX", "5.1.10", "notaccept", True),
        ("X-Postfix; Host or domain name not found. Name service error", "5.0.0", "hostunknown", True),
        ("X-Postfix; connect to mx.kyaku.example: Connection timed out", "5.0.0", "expired", False),
        ("x-unix; 75", "5.0.0", "mailererror", False),
        ("smtp; 553 kyaku.example does not exist (in reply to MAIL FROM command)", "5.0.0", "rejected", False),
        ("smtp; 550 Access denied (in reply to EHLO command)", "5.0.0", "blocked", False),
        ("smtp; 550 Denied (in reply to EHLO command)", "5.0.0", "blocked", False),
        ("smtp; 550 No (in reply to MAIL FROM command)", "5.0.0", "rejected", False),
        ("smtp; 421 server refused to talk to me, try again later", "5.0.0", "blocked", False),
        ("smtp; 550 No", "5.0.0", "undefined", False),
        ("smtp; 550 5.3.4 No", "5.3.4", "mesgtoobig", False),
        ("smtp; 450 4.2.2 quota exceeded", "4.2.2", "mailboxfull", False),
        ("smtp; 450 4.1.1 user unknown", "4.1.1", "userunknown", False),
    ],
)
def test_the_words_of_the_server_say_why(diagnostic, status, reason, is_hard):
    (found,) = bounced(postfix(diagnostic)).reports

    assert (found.status, found.reason, found.is_hard) == (status, reason, is_hard)


def test_a_delay_is_never_hard():
    source = postfix("smtp; 450 4.4.4 host not found", status="4.4.4", action="delayed")

    (found,) = bounced(source).reports

    assert (found.reason, found.is_hard) == ("expired", False)


def test_a_report_of_success_is_no_failure():
    (found,) = bounced(postfix("smtp; 250 2.6.0 queued", status="2.0.0", action="relayed")).reports

    assert (found.status, found.reason, found.is_hard) == ("2.6.0", "delivered", False)


def test_only_the_failed_recipients_count_when_some_were_reached():
    source = postfix("smtp; 550 5.1.1 user unknown").replace(
        "--b\nContent-Type: message/rfc822",
        "Final-Recipient: rfc822; taro@kyaku.example\nAction: relayed\nStatus: 2.0.0\n\n"
        "--b\nContent-Type: message/rfc822",
    )

    assert [found.recipient for found in bounced(source).reports] == ["hanako@kyaku.example"]


def test_a_status_part_in_base64_is_read():
    source = (
        "From: postmaster@kyaku.example\nSubject: Undeliverable: x\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
        "RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IHRhcm9Aa3lha3UuZXhhbXBsZQpBY3Rpb246IGZhaWxl\n"
        "ZApTdGF0dXM6IDUuMi4yCg==\n--b--\n"
    )

    (found,) = bounced(source).reports

    assert (found.recipient, found.status, found.reason) == ("taro@kyaku.example", "5.2.2", "mailboxfull")


@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_a_status_part_that_cannot_be_decoded_falls_back_on_the_text(encoding):
    source = (
        "From: postmaster@kyaku.example\nSubject: Undeliverable: x\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\n<taro@kyaku.example>: mailbox is full\n\n"
        f"--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: {encoding}\n\nA\n--b--\n"
    )

    (found,) = bounced(source).reports

    assert (found.recipient, found.reason) == ("taro@kyaku.example", "mailboxfull")


def test_qmail_tells_each_recipient_apart():
    source = daemon(
        "Hi. This is the qmail-send program at mail.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        "<hanako@kyaku.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 User unknown\n\n"
        "<taro@kyaku.example>:\nRemote host said: 552 5.2.2 mailbox full\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <support@harukaze.example>\n"
        "Message-ID: <m2@harukaze.example>\nTo: hanako@kyaku.example\n\n550 host unknown\n",
        subject="failure notice",
    )

    report = bounced(source)

    assert report.reported_id == "m2@harukaze.example"
    assert [(r.recipient, r.status, r.reason) for r in report.reports] == [
        ("hanako@kyaku.example", "", "userunknown"),
        ("taro@kyaku.example", "5.2.2", "mailboxfull"),
    ]


def test_exim_names_the_recipient_in_a_header():
    source = daemon(
        "This message was created automatically by mail delivery software.\n\n  save to /home/hanako\n"
        "    mailbox is full: retry timeout exceeded\n",
        extra="X-Failed-Recipients: hanako@kyaku.example\n",
    )

    (found,) = bounced(source).reports

    assert (found.recipient, found.reason) == ("hanako@kyaku.example", "mailboxfull")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "次のあて先へのメッセージはエラーのため送信できませんでした。\n<hanako@keitai.example>: User unknown",
            "filtered",
        ),
        (
            "メールを配信できませんでした。\n宛先：hanako@keitai.example\n該当するアドレスが見つかりません",
            "userunknown",
        ),
        ("お届けできませんでした。\nhanako@keitai.example\nメールボックスの容量が超過しています", "mailboxfull"),
        ("送信できませんでした。\nhanako@keitai.example\n受信者が受信拒否を設定しています", "rejected"),
        ("送信できませんでした。\nhanako@keitai.example\nドメインが存在しません", "hostunknown"),
    ],
)
def test_japanese_notices(body, reason):
    (found,) = bounced(daemon(body, subject="メールエラー通知")).reports

    assert (found.recipient, found.reason) == ("hanako@keitai.example", reason)


def test_the_returned_message_names_the_recipient_when_the_notice_does_not():
    source = daemon(
        "Message could not be delivered.\nError: quota exceeded\n\n  Original message\n\n"
        "Subject: hello\nTo: Hanako <hanako@kyaku.example>\nMessage-Id: <m3@harukaze.example>\n"
    )

    report = bounced(source)

    assert report.reports[0].recipient == "hanako@kyaku.example"
    assert report.reported_id == "m3@harukaze.example"


def test_nobody_named_gives_one_report_without_a_recipient():
    (found,) = bounced(daemon("Message could not be delivered.\n")).reports

    assert (found.recipient, found.reason) == ("", "undefined")


def test_a_report_pasted_into_text_is_read():
    source = (
        "From: Hanako <hanako@kyaku.example>\nTo: support@harukaze.example\n"
        "Subject: Fwd: Undelivered Mail Returned to Sender\n\nFYI\n\n"
        "> This is the mail system.\n>\n> Final-Recipient: rfc822; taro@kyaku.example\n> Action: failed\n"
        "> Status: 5.1.1\n> Diagnostic-Code: smtp; 550 5.1.1\n>  user unknown\n>\n> Message-ID: <m4@harukaze.example>\n"
    )

    report = bounced(source)

    assert report.reported_id == "m4@harukaze.example"
    assert report.reports[0].reason == "userunknown"


def test_a_person_who_forwards_a_report_with_a_question_is_a_person():
    words = "届かないと戻ってきました。" * 12
    source = (
        "From: Hanako <hanako@kyaku.example>\nSubject: Fwd: Undelivered Mail Returned to Sender\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n\n"
        "> Final-Recipient: rfc822; taro@kyaku.example\n> Action: failed\n> Status: 5.1.1\n"
    )

    assert read(source) is None


@pytest.mark.parametrize(
    "source",
    [
        "From: hanako@kyaku.example\nSubject: order\n\nWhen will it arrive?\n",
        "From: hanako@kyaku.example\nSubject: Re: Undelivered Mail Returned to Sender\n\n> could not be delivered\n",
        "From: shop@kyaku.example\nSubject: parcel\n\nYour parcel could not be delivered to hanako@kyaku.example\n",
        "From: hanako@kyaku.example\nAuto-Submitted: no\nSubject: order\n\nhello\n",
        "Return-Path: <>\nFrom: hanako@kyaku.example\nSubject: hello\n\nhi\n",
        "From: hanako@kyaku.example\nSubject: 不在通知が届きました\n\n再配達をお願いします\n",
        "",
    ],
)
def test_a_persons_message_is_no_report(source):
    assert read(source) is None


def test_unknown_charsets_and_eight_bit_headers_do_not_raise():
    message = email.message_from_bytes(
        b"From: MAILER-DAEMON\nSubject: \xff\xfe failure =?x-unknown?q?=FF?=\n"
        b"Content-Type: text/plain; charset=no-such\n\n<a@kyaku.example>: could not be delivered, mailbox full \xff\n"
    )

    report = read_report(message, "")

    assert report is not None
    assert report.reports[0].reason == "mailboxfull"
    assert "=?x-unknown?q?=FF?=" in header(message, "Subject")


def test_a_charset_whose_codec_is_no_text_codec_is_survived():
    part = mail("Content-Type: text/plain; charset=base64\n\nabc\n")

    assert content(part) == "abc\n"
    assert content(mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n")) == ""


def test_a_status_part_without_parts_is_read_as_text():
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload("Final-Recipient: rfc822; a@kyaku.example\nAction: failed\n\nnoise\n\nStatus: 5.1.1\n")

    assert [sorted(group) for group in blocks(part)] == [["action", "final-recipient"], ["status"]]


def test_the_code_behind_a_reply_code_wins():
    assert code_in("5.1.0 - Unknown 550-'5.7.1 denied") == "5.7.1"
    assert code_in("554 4.4.7 expired <421 4.4.2 timeout>", last=True) == "4.4.2"
    assert code_in("250 2.1.0 Ok 451 4.3.0 Error") == "4.3.0"
    assert code_in("192.0.5.1.1 and 10.5.1.1.2") == ""


def test_the_stage_comes_from_the_earliest_text_that_names_one():
    assert stage_of("nothing", "(in reply to RCPT TO command)", "end of DATA") is Stage.RECIPIENT
    assert stage_of("nothing") is Stage.UNKNOWN


def test_a_code_alone_gives_a_reason():
    assert reason_of(("no words",), status="5.7.25", stage=Stage.UNKNOWN) == "requireptr"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_survived(noise):
    head = b"From: MAILER-DAEMON\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"

    for source in (noise, head + noise, head + b"Content-Type: message/delivery-status\n\n" + noise):
        report = read_report(email.message_from_bytes(source), "")
        assert report is None or all(len(r.diagnostic) <= 1_000 for r in report.reports)


def test_deep_and_wide_structures_are_bounded():
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(200))
    wide = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" + "--b\n\nx\n" * 2_000
    many = postfix("smtp; 550 5.1.1 user unknown").replace(
        "--b\nContent-Type: message/rfc822",
        "Final-Recipient: rfc822; x@kyaku.example\nAction: failed\n\n" * 1_000 + "--b\nContent-Type: message/rfc822",
    )

    assert read(nested) is None
    assert read(wide) is not None
    assert len(bounced(many).reports) == 200


def test_a_status_part_of_endless_groups_is_read_in_part():
    part = Message()
    part.set_payload("Action: failed\n\n" * 5_000)

    assert len(blocks(part)) == 500
