"""Settings of the check before sending: who may, what they inherit, and two people at once."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event
from madoguchi.preflight.actions import (
    ChangedMeanwhile,
    add_watch_words,
    remove_watch_word,
    restore_rule,
    set_levels,
    silence_rule,
)
from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.models import CheckPlan, SilencedRule, WatchWord
from madoguchi.preflight.queries import inherited_levels, rulebook_for, silenced_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin()


def test_the_most_particular_settings_decide(admin):
    inbox = make_inbox()
    set_levels(None, "", {Check.DATES: Level.NOTE, Check.SUBJECT: Level.OFF}, version=0, user=admin)
    set_levels(None, Role.TRAINEE, {Check.DATES: Level.BLOCK}, version=0, user=admin)
    set_levels(inbox, "", {Check.DATES: Level.WARN}, version=0, user=admin)
    set_levels(inbox, Role.TRAINEE, {Check.SUBJECT: Level.BLOCK}, version=0, user=admin)

    levels = {
        (where, role): tuple(rulebook_for(pk, role).levels[check] for check in (Check.DATES, Check.SUBJECT))
        for where, pk in (("here", inbox.pk), ("elsewhere", 0))
        for role in (Role.AGENT, Role.TRAINEE)
    }

    assert levels == {
        ("here", "agent"): ("warn", "off"),
        ("here", "trainee"): ("warn", "block"),
        ("elsewhere", "agent"): ("note", "off"),
        ("elsewhere", "trainee"): ("block", "off"),
    }
    assert inherited_levels(inbox.pk, Role.TRAINEE)[Check.SUBJECT] == Level.OFF


def test_an_empty_plan_is_taken_away(admin):
    plan = set_levels(None, "", {Check.DATES: Level.NOTE}, version=0, user=admin)

    assert set_levels(None, "", {}, version=plan.version, user=admin) is None
    assert not CheckPlan.objects.exists()
    assert set_levels(None, "", {}, version=0, user=admin) is None


def test_whoever_is_late_loses_nothing_of_the_other(admin):
    plan = set_levels(None, "", {Check.DATES: Level.NOTE}, version=0, user=admin)
    set_levels(None, "", {Check.DATES: Level.OFF}, version=plan.version, user=admin)

    for version in (0, plan.version):
        with pytest.raises(ChangedMeanwhile):
            set_levels(None, "", {Check.DATES: Level.BLOCK}, version=version, user=admin)

    assert CheckPlan.objects.get().levels == {"dates": "off"}


def test_two_who_set_the_same_at_once_are_told_apart(transactional_db, admin):
    other = make_admin()

    outcomes = together(
        lambda: set_levels(None, "", {Check.DATES: Level.OFF}, version=0, user=admin) and "set",
        lambda: set_levels(None, "", {Check.DATES: Level.BLOCK}, version=0, user=other) and "set",
    )

    assert sorted(outcomes) == ["changed_meanwhile", "set"]
    assert CheckPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("levels", "role"),
    [
        ({"nonsense": "warn"}, ""),
        ({"dates": "loud"}, ""),
        ({"politeness": "block"}, ""),
        ({"approval": "warn"}, ""),
        ({"dates": "warn"}, "emperor"),
    ],
)
def test_what_cannot_be_meant_is_refused(admin, levels, role):
    with pytest.raises(Invalid):
        set_levels(None, role, levels, version=0, user=admin)


def test_words_are_kept_once_in_any_spelling(admin):
    inbox = make_inbox()

    first = add_watch_words(
        [("絶対", "断定しない"), ("ＡＢＣ", ""), ("", "")], inbox=None, level=Level.WARN, user=admin
    )
    again = add_watch_words([("abc", "使わない")], inbox=None, level=Level.BLOCK, user=admin)
    here = add_watch_words([("abc", "")], inbox=inbox, level=Level.NOTE, user=admin)

    assert (first, again, here) == ((2, 0), (0, 1), (1, 0))
    kept = {(each.word, each.level, each.advice) for each in rulebook_for(inbox.pk, "").words}
    assert kept == {("絶対", "warn", "断定しない"), ("ＡＢＣ", "block", "使わない"), ("abc", "note", "")}
    assert len(rulebook_for(0, "").words) == 2


@pytest.mark.parametrize("words", [[], [("  ", "")], [("あ" * 101, "")]])
def test_words_that_are_none_are_refused(admin, words):
    with pytest.raises(Invalid):
        add_watch_words(words, inbox=None, level=Level.WARN, user=admin)


def test_words_need_a_level(admin):
    with pytest.raises(Invalid):
        add_watch_words([("絶対", "")], inbox=None, level=Level.OFF, user=admin)


def test_a_word_is_removed_once(admin):
    add_watch_words([("絶対", "")], inbox=None, level=Level.WARN, user=admin)
    word = WatchWord.objects.get()
    remove_watch_word(word, user=admin)

    with pytest.raises(NotFound):
        remove_watch_word(WatchWord(pk=word.pk or 1, word="絶対"), user=admin)


def test_the_same_words_at_once_are_there_once(transactional_db, admin):
    add = [lambda: add_watch_words([("絶対", ""), ("必ず", "")], inbox=None, level=Level.WARN, user=admin) and "added"]

    assert together(*add * 3) == ["added"] * 3
    assert WatchWord.objects.count() == 2


def test_a_rule_is_silenced_with_a_reason_and_heard_again(admin):
    silence_rule("ryokai", reason="社風のため", user=admin)
    silence_rule("ryokai", reason="あとから", user=make_admin())
    silenced = silenced_rules()

    restore_rule("ryokai", user=admin)
    restore_rule("ryokai", user=admin)

    assert [(each.user, each.reason) for each in silenced.values()] == [(admin, "社風のため")]
    assert not SilencedRule.objects.exists()
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["politeness_rule_silenced", "politeness_rule_restored"]


def test_a_rule_needs_a_reason_and_to_exist(admin):
    with pytest.raises(Invalid):
        silence_rule("ryokai", reason=" ", user=admin)
    with pytest.raises(NotFound):
        silence_rule("nonsense", reason="x", user=admin)


def test_only_administrators_set_anything():
    leader = make_user(Role.SUPERVISOR)

    for deed in (
        lambda: set_levels(None, "", {}, version=0, user=leader),
        lambda: add_watch_words([("絶対", "")], inbox=None, level=Level.WARN, user=leader),
        lambda: silence_rule("ryokai", reason="x", user=leader),
        lambda: restore_rule("ryokai", user=leader),
    ):
        with pytest.raises(NotAllowed):
            deed()
