"""Talk scripts: read, checked, followed, taken out and in."""

import json

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.fields import make_field
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.conversations.models import Category, Conversation, CustomField
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.events.models import Event
from madoguchi.guides.actions.runs import SteppedMeanwhile, choose, end_script, present_step, start_script, step_back
from madoguchi.guides.actions.scripts import (
    EditedMeanwhile,
    FaultyScript,
    ScriptDraft,
    delete_script,
    export_script,
    imported,
    keep_script,
)
from madoguchi.guides.choices import SCRIPT_ENDED, SCRIPT_LEFT, SCRIPT_STARTED, SCRIPT_STEPPED
from madoguchi.guides.models import ScriptRun
from madoguchi.guides.queries import runs_of
from madoguchi.guides.scripts import as_source, as_values, read_script

pytestmark = pytest.mark.usefixtures("in_english")

RETURNS = """
# 状態を伺う
商品の状態を伺います。
+ 商品の状態をお聞かせいただけますでしょうか。
? 開封済みでも初期不良なら交換できます。
! 分類 = 返品・交換・返金 › 返品
> 不良 -> 交換を案内
> ご都合 → 条件を確認

# 交換を案内
交換の手順をご案内します。
> 承知いただいた
> 迷っている -> 状態を伺う

# 条件を確認
! ない項目 = x
"""


def make_script(name="返品", source=RETURNS, **values):
    """A script, with the 分類 and the field it sets."""
    main, _new = Category.objects.get_or_create(name="返品・交換・返金", parent=None)
    Category.objects.get_or_create(name="返品", parent=main)
    if not CustomField.objects.filter(name="ない項目").exists():
        make_field("ない項目")
    return keep_script(None, ScriptDraft(name, source, **values), user=make_user(Role.ADMIN))


def problems(source):
    return [(each.line, each.text) for each in read_script(source)[1]]


def test_a_script_is_read():
    steps, wrong = read_script(RETURNS)

    assert wrong == []
    assert [step.name for step in steps] == ["状態を伺う", "交換を案内", "条件を確認"]
    first = steps[0]
    assert (first.say, first.note) == ("商品の状態を伺います。", "開封済みでも初期不良なら交換できます。")
    assert first.phrases == ["商品の状態をお聞かせいただけますでしょうか。"]
    assert first.sets == [("分類", "返品・交換・返金 › 返品")]
    assert [(choice.word, choice.to) for choice in first.choices] == [("不良", "交換を案内"), ("ご都合", "条件を確認")]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("", 1, "empty"),
        ("こんにちは", 1, "Begin with a step"),
        ("# a\n> x -> b", 2, "no step “b”"),
        ("# a\n# a", 2, "already, in line 1"),
        ("# a\n> x\n# b", 3, "No choice leads"),
        ("# a\n> x -> b\n# b\n> y -> a", 1, "in circles"),
        ("# a\n> x\n> -> a", 3, "no words"),
        ("# a\n! 分類", 2, "name = value"),
        ("# \n> x", 1, "1 to 100"),
        ("x" * 100_001, 1, "100,000"),
        ("\n".join(f"# {n}\n> x -> {n + 1}" for n in range(101)) + "\n# 101", 201, "100 steps"),
        ("# a\n" + "> x\n" * 21, 22, "20 choices"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source, line, words):
    found = problems(source)

    assert any(at == line and words in text for at, text in found), found


def test_written_again_it_reads_the_same():
    steps, _wrong = read_script(RETURNS)

    again, wrong = read_script(as_source(as_values(steps)))

    assert wrong == []
    assert [(step.name, step.say, step.sets, step.phrases) for step in again] == [
        (step.name, step.say, step.sets, step.phrases) for step in steps
    ]


@pytest.mark.django_db
def test_what_a_step_sets_has_to_be_there():
    make_field("返品の理由", FieldKind.CHOICE, "破損", "サイズ")
    Category.objects.create(name="返品")
    source = "# a\n! 分類 = 存在しない\n! 分類 = 返品\n! 無い項目 = x\n! 返品の理由 = 破損\n! 返品の理由 = 気分\n> x"

    with pytest.raises(FaultyScript) as refused:
        keep_script(None, ScriptDraft("返品", source), user=make_user(Role.ADMIN))

    assert [(each["line"], each["text"]) for each in refused.value.facts["problems"]][:2] == [
        (2, "There is no category “存在しない”."),
        (4, "There is no field “無い項目”."),
    ]
    assert [each["line"] for each in refused.value.facts["problems"]] == [2, 4, 6]


@pytest.mark.django_db
class TestRuns:
    """Following a script."""

    def test_the_way_taken_stands_in_the_history(self):
        agent, conversation = make_user(), make_conversation()
        run = start_script(conversation, make_script(), user=agent)

        run = choose(run, "状態を伺う", 0, user=agent)
        at = present_step(run)["name"]
        run = choose(run, "交換を案内", 0, user=agent)

        assert at == "交換を案内"
        assert (run.current, run.ended_at is None) == ("", False)
        assert [each["choice"] for each in run.path] == ["不良", "承知いただいた"]
        kinds = [SCRIPT_STARTED, SCRIPT_STEPPED, SCRIPT_ENDED]
        told = Event.objects.about(conversation.event_subject).filter(kind__in=kinds)
        assert list(told.values_list("kind", flat=True)) == [kinds[0], kinds[1], kinds[1], kinds[2]]

    def test_a_step_sets_the_category_and_says_what_it_could_not_set(self):
        agent, conversation = make_user(), make_conversation()
        run = start_script(conversation, make_script(), user=agent)
        leaf = Category.objects.get(name="返品")
        CustomField.objects.all().delete()

        choose(run, "状態を伺う", 1, user=agent)

        assert Conversation.objects.get(pk=conversation.pk).category == leaf
        assert Event.objects.get(kind=SCRIPT_LEFT).data["left"] == "ない項目"

    def test_back_and_end(self):
        agent, conversation = make_user(), make_conversation()
        run = start_script(conversation, make_script(), user=agent)

        with pytest.raises(Invalid):
            step_back(run, "状態を伺う", user=agent)
        run = step_back(choose(run, "状態を伺う", 0, user=agent), "交換を案内", user=agent)
        assert (run.current, run.path) == ("状態を伺う", [])
        end_script(run, "状態を伺う", user=agent)

        with pytest.raises(SteppedMeanwhile):
            choose(run, "状態を伺う", 0, user=agent)

    def test_one_that_is_followed_goes_on_as_it_began(self):
        admin, agent, conversation = make_user(Role.ADMIN), make_user(), make_conversation()
        script = make_script()
        run = start_script(conversation, script, user=agent)
        same = start_script(conversation, script, user=agent)
        keep_script(script, ScriptDraft("返品", "# 別\n> 終わり"), user=admin)
        delete_script(script, user=admin)

        run = choose(ScriptRun.objects.get(pk=run.pk), "状態を伺う", 0, user=agent)

        assert same == run
        assert present_step(run)["name"] == "交換を案内"
        assert [each.name for each in runs_of(conversation.pk)] == ["返品"]

    def test_choices_that_are_none_are_refused(self):
        agent, conversation = make_user(), make_conversation()
        run = start_script(conversation, make_script(), user=agent)

        with pytest.raises(Invalid, match="no such choice"):
            choose(run, "状態を伺う", 7, user=agent)
        with pytest.raises(NotAllowed):
            choose(run, "状態を伺う", 0, user=make_user(Role.VIEWER))

    def test_faults_are_refused_with_all_their_lines(self):
        with pytest.raises(FaultyScript) as refused:
            make_script(source="# a\n> x -> b\n> y -> c")

        assert [each["line"] for each in refused.value.facts["problems"]] == [2, 3]

    def test_of_two_editors_the_second_is_told(self):
        admin, script = make_user(Role.ADMIN), make_script()
        keep_script(script, ScriptDraft("返品", RETURNS, version=1), user=admin)

        with pytest.raises(EditedMeanwhile):
            keep_script(script, ScriptDraft("返品", RETURNS, version=1), user=admin)

    def test_exported_and_imported_it_is_the_same(self):
        admin, script = make_user(Role.ADMIN), make_script()
        file = json.loads(json.dumps(export_script(script)))
        delete_script(script, user=admin)

        again = keep_script(None, imported(file), user=admin)

        assert export_script(again)["steps"][0]["choices"][0]["to"] == "交換を案内"
        assert again.name == "返品"

    @pytest.mark.parametrize("values", [None, [], {}, {"steps": "x"}, {"steps": [1, None]}, {"steps": [{"name": {}}]}])
    def test_other_files_are_refused(self, values):
        with pytest.raises(Invalid):
            keep_script(None, imported(values), user=make_user(Role.ADMIN))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_of_two_who_choose_at_once_one_goes_on(number):
    people, conversation = [make_user(), make_user()], make_conversation(subject=f"件{number}")
    run = start_script(conversation, make_script(), user=people[0])

    outcomes = together(*(lambda n=n: choose(run, "状態を伺う", n, user=people[n]).current for n in (0, 1)))

    assert outcomes.count("stepped_meanwhile") == 1
    assert len(ScriptRun.objects.get().path) == 1
