"""One record of two, and two of one again; with mail, people and other merges at the same moment."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.customers import find_customers, seen_household_of, seen_suggestions_of, suggestions_for
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import get_customer_for, related_history
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.customers import actions
from madoguchi.customers.choices import SuggestionState
from madoguchi.customers.models import Customer, CustomerMerge, Identity, Suggestion
from madoguchi.events.actor import Actor

BY = Actor.system("test")
PC, PHONE = "tomoko@pc.example", "tomoko.w@keitai-d.example"


@pytest.fixture
def inbox(db):
    return make_inbox()


@pytest.fixture
def kept(inbox):
    customer = make_conversation(inbox, sender=Address(PC, "渡邉 智子")).customer
    actions.change_customer(customer, by=BY, family_name="渡邉", given_name="智子", note="朝は不可")
    return now(customer)


@pytest.fixture
def gone(inbox):
    customer = make_conversation(inbox, sender=Address(PHONE, "渡辺 智子"), subject="返品したい").customer
    actions.change_customer(customer, by=BY, department="総務課", note="お耳が遠い", family_kana="ワタナベ")
    actions.add_postal_address(customer, by=BY, street="ひばり通4-2-9")
    actions.set_tags(customer, ["リピーター"], by=BY)
    actions.note_consent(customer, "survey", is_given=True, source="電話", by=BY)
    return now(customer)


def now(customer):
    return Customer.objects.get(pk=customer.pk)


def merge(kept, gone, **chosen):
    return actions.merge_customers(now(kept), now(gone), by=BY, chosen=chosen)


def picture(customer):
    """Everything a record is, to be compared."""
    row = now(customer)
    names = (
        "family_name",
        "given_name",
        "family_kana",
        "display_name",
        "department",
        "note",
        "is_vip",
        "merged_into_id",
    )
    return (
        {name: getattr(row, name) for name in names},
        sorted(row.identities.values_list("key", "is_primary")),
        sorted(row.addresses.values_list("street", "is_primary")),
        sorted(row.tags.values_list("name", flat=True)),
        sorted(row.consents.values_list("pk", flat=True)),
        sorted(row.conversations.values_list("pk", flat=True)),
        sorted(row.messages.values_list("pk", flat=True)),
    )


def test_everything_goes_along_and_nothing_is_lost(kept, gone):
    merge(kept, gone)

    row = now(kept)
    assert (row.family_name, row.department, row.note) == ("渡邉", "総務課", "朝は不可\n\nお耳が遠い")
    assert sorted(row.identities.values_list("key", "is_primary")) == [(PHONE, False), (PC, True)]
    assert [each.street for each in row.addresses.all()] == ["ひばり通4-2-9"]
    assert [tag.name for tag in row.tags.all()] == ["リピーター"]
    assert row.consents.count() == 1
    assert row.conversations.count() == 2
    assert now(gone).merged_into == row


def test_one_chooses_field_by_field(kept, gone):
    merge(kept, gone, display_name="theirs", department="mine", note="theirs")

    row = now(kept)
    assert (row.display_name, row.department, row.note) == ("渡辺 智子", "", "お耳が遠い")


def test_the_addresses_keep_working_at_once(kept, gone, inbox):
    merge(kept, gone)

    message = receive_mail(inbox, sender=Address(PHONE), subject="別件です")

    assert message.conversation.customer == kept
    assert Customer.objects.count() == 2


def test_apart_again_each_has_what_it_had(kept, gone):
    before = picture(kept), picture(gone)

    done = merge(kept, gone, display_name="theirs", note="theirs")
    undone = actions.unmerge_customers(done, by=BY)

    assert (picture(kept), picture(gone)) == before
    assert (undone.kept_fields, undone.stayed) == ([], 0)


def test_what_has_come_since_stays_and_is_told(kept, gone, inbox):
    done = merge(kept, gone)
    since = receive_mail(inbox, sender=Address(PHONE), subject="新しい件").conversation
    actions.change_customer(now(kept), by=BY, note="改めて")

    undone = actions.unmerge_customers(done, by=BY)

    assert Conversation.objects.get(pk=since.pk).customer == kept
    assert (undone.stayed, undone.kept_fields) == (1, ["note"])
    assert now(kept).note == "改めて"
    assert now(gone).conversations.count() == 1
    assert receive_mail(inbox, sender=Address(PHONE), subject="また別件").conversation.customer == gone


def test_a_merge_is_undone_once_and_the_later_one_first(kept, gone, inbox):
    third = make_conversation(inbox, sender=Address("third@mail.example", "渡辺")).customer
    first = merge(kept, gone)
    second = merge(third, kept)

    with pytest.raises(actions.ChangedSince):
        actions.unmerge_customers(first, by=BY)
    actions.unmerge_customers(second, by=BY)
    actions.unmerge_customers(first, by=BY)
    with pytest.raises(actions.ChangedSince):
        actions.unmerge_customers(first, by=BY)
    assert now(gone).merged_into is None


def test_the_merged_record_leads_to_the_survivor(kept, gone):
    me = make_user()
    merge(kept, gone)

    with pytest.raises(actions.MergedCustomer) as refused:
        get_customer_for(me, gone.pk)

    assert refused.value.facts["into"] == kept.pk
    assert [row.pk for row in find_customers(me, "智子")] == [kept.pk]
    assert len(related_history(me, kept)) == 2


def test_a_number_both_have_stays_where_it_is(kept, gone):
    for each in (kept, gone):
        actions.add_identity(now(each), "phone", "03-1234-5678", by=BY)
    before = picture(kept), picture(gone)

    done = merge(kept, gone)

    assert now(kept).identities.filter(kind="phone").count() == 1
    actions.unmerge_customers(done, by=BY)
    assert (picture(kept), picture(gone)) == before


def test_who_only_reads_merges_nothing(kept, gone):
    reader = make_user(Role.VIEWER).actor
    done = merge(kept, gone)

    with pytest.raises(NotAllowed):
        actions.unmerge_customers(done, by=reader)
    with pytest.raises(NotAllowed):
        actions.merge_customers(kept, gone, by=reader, chosen={})


def test_one_is_not_merged_with_oneself_or_twice(kept, gone):
    with pytest.raises(Invalid):
        merge(kept, kept)
    merge(kept, gone)
    with pytest.raises(actions.MergedCustomer):
        merge(kept, gone)
    with pytest.raises(actions.MergedCustomer):
        actions.change_customer(gone, by=BY, note="x")


def test_a_pair_that_was_merged_is_decided_and_open_again_when_apart(kept, gone):
    for each in (kept, gone):
        actions.add_identity(now(each), "phone", "03-1234-5678", by=BY)
    actions.refresh_suggestions([kept.pk, gone.pk])
    assert Suggestion.objects.get().state == SuggestionState.OPEN

    done = merge(kept, gone)

    assert Suggestion.objects.get().state == SuggestionState.MERGED
    with pytest.raises(NotFound):
        actions.decide(Suggestion.objects.get(), SuggestionState.DIFFERENT, by=BY)
    actions.unmerge_customers(done, by=BY)
    assert Suggestion.objects.get().state == SuggestionState.OPEN


def test_only_those_are_suggested_whom_one_may_see(kept, inbox):
    secret = make_conversation(make_inbox(is_open_to_all=False), sender=Address("s@mail.example", "渡邉 智子")).customer
    for each in (kept, secret):
        actions.add_identity(now(each), "phone", "03-1234-5678", by=BY)
    actions.refresh_suggestions([kept.pk, secret.pk])
    me, boss = make_user(), make_user(Role.OWNER)

    assert not suggestions_for(me).exists()
    assert not seen_suggestions_of(me, kept)
    assert not seen_household_of(me, kept)
    assert suggestions_for(boss).count() == 1
    assert [row.pk for row in seen_household_of(boss, kept)] == [secret.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(6))
def test_mail_that_comes_during_a_merge_finds_the_survivor(number, kept, gone, inbox):
    together(
        lambda: merge(kept, gone).pk,
        lambda: receive_mail(inbox, sender=Address(PHONE), subject=f"別件{number}").pk,
        lambda: receive_mail(inbox, sender=Address(PC), subject=f"件{number}").pk,
    )

    assert not Conversation.objects.filter(customer=gone).exists()
    assert not Message.objects.filter(customer=gone).exists()
    assert Conversation.objects.filter(customer=kept).count() == 4
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(6))
def test_mail_that_comes_while_they_go_apart_is_lost_by_nobody(number, kept, gone, inbox):
    done = merge(kept, gone)

    together(
        lambda: actions.unmerge_customers(done, by=BY).stayed,
        lambda: receive_mail(inbox, sender=Address(PHONE), subject=f"別件{number}").pk,
    )

    message = Message.objects.get(subject=f"別件{number}")
    assert message.conversation.customer_id in (kept.pk, gone.pk)
    assert Identity.objects.get(key=PHONE).customer_id == gone.pk
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(6))
def test_two_merges_at_once_make_one(number, kept, gone):
    outcomes = together(lambda: merge(kept, gone).survivor_id, lambda: merge(gone, kept).survivor_id)

    assert sorted(map(str, outcomes)) in (sorted(["merged", str(kept.pk)]), sorted(["merged", str(gone.pk)]))
    assert CustomerMerge.objects.count() == 1
    survivor = CustomerMerge.objects.get().survivor
    assert survivor.conversations.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(6))
def test_an_edit_during_a_merge_is_in_or_refused(number, kept, gone):
    outcomes = together(
        lambda: merge(kept, gone).pk,
        lambda: actions.change_customer(now(gone), by=BY, department="経理課").department,
        lambda: actions.add_identity(now(gone), "line", f"U{number}", by=BY).pk,
    )

    assert outcomes[1] in ("経理課", "merged")
    if outcomes[1] == "経理課" and not isinstance(outcomes[0], str):
        assert now(kept).department == "経理課"
    line = Identity.objects.filter(kind="line").first()
    assert line is None or line.customer_id == (gone.pk if isinstance(outcomes[0], str) else kept.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_an_answer_and_a_note_written_during_a_merge_are_kept(number, kept, gone):
    agent, conversation = make_user(), gone.conversations.get()
    letter = {"to": (Address(PHONE, "渡辺 智子"),)}

    outcomes = together(
        lambda: merge(kept, gone).pk,
        lambda: reply_to(conversation, agent, **letter).pk,
        lambda: add_note(conversation, "電話しました", user=agent).pk,
    )

    assert not any(isinstance(each, str) for each in (outcomes[0], outcomes[2]))
    assert Conversation.objects.get(pk=conversation.pk).customer_id == kept.pk
    assert Message.objects.filter(conversation=conversation, kind="note").count() == 1
