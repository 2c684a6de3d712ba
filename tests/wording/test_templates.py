"""Templates: who sees and changes them, versions, files, folders, and two people at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.together import together
from tests.factories.wording import make_template, stored

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import Team
from madoguchi.conversations.actions.teams import dissolve_team
from madoguchi.conversations.uses import StillUsed
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event
from madoguchi.wording.actions.favourites import mark_favourite
from madoguchi.wording.actions.folders import rename_folder
from madoguchi.wording.actions.templates import (
    ChangedMeanwhile,
    archive_template,
    change_template,
    create_template,
    delete_template,
    duplicate_template,
    give_template,
    restore_version,
    unarchive_template,
)
from madoguchi.wording.choices import Scope
from madoguchi.wording.content import Content, content_of
from madoguchi.wording.filling import BrokenFields
from madoguchi.wording.models import Template
from madoguchi.wording.queries import (
    Narrowing,
    favourite_ids,
    files_of,
    folder_tree,
    get_template,
    narrowed,
    overdue_reviews,
    versions_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


def changed(template, **values):
    columns = {name: getattr(content_of(template), name) for name in Content.__slots__}
    return Content(**columns | values)


def seen_by(user):
    return {each.name for each in Template.objects.visible_to(user)}


def test_each_sees_their_own_their_teams_and_everybodys(agent, leader):
    team = make_team("サポート", agent)
    make_template(agent, name="自分の")
    make_template(leader, name="他人の")
    make_template(leader, name="全体の", scope=Scope.ALL)
    make_template(leader, name="チームの", scope=Scope.TEAM, team=team)
    make_template(leader, name="別チームの", scope=Scope.TEAM, team=make_team("専門"))

    assert seen_by(agent) == {"自分の", "全体の", "チームの"}
    assert seen_by(leader) == {"他人の", "全体の", "チームの", "別チームの"}
    assert seen_by(make_user(Role.VIEWER)) == set()
    assert seen_by(make_user(Role.GUEST)) == set()


def test_what_one_does_not_see_is_not_there(agent, leader):
    template = make_template(leader)

    with pytest.raises(NotFound):
        get_template(agent, template.pk)


def test_a_team_with_templates_is_not_deleted_and_they_are_named(agent, leader):
    team, admin = make_team("サポート", agent), make_admin()
    template = make_template(leader, name="チームの", scope=Scope.TEAM, team=team)

    with pytest.raises(StillUsed, match="チームの"):
        dissolve_team(team, by=admin.actor)

    assert seen_by(agent) == {"チームの"}
    template.delete()
    dissolve_team(team, by=admin.actor)
    assert not Team.objects.exists()


def test_agents_keep_their_own_only(agent, leader):
    shared = make_template(leader, scope=Scope.ALL)

    with pytest.raises(NotAllowed):
        make_template(agent, scope=Scope.ALL)
    with pytest.raises(NotAllowed):
        change_template(shared, changed(shared, name="別"), user=agent, version=1)
    with pytest.raises(NotAllowed):
        archive_template(shared, user=agent)
    assert make_template(agent).scope == Scope.PERSONAL


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "長" * 101}, "name"),
        ({"body": " \n "}, "body"),
        ({"body": "長" * 20_001}, "body"),
        ({"kind": "phrase", "body": "長" * 2_001}, "body"),
        ({"kind": "letter"}, "kind"),
        ({"language": "tlh"}, "language"),
        ({"channels": ("telepathy",)}, "channels"),
        ({"folder": "a/b/c/d/e"}, "folder"),
        ({"folder": "長" * 130}, "folder"),
        ({"abbreviation": "よ ろ"}, "abbreviation"),
        ({"scope": "team"}, "team"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(leader, values, field):
    with pytest.raises(Invalid) as refused:
        make_template(leader, **values)

    assert refused.value.field == field
    assert not Template.objects.exists()


def test_a_broken_field_is_found_when_it_is_saved(leader):
    with pytest.raises(BrokenFields) as refused:
        make_template(leader, subject="{{件}}")

    assert refused.value.field == "subject"


def test_what_was_typed_is_tidied(leader):
    template = make_template(
        leader, name=" 配送 の\n遅れ ", folder=" 配送 / 遅延/", abbreviation="/おく", body="\r\n本文\r\n次\n"
    )

    assert template.name == "配送 の 遅れ"
    assert template.folder == "配送/遅延"
    assert template.abbreviation == "おく"
    assert template.body == "本文\n次"


def test_each_change_is_a_version_and_none_is_lost(leader):
    template = make_template(leader, body="一")

    change_template(template, changed(template, body="二"), user=leader, version=1)
    same = change_template(template, changed(template, body="二"), user=leader, version=2)

    assert same.version == 2
    assert [(each.number, each.body) for each in versions_of(template)] == [(2, "二"), (1, "一")]
    kinds = list(Event.objects.filter(subject=template.event_subject).order_by("pk").values_list("kind", "data"))
    assert kinds == [
        ("template_created", {"scope": "personal"}),
        ("template_changed", {"fields": ["body"], "version": 2}),
    ]


def test_who_comes_later_is_told_what_stands_there(leader):
    template = make_template(leader, body="一")
    change_template(template, changed(template, body="二"), user=leader, version=1)

    with pytest.raises(ChangedMeanwhile) as refused:
        change_template(template, changed(template, body="三"), user=leader, version=1)

    assert refused.value.facts["body"] == "二"
    assert refused.value.facts["version"] == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told():
    leader, other = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    template = make_template(leader, scope=Scope.ALL, body="一")

    outcomes = together(
        lambda: change_template(template, changed(template, body="二"), user=leader, version=1).body,
        lambda: change_template(template, changed(template, body="三"), user=other, version=1).body,
    )

    assert outcomes.count("changed_meanwhile") == 1
    assert Template.objects.get().body in outcomes
    assert versions_of(template).count() == 2


@pytest.mark.django_db(transaction=True)
def test_archiving_and_changing_at_once_keep_both():
    leader = make_user(Role.SUPERVISOR)
    template = make_template(leader, scope=Scope.ALL, body="一")

    together(
        lambda: archive_template(template, user=leader),
        lambda: change_template(template, changed(template, body="二"), user=leader, version=1),
    )

    found = Template.objects.get()
    assert found.body == "二"
    assert found.archived_at is not None


def test_an_earlier_version_comes_back_with_its_files(leader):
    first = stored(b"eins", "案内.pdf", "application/pdf")
    template = make_template(leader, body="一", files=[first])
    kept = files_of(template).get()
    template = change_template(template, changed(template, body="二"), user=leader, version=1, removed=[kept.pk])
    assert not files_of(template).exists()

    restored = restore_version(template, 1, user=leader, version=2)

    assert (restored.version, restored.body) == (3, "一")
    assert [each.name for each in files_of(restored)] == ["案内.pdf"]
    assert versions_of(template).count() == 3


def test_too_many_files_are_refused(leader):
    files = [stored(bytes([number]), f"{number}.txt", "text/plain") for number in range(11)]

    with pytest.raises(Invalid) as refused:
        make_template(leader, files=files)

    assert refused.value.field == "files"


def test_a_copy_is_ones_own(agent, leader):
    shared = make_template(leader, scope=Scope.ALL, abbreviation="おく", files=[stored(b"x", "x.txt", "text/plain")])

    copy = duplicate_template(shared, user=agent)

    assert (copy.owner, copy.scope, copy.abbreviation) == (agent, Scope.PERSONAL, "")
    assert [each.name for each in files_of(copy)] == ["x.txt"]


def test_what_is_archived_is_not_offered_and_comes_back(leader):
    template = make_template(leader, scope=Scope.ALL)

    archive_template(template, user=leader)
    archive_template(template, user=leader)
    assert list(narrowed(leader, Narrowing())) == []
    assert list(narrowed(leader, Narrowing(is_archived=True))) == [template]

    unarchive_template(template, user=leader)
    assert list(narrowed(leader, Narrowing())) == [template]


def test_only_what_is_archived_is_deleted(leader):
    template = make_template(leader)

    with pytest.raises(Invalid):
        delete_template(template, user=leader)
    archive_template(template, user=leader)
    delete_template(template, user=leader)

    assert not Template.objects.exists()
    with pytest.raises(NotFound):
        change_template(template, Content(name="x", body="y"), user=leader, version=1)


def test_somebody_else_looks_after_a_shared_one(leader):
    template, other = make_template(leader, scope=Scope.ALL), make_user(Role.SUPERVISOR)
    template.review_on = timezone.localdate() - timedelta(days=1)
    template.save()

    give_template(template, other, user=leader)

    assert Template.objects.get().owner == other
    assert overdue_reviews(other) == 1
    with pytest.raises(Invalid):
        give_template(make_template(leader), other, user=leader)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TRAINEE, Role.AGENT])
def test_who_may_not_change_it_does_not_look_after_it(leader, role):
    template, other = make_template(leader, scope=Scope.ALL), make_user(role, name="高橋 翼")

    with pytest.raises(Invalid, match="高橋 翼") as refused:
        give_template(template, other, user=leader)

    assert refused.value.field == "owner"
    assert Template.objects.get().owner == leader


def test_folders_are_a_tree_with_amounts(leader):
    make_template(leader, folder="配送/遅延")
    make_template(leader, folder="配送")
    make_template(leader, folder="返品")

    tree = [(each.path, each.depth, each.amount) for each in folder_tree(leader)]

    assert tree == [("返品", 0, 1), ("配送", 0, 2), ("配送/遅延", 1, 1)]


def test_renaming_a_folder_moves_what_is_in_it(agent, leader):
    make_template(leader, name="一", folder="配送/遅延", scope=Scope.ALL)
    make_template(leader, name="二", folder="配送", scope=Scope.ALL)
    make_template(leader, name="三", folder="配送業者", scope=Scope.ALL)

    assert rename_folder("配送", "お届け", user=agent) == 0  # shared ones are not theirs to move
    assert rename_folder("配送", "お届け", user=leader) == 2

    assert dict(Template.objects.values_list("name", "folder")) == {
        "一": "お届け/遅延",
        "二": "お届け",
        "三": "配送業者",
    }
    assert [each.name for each in narrowed(leader, Narrowing(folder="お届け"))] == ["二", "一"]
    with pytest.raises(Invalid):
        rename_folder("お届け", "お届け/中", user=leader)


def test_a_favourite_is_marked_once_and_taken_off(agent):
    template = make_template(agent)

    mark_favourite(template, user=agent, is_on=True)
    mark_favourite(template, user=agent, is_on=True)
    assert favourite_ids(agent) == {template.pk}

    mark_favourite(template, user=agent, is_on=False)
    assert favourite_ids(agent) == set()


@pytest.mark.parametrize(
    "typed", ["遅延", "ちえん", "遅", "お待たせ", "DELAY", "delay", "おく", "配送", "ﾊｲｿｳ", "おそれ入ります 遅延"]
)
def test_a_template_is_found_by_whatever_stands_in_it(leader, typed):
    wanted = make_template(
        leader,
        name="遅延のお詫び",
        folder="配送",
        abbreviation="おく",
        keywords="delay",
        body="お待たせしており、おそれ入ります。",
    )
    make_template(leader, name="返金", body="返金いたします。")

    assert [each.pk for each in narrowed(leader, Narrowing(typed=typed))] == [wanted.pk]


def test_the_whole_abbreviation_comes_first(leader):
    make_template(leader, name="よろ よろ よろ", body="よろ よろ")
    wanted = make_template(leader, name="結び", abbreviation="よろ", body="よろしくお願いいたします。")

    assert narrowed(leader, Narrowing(typed="よろ"))[0] == wanted


@pytest.mark.parametrize("typed", ["返品", "へんぴん", "ヘンピン"])
def test_who_is_called_so_comes_first_also_by_its_reading(leader, typed):
    body = "返品のご連絡をいただきました。返品の際は、返品用の箱をお使いください。"
    for name in ("交換のご案内", "領収書の再発行", "ポイントについて"):
        make_template(leader, name=name, body=body)
    called = make_template(leader, name="返品(お客様のご都合)のご案内", body="ご連絡ありがとうございます。")

    found = list(narrowed(leader, Narrowing(typed=typed)))

    assert (len(found), found[0]) == (4, called)


def test_a_name_that_begins_as_typed_comes_first(leader):
    make_template(leader, name="折り返しのご希望", body="折り返しのお電話、折り返しのお電話。")
    called = make_template(leader, name="折り返しのお約束", body="ご連絡いたします。")

    assert narrowed(leader, Narrowing(typed="折り返しのお")).first() == called


def test_what_comes_close_is_found_when_nothing_says_all(leader):
    wanted = make_template(leader, name="送料のご案内", body="送料は全国一律です。")
    make_template(leader, name="返金", body="返金いたします。")

    assert [each.pk for each in narrowed(leader, Narrowing(typed="送料 沖縄"))] == [wanted.pk]


def test_create_needs_the_right_to_reply():
    with pytest.raises(NotAllowed):
        create_template(Content(name="名前", body="本文"), user=make_user(Role.VIEWER))
