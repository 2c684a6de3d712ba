"""The letter of a bulk reply while it is written: kept, by one page at a time, until it is sent."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.together import together
from tests.factories.wording import stored

from madoguchi.core.errors import Invalid
from madoguchi.outreach.drafts import (
    Begun,
    DraftChanged,
    Page,
    bulk_draft,
    bulk_drafts_of,
    enclosures_of_draft,
    end_bulk_draft,
    keep_bulk_draft,
    place_of,
)
from madoguchi.outreach.models import BulkDraft
from madoguchi.outreach.wording import findings_in_words
from madoguchi.preflight.choices import Level

pytestmark = pytest.mark.django_db

PLACE = place_of([1, 2])


def test_a_selection_is_the_same_in_any_order():
    assert place_of([2, 1, 2]) == place_of([1, 2]) != place_of([1, 3])
    assert place_of([1], retries=7) == "retry:7"


def test_what_is_typed_is_kept_and_typed_over():
    user, file = make_user(), stored(b"a", "a.txt", "text/plain")

    keep_bulk_draft(PLACE, Begun((1, 2), "件名", "本文", "wait", (file,)), page=Page("a"), user=user)
    keep_bulk_draft(PLACE, Begun((1, 2), "件名", "本文2", "open"), page=Page("a"), user=user)

    draft = bulk_draft(user, PLACE)
    assert (draft.text, draft.status_after, draft.version) == ("本文2", "open", 2)
    assert enclosures_of_draft(draft) == (file,)
    assert bulk_draft(make_user(), PLACE) is None


def test_a_page_opened_before_another_wrote_is_refused():
    user = make_user()
    keep_bulk_draft(PLACE, Begun(text="一"), page=Page("a"), user=user)
    opened = bulk_draft(user, PLACE).version

    keep_bulk_draft(PLACE, Begun(text="二"), page=Page("b", opened), user=user)
    with pytest.raises(DraftChanged):
        keep_bulk_draft(PLACE, Begun(text="三"), page=Page("a", 0), user=user)

    assert bulk_draft(user, PLACE).text == "二"


def test_a_text_that_no_letter_may_have_is_not_cut():
    user = make_user()
    keep_bulk_draft(PLACE, Begun(text="一"), page=Page("a"), user=user)

    with pytest.raises(Invalid, match="長すぎます"):
        keep_bulk_draft(PLACE, Begun(text="あ" * 20_001), page=Page("a"), user=user)

    assert bulk_draft(user, PLACE).text == "一"


def test_a_late_save_does_not_bring_back_what_was_sent():
    user = make_user()
    keep_bulk_draft(PLACE, Begun(text="一"), page=Page("a"), user=user)

    end_bulk_draft(PLACE, user=user, writer="a")
    late = keep_bulk_draft(PLACE, Begun(text="一"), page=Page("a"), user=user)

    assert late is None
    assert not bulk_drafts_of(user).exists()
    assert keep_bulk_draft(PLACE, Begun(text="新"), page=Page("b"), user=user).text == "新"


@pytest.mark.django_db(transaction=True)
def test_two_first_keys_at_once_make_one_draft():
    user = make_user()

    def typed(writer):
        return lambda: keep_bulk_draft(PLACE, Begun(text=writer), page=Page(writer), user=user)

    answers = together(typed("a"), typed("b"))

    assert BulkDraft.objects.count() == 1
    assert answers.count("draft_changed") == 1


def test_the_words_are_looked_at_as_they_are_written():
    user = make_user()
    first = make_conversation(make_inbox())
    text = "{{宛名}}\n\n{{注文番号}}を11月25日（金）に●●様へお送りします。{{しらない}}"

    found, letter = findings_in_words(first, text, "", user=user)

    said = {each.words: each for each in found}
    assert said["{{しらない}}"].level == Level.BLOCK
    assert said["{{注文番号}}"].level == Level.WARN
    assert "●●" in " ".join(said)
    assert all(letter.text[each.place.start : each.place.end] == each.words for each in found if each.words)


def test_nothing_is_said_of_what_is_filled_in_for_one():
    first = make_conversation(make_inbox())

    found, _letter = findings_in_words(first, "{{宛名}}\n\nお待たせいたしました。\n\n{{署名}}", "", user=make_user())

    assert [each.words for each in found if each.words] == []
