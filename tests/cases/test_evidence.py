"""Evidence: what was locked stays, and whoever changes it behind our back is noticed."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
from django.db import DatabaseError, connection, transaction
from tests.factories.accounts import make_user
from tests.factories.cases import make_harassment
from tests.factories.conversations import make_conversation, private_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.cases.actions.evidence import lock_conversation, lock_statement, verify_evidence
from madoguchi.cases.actions.opening import link_conversation
from madoguchi.cases.chain import genesis, link
from madoguchi.cases.exporting import export_case, file_name
from madoguchi.cases.models import Evidence
from madoguchi.cases.queries import get_case
from madoguchi.channels.contract import InboundAttachment
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.models import Message
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def case(agent):
    photo = InboundAttachment("写真.png", "image/png", b"\x89PNG 1")
    conversation = make_conversation(text="=HYPERLINK(1) 土下座しろ。", attachments=(photo,))
    add_note(conversation, "38分の通話。大声あり。", user=agent)
    made = make_harassment(agent, make_user(Role.SUPERVISOR), conversations=[conversation])
    assert lock_conversation(made, conversation, user=agent) == 3
    lock_statement(made, "録音ID: REC-20482", user=agent)
    return made


def tamper(sql, *values):
    """As somebody with the database's own key would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_evidence DISABLE TRIGGER evidence_stays")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE cases_evidence ENABLE TRIGGER evidence_stays")


def faults(case, user):
    return [each.position for each in verify_evidence(case, user=user).faults]


def test_what_is_locked_is_a_chain(agent, case):
    rows = list(Evidence.objects.filter(case=case))

    assert [(row.position, row.kind) for row in rows] == [(1, "message"), (2, "file"), (3, "memo"), (4, "statement")]
    assert rows[0].previous == genesis(case.pk)
    assert all(row.hash == link(row.previous, row.content) for row in rows)
    found = get_case(agent, case.pk)
    assert (found.evidence_count, found.evidence_head) == (4, rows[3].hash)
    assert verify_evidence(case, user=agent).is_whole


def test_what_is_locked_is_not_locked_again(agent, case):
    conversation = case.links.get().conversation

    assert lock_conversation(case, conversation, user=agent) == 0
    add_note(conversation, "翌日の電話。", user=agent)
    assert lock_conversation(case, conversation, user=agent) == 1


def test_the_copy_stays_when_the_original_changes(agent, case):
    Message.objects.filter(kind="inbound").update(text="なにもなかった")

    assert Evidence.objects.get(case=case, position=1).content["text"].endswith("土下座しろ。")
    assert verify_evidence(case, user=agent).is_whole


@pytest.mark.parametrize("deed", [
    lambda rows: rows.update(hash="0" * 64), lambda rows: rows.delete(), lambda rows: rows.filter(position=1).delete(),
])  # fmt: skip
def test_the_database_refuses_to_change_or_delete_it(case, deed):
    with pytest.raises(DatabaseError), transaction.atomic():
        deed(Evidence.objects.filter(case=case))

    assert Evidence.objects.filter(case=case).count() == 4


def test_changed_words_are_noticed(agent, case):
    tamper("UPDATE cases_evidence SET content = jsonb_set(content, '{text}', '\"ご丁寧に\"') WHERE position = 1")

    assert faults(case, agent) == [1]


def test_a_missing_piece_is_named(agent, case):
    tamper("DELETE FROM cases_evidence WHERE position = 2")

    verdict = verify_evidence(case, user=agent)
    assert [each.position for each in verdict.faults] == [2]


def test_a_cut_end_is_noticed(agent, case):
    tamper("DELETE FROM cases_evidence WHERE position = 4")

    assert faults(case, agent) == [4]


def test_a_chain_that_was_computed_anew_is_noticed(agent, case):
    rows = list(Evidence.objects.filter(case=case))
    content = {**rows[3].content, "text": "録音なし"}
    forged = link(rows[3].previous, content)
    tamper("UPDATE cases_evidence SET content = %s, hash = %s WHERE position = 4", json.dumps(content), forged)
    type(case).objects.filter(pk=case.pk).update(evidence_head=forged)

    assert faults(case, agent) == [4]


def test_a_piece_put_in_is_noticed(agent, case):
    last = Evidence.objects.get(case=case, position=4)
    content = {"kind": "statement", "text": "あとから"}
    Evidence.objects.create(
        case=case, position=5, kind="statement", content=content, previous=last.hash,
        hash=link(last.hash, content), locked_by=agent, locked_at=last.locked_at,
    )  # fmt: skip

    assert faults(case, agent) == [5, 4]


def test_other_bytes_of_a_file_are_noticed(agent, case):
    blob = Evidence.objects.get(case=case, position=2).blob
    type(blob).objects.filter(pk=blob.pk).update(inline=b"\x89PNG 2")

    assert faults(case, agent) == [2]


def test_only_conversations_of_the_case_that_one_sees_are_locked(agent, case):
    with pytest.raises(NotFound):
        lock_conversation(case, make_conversation(subject="別件"), user=agent)
    with pytest.raises(NotFound):
        link_conversation(case, make_conversation(private_inbox()), user=agent)
    with pytest.raises(Invalid):
        lock_statement(case, "  ", user=agent)
    with pytest.raises(NotFound):
        verify_evidence(case, user=make_user(Role.SUPERVISOR))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_lock_together_both_get_their_place():
    one, other = make_user(), make_user(Role.SUPERVISOR)
    case = make_harassment(one, other)

    together(lambda: lock_statement(case, "ひとつ", user=one), lambda: lock_statement(case, "ふたつ", user=other))

    assert list(Evidence.objects.values_list("position", flat=True)) == [1, 2]
    assert verify_evidence(case, user=one).is_whole
    assert Event.objects.filter(kind="evidence_locked").count() == 2


def test_the_archive_proves_itself(agent, case):
    packed = zipfile.ZipFile(io.BytesIO(export_case(get_case(agent, case.pk))))
    manifest = json.loads(packed.read("manifest.json"))

    previous = manifest["genesis"]
    for piece in manifest["evidence"]:
        canonical = json.dumps(piece["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(previous.encode() + b"\n" + canonical.encode()).hexdigest() == piece["hash"]
        previous = piece["hash"]
        if "sha256" in piece["content"]:
            assert hashlib.sha256(packed.read(piece["file"])).hexdigest() == piece["content"]["sha256"]
    assert (previous, manifest["is_whole"]) == (manifest["head"], True)
    table = list(csv.DictReader(io.StringIO(packed.read("evidence.csv").decode("utf-8-sig"))))
    assert not table[0]["text"].startswith("=")
    assert "土下座しろ" in packed.read("index.html").decode()
    assert all(not name.startswith(("/", "..")) for name in packed.namelist())


def test_the_source_of_a_message_is_named_as_a_mail():
    assert file_name(Evidence(position=3, content={"source_sha256": "ab"})) == "files/0003.eml"
    assert file_name(Evidence(position=4, content={"source_sha256": "", "sha256": "ab"})) == "files/0004.bin"


def test_the_archive_escapes_what_strangers_wrote(agent):
    case = make_harassment(agent, conversations=[make_conversation(text="<script>alert(1)</script>")])
    lock_conversation(case, case.links.get().conversation, user=agent)

    page = zipfile.ZipFile(io.BytesIO(export_case(get_case(agent, case.pk)))).read("index.html").decode()

    assert "<script>" not in page
