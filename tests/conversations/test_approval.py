"""Rules of approval: pure, from facts to steps to people."""

import pytest
from tests.factories.accounts import make_admin, make_team, make_user

from madoguchi.accounts.choices import Role
from madoguchi.conversations.approval import (
    Condition,
    Facts,
    People,
    Rule,
    Staff,
    Step,
    applied,
    deciders_of,
    steps_of,
)
from madoguchi.conversations.private_data import private_data_in
from madoguchi.conversations.yen import amounts_in

FACTS = Facts(
    author=7,
    role=Role.AGENT,
    inbox=1,
    channel="mail",
    teams=frozenset({3}),
    categories=frozenset({20, 2}),
    words="返金いたします。85,000円",
    most_yen=85_000,
    complaint=("苦情",),
    private=("card",),
    new_addresses=("new@mail.example",),
    files=("見積書.pdf",),
)
EMPTY = Facts(author=8, role=Role.AGENT, inbox=1, channel="mail")


def rule(*conditions: Condition, pk: int = 1, steps: tuple[Step, ...] = (), inboxes: frozenset[int] = frozenset()):
    return Rule(pk, "", conditions, steps, inboxes)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Condition("role", (Role.AGENT,)), (Role.AGENT,)),
        (Condition("author", (7,)), (7,)),
        (Condition("team", (3, 4)), (3,)),
        (Condition("category", (2,)), (2,)),
        (Condition("channel", ("mail",)), ("mail",)),
        (Condition("amount", (50_000,)), (85_000,)),
        (Condition("keyword", ("ﾍﾝｷﾝ", "返金")), ("返金",)),
        (Condition("complaint"), ("苦情",)),
        (Condition("private"), ("card",)),
        (Condition("new_address"), ("new@mail.example",)),
        (Condition("attachment"), ("見積書.pdf",)),
    ],
)
def test_a_condition_holds_and_says_by_what(condition, found):
    (one,) = applied([rule(condition)], FACTS, is_trainee=False)

    assert one.found[0].found == found
    assert applied([rule(condition)], EMPTY, is_trainee=False) == [] or condition.kind in ("role", "channel")


def test_all_conditions_of_a_rule_must_hold_and_its_desk_must_be_the_one():
    both = rule(Condition("amount", (50_000,)), Condition("role", (Role.TRAINEE,)))
    elsewhere = rule(Condition("complaint"), inboxes=frozenset({2}))

    assert applied([both, elsewhere], FACTS, is_trainee=False) == []


def test_a_trainee_to_whom_no_rule_applies_is_checked_all_the_same():
    (one,) = applied([], EMPTY, is_trainee=True)

    assert (one.rule, one.steps) == (0, (Step(),))


def test_steps_of_several_rules_come_together_and_anybody_is_left_out_beside_somebody():
    leader = Step(People(people=(5,)), minutes=60)
    one = rule(Condition("complaint"), pk=1, steps=(Step(),))
    two = rule(Condition("amount", (1,)), pk=2, steps=(leader,))
    three = rule(Condition("attachment"), pk=3, steps=(Step(People(people=(5,)), needed=1, minutes=30),))

    steps = steps_of(applied([one, two, three], FACTS, is_trainee=False))

    assert [(step.who.people, step.minutes, step.rule) for step in steps] == [((5,), 30, 2)]


def test_two_steps_of_one_rule_stay_two():
    twice = rule(Condition("complaint"), steps=(Step(), Step()))

    assert len(steps_of(applied([twice], FACTS, is_trainee=False))) == 2


@pytest.fixture
def staff(db):
    boss, agent, trainee = make_user(Role.SUPERVISOR), make_user(), make_user(Role.TRAINEE)
    team = make_team("", agent)
    people = {user.pk: user for user in (boss, agent, trainee)}
    return boss, agent, trainee, Staff(people, {team.pk: frozenset({agent.pk})}, {}), team


def test_deciders_are_those_named_without_the_author(staff):
    boss, agent, trainee, everybody, team = staff

    assert deciders_of(Step(People(teams=(team.pk,))), everybody, author=trainee.pk).ids == {agent.pk}
    assert deciders_of(Step(People(roles=(Role.SUPERVISOR,))), everybody, author=None).ids == {boss.pk}
    own = deciders_of(Step(People(people=(agent.pk,))), everybody, author=agent.pk)
    assert (own.ids, own.is_fallback) == ({boss.pk}, True)


def test_who_left_or_may_not_decide_gives_way_to_everybody_who_may_approve(staff):
    boss, _agent, trainee, everybody, _team = staff

    found = deciders_of(Step(People(people=(trainee.pk, 999_999))), everybody, author=None)

    assert (found.ids, found.is_fallback) == ({boss.pk}, True)


def test_the_substitute_of_who_is_away_decides_and_a_circle_ends(staff):
    boss, agent, _trainee, everybody, _team = staff
    step = Step(People(people=(boss.pk,)))

    away = Staff(everybody.people, {}, {boss.pk: agent.pk})
    circle = Staff(everybody.people, {}, {boss.pk: agent.pk, agent.pk: boss.pk})

    assert deciders_of(step, away, author=None).ids == {agent.pk}
    assert deciders_of(step, circle, author=None).ids == {boss.pk}  # nobody else: better away than nobody
    assert deciders_of(step, circle, author=None).is_fallback


def test_only_who_sees_the_desk_decides(staff):
    boss, agent, _trainee, everybody, _team = staff
    admin = make_admin()
    closed = Staff({**everybody.people, admin.pk: admin}, {}, {}, open_to_all=False, named=frozenset({agent.pk}))

    assert deciders_of(Step(), closed, author=None).ids == {admin.pk}
    assert boss.pk not in deciders_of(Step(People(people=(boss.pk, agent.pk))), closed, author=None).ids


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("代金は5,000円です", [5_000]),
        ("￥１２，８００を返金", [12_800]),
        ("JPY 50,000", [50_000]),
        ("1万2千円と12.5万円", [12_000, 125_000]),
        ("3億円", [300_000_000]),
        ("8,580円（税込）、送料 500 円", [8_580, 500]),
        ("受付番号1234、2026年11月25日", []),
        ("円満に解決", []),
        ("80,0\u200b00円、8\u00ad0000円", [80_000, 80_000]),
        ("八万円、金八萬円也、八〇〇〇〇円、五万八千円", [80_000, 80_000, 80_000, 58_000]),
        ("80千円、8 万 円、80 000円", [80_000, 80_000, 80_000]),
        ("80,000\n円、80000エン", [80_000, 80_000]),
        ("80.000円、合計80,000(税込)円", [80_000, 80_000]),
        ("￥80 000-、¥8万", [80_000, 80_000]),
        ("¥5,000を10個、二十三日 3,000円", [5_000, 3_000]),
        ("3億5000万円、1億2千万円", [350_000_000, 120_000_000]),
        ("1,2345円", [12_345]),
        ("80, 000円、80，　000円、80、000円、80'000円", [80_000] * 4),
        ("8 0 0 0 0 円、８ ００００円、80 0000円", [80_000, 80_000, 800_000]),
        ("80,000(円)、80,000-円、80000.-円、80,000￥です", [80_000] * 4),
        ("$500と300ドル、20 USD", [125_000, 75_000, 5_000]),
        ("2024、300円、¥500 ¥300、1 2 3 円", [300, 500, 300, 3]),
        ("お荷物番号 1234-5678-9012、電話 03-1234-5678、$ は使いません", []),
        ("3エンジン", []),
    ],
)
def test_amounts_are_read_as_people_write_them(text, amounts):
    assert amounts_in(text) == amounts


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("カード番号 4111 1111 1111 1111", {"card"}),
        ("4111 1111 1111 1112", set()),
        ("マイナンバーは1234 5678 9018です", {"my_number"}),
        ("お電話 03-0000-1234", {"phone"}),
        ("携帯 09000001234", {"phone"}),
        ("〒100-0001 東京都", {"postal"}),
        ("普通 1234567", {"bank"}),
        ("受付番号 12345678、11月25日(水)17時", set()),
    ],
)
def test_personal_data_is_recognised(text, kinds):
    assert private_data_in(text) == kinds
