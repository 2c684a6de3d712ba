"""Reports of a cloud in JSON, abuse reports, answering programs."""

import json

import pytest
from tests.connectors.mail.notices import bounced, mail, read

from madoguchi.channels.contract import AutoKind
from madoguchi.connectors.mail.bounces import Report, read_report
from madoguchi.connectors.mail.bounces.autoreply import is_autoreply


def test_an_abuse_report_names_who_complained_and_about_what():
    source = (
        "From: fbl@isp.example\nSubject: Abuse Report\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\n\nThis is an email abuse report.\n\n--b\nContent-Type: message/feedback-report\n\n"
        "Feedback-Type: abuse\nOriginal-Rcpt-To: <hanako@kyaku.example>\nOriginal-Rcpt-To: taro@kyaku.example\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <m5@harukaze.example>\nTo: hanako@kyaku.example\n--b--\n"
    )

    report = read(source)

    assert report is not None
    assert report.auto_kind is AutoKind.FEEDBACK
    assert report.reported_id == "m5@harukaze.example"
    assert [(r.recipient, r.reason, r.diagnostic) for r in report.reports] == [
        ("hanako@kyaku.example", "feedback", "abuse"),
        ("taro@kyaku.example", "feedback", "abuse"),
    ]


def test_a_complaint_with_the_message_attached_names_its_recipient():
    source = (
        "From: staff@isp.example\nSubject: complaint about message from 192.0.2.1\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
        "To: hanako@kyaku.example\nMessage-ID: <m6@harukaze.example>\n\nhi\n--b--\n"
    )

    report = read(source)

    assert report is not None
    assert (report.auto_kind, report.reported_id) == (AutoKind.FEEDBACK, "m6@harukaze.example")
    assert report.reports[0].recipient == "hanako@kyaku.example"


def test_apples_unsubscribe_button_is_feedback_of_its_sender():
    report = read("From: hanako@kyaku.example\nX-Apple-Unsubscribe: true\nSubject: unsubscribe\n\nunsubscribe\n")

    assert report is not None
    assert (report.auto_kind, report.reports[0].recipient) == (AutoKind.FEEDBACK, "hanako@kyaku.example")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Auto-Submitted: auto-replied; owner=x\nSubject: hello", "I am away"),
        ("Auto-Submitted: auto-generated\nSubject: hello", "report"),
        ("X-Autoreply: yes\nSubject: hello", "hi"),
        ("Precedence: auto_reply\nSubject: hello", "hi"),
        ("X-Apple-Action: VACATION\nSubject: hello", "hi"),
        ("Subject: =?utf-8?b?6Ieq5YuV5b+c562U?=: hello\nX-Auto-Response-Suppress: All", "hi"),
        ("Return-Path: <>\nSubject: Out of Office: hello", "hi"),
        ("Subject: Out of office", "I am currently out of the office."),
        ("Subject: Automatic reply: order", "This is an automatic reply."),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "--b\n\nread\n--b--"),
    ],
)
def test_answering_programs_are_known(head, body):
    report = read(f"From: hanako@kyaku.example\nIn-Reply-To: <m7@harukaze.example>\n{head}\n\n{body}\n")

    assert report is not None
    assert (report.auto_kind, report.reported_id, report.reports) == (AutoKind.AUTOREPLY, "m7@harukaze.example", ())


def test_a_japanese_autoreply_needs_more_than_its_subject():
    message = mail("From: hanako@kyaku.example\nSubject: =?utf-8?b?6Ieq5YuV6L+U5L+h?=\n\n")

    assert is_autoreply(message, "このメールは自動送信されています。") is True
    assert is_autoreply(message, "自動返信の設定方法を教えてください。") is False


def sns(event: dict) -> str:
    body = json.dumps({"Type": "Notification", "Message": json.dumps(event)})
    return f"From: no-reply@sns.example\nSubject: AWS Notification Message\n\n{body}\n--\nunsubscribe\n"


def test_ses_tells_of_a_bounce_in_json():
    event = {
        "notificationType": "Bounce",
        "bounce": {
            "bouncedRecipients": [
                {"emailAddress": "hanako@kyaku.example", "status": "5.1.1", "diagnosticCode": "smtp; 550 user unknown"},
                "not an object",
            ]
        },
        "mail": {"messageId": "ses-1", "commonHeaders": {"messageId": "<m8@harukaze.example>"}},
    }

    report = bounced(sns(event))

    assert report.reported_id == "m8@harukaze.example"
    assert [(r.recipient, r.status, r.reason, r.is_hard) for r in report.reports] == [
        ("hanako@kyaku.example", "5.1.1", "userunknown", True)
    ]


def test_ses_tells_of_a_complaint_in_json():
    event = {
        "eventType": "Complaint",
        "complaint": {"complaintFeedbackType": "abuse", "complainedRecipients": [{"emailAddress": "a@kyaku.example"}]},
        "mail": {"messageId": "ses-2"},
    }

    report = read(sns(event))

    assert report is not None
    assert (report.auto_kind, report.reported_id) == (AutoKind.FEEDBACK, "ses-2")
    assert (report.reports[0].recipient, report.reports[0].diagnostic) == ("a@kyaku.example", "abuse")


@pytest.mark.parametrize(
    "event",
    [
        {"notificationType": "Open", "mail": {}},
        {"notificationType": "Bounce"},
        {"notificationType": 1, "mail": {}},
    ],
)
def test_other_json_is_no_report(event):
    assert read(sns(event)) is None


def test_ses_json_of_the_wrong_shape_gives_no_recipients():
    bounce = read(sns({"notificationType": "Bounce", "bounce": {"bouncedRecipients": {}}, "mail": {"messageId": 1}}))
    delivery = read(sns({"notificationType": "Delivery", "delivery": [], "mail": {}}))

    assert bounce == Report(AutoKind.BOUNCE, (), "")
    assert delivery == Report(AutoKind.BOUNCE, (), "")


@pytest.mark.parametrize("text", ["{" * 100_000, '{"a":' * 50_000, "{}"])
def test_json_that_is_none_is_just_text(text):
    assert read_report(mail("From: a@kyaku.example\nSubject: x\n\n"), text) is None
