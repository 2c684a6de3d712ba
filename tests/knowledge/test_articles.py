"""Articles: who reads, writes and publishes them, versions, and two people at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.knowledge import BODY, make_article, make_article_category
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event
from madoguchi.knowledge.actions.articles import (
    ChangedMeanwhile,
    archive_article,
    change_article,
    create_article,
    delete_article,
    give_article,
    publish_article,
    restore_version,
    unarchive_article,
    withdraw_article,
)
from madoguchi.knowledge.choices import Audience, State
from madoguchi.knowledge.content import Content, content_of
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.queries import (
    Narrowing,
    get_article,
    narrowed,
    not_for_customers,
    overdue_reviews,
    public_article,
    versions_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


def change(article, user, *, version=None, **values):
    content = replace(content_of(article), **values)
    return change_article(article, content, user=user, version=version or article.version)


def seen_by(user):
    return {each.title for each in Article.objects.visible_to(user)}


def test_each_role_reads_what_is_for_it(agent, leader):
    make_article(leader, title="公開")
    make_article(leader, title="社内", audience=Audience.INTERNAL)
    make_article(leader, title="下書き", is_published=False)
    make_article(agent, title="自分の下書き", is_published=False)
    archive_article(make_article(leader, title="昔の"), user=leader)

    assert seen_by(leader) == {"公開", "社内", "下書き", "自分の下書き", "昔の"}
    assert seen_by(agent) == {"公開", "社内", "自分の下書き"}
    assert seen_by(make_user(Role.VIEWER)) == {"公開", "社内"}
    assert seen_by(make_user(Role.GUEST)) == {"公開"}
    with pytest.raises(NotFound):
        get_article(agent, Article.objects.get(title="下書き").pk)


def test_an_agent_writes_drafts_and_a_supervisor_publishes_them(agent, leader):
    article = make_article(agent, is_published=False)
    change(article, agent, title="別の題")

    with pytest.raises(NotAllowed):
        publish_article(article, user=agent)
    published = publish_article(article, user=leader)

    assert (published.state, published.published_at is not None) == (State.PUBLISHED, True)
    with pytest.raises(NotAllowed):
        change(published, agent, title="公開後の題")
    with pytest.raises(NotAllowed):
        archive_article(published, user=agent)
    with pytest.raises(NotAllowed):
        create_article(Content("題", "本文"), user=make_user(Role.VIEWER))


def test_what_was_published_once_is_not_its_writers_alone_any_more(agent, leader):
    article = publish_article(make_article(agent, is_published=False), user=leader)
    withdraw_article(article, user=leader)

    with pytest.raises(NotAllowed):
        change(article, agent, title="黙って変える")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "長" * 121}, "title"),
        ({"body": " \n "}, "body"),
        ({"body": "長" * 30_001}, "body"),
        ({"summary": "長" * 401}, "summary"),
        ({"note": "長" * 2_001}, "note"),
        ({"keywords": ("長" * 61,)}, "keywords"),
        ({"colloquial": tuple(f"語{n}" for n in range(41))}, "colloquial"),
        ({"audience": "others"}, "audience"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_cannot_be_kept_names_its_field(leader, values, field):
    with pytest.raises(Invalid) as caught:
        create_article(replace(Content("題", "本文"), **values), user=leader)

    assert caught.value.field == field
    assert not Article.objects.exists()


def test_words_are_tidied(leader):
    article = make_article(leader, title=" 返品  したい ", keywords=("返品", " 返品 ", ""), body="\n本文\r\n続き \n")

    assert (article.title, article.keywords, article.body) == ("返品 したい", ["返品"], "本文\n続き")


def test_each_change_is_a_version_and_what_is_the_same_is_none(leader):
    article = make_article(leader, title="題", body="一")
    changed = change(article, leader, body="二")

    same = change(changed, leader)

    assert (changed.version, same.version) == (2, 2)
    assert [(each.number, each.body) for each in versions_of(article)] == [(2, "二"), (1, "一")]
    kept = Event.objects.get(kind="article_changed")
    assert kept.data == {"name": "題", "fields": ["body"], "version": 2}


def test_a_former_version_stands_again(leader):
    article = make_article(leader, title="題", summary="短い答え", body="一")
    changed = change(article, leader, title="別", summary="", body="二")

    back = restore_version(changed, 1, user=leader, version=2)

    assert (back.title, back.summary, back.body, back.version) == ("題", "短い答え", "一", 3)
    with pytest.raises(NotFound):
        restore_version(back, 9, user=leader, version=3)


def test_who_saves_over_somebody_else_is_asked_to_compare(leader):
    article = make_article(leader, body="一")
    change(article, leader, body="二")

    with pytest.raises(ChangedMeanwhile) as caught:
        change(article, leader, body="三", version=1)

    assert caught.value.current.body == "二"
    assert caught.value.facts["version"] == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told():
    leader, other = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    article = make_article(leader, body="一")

    told = together(
        lambda: change(article, leader, body="二").version, lambda: change(article, other, body="三").version
    )

    assert set(told) == {2, "changed_meanwhile"}
    article.refresh_from_db()
    assert (article.version, versions_of(article).count()) == (2, 2)
    assert versions_of(article)[0].body == article.body


def test_publishing_and_archiving_are_told_once_and_taken_back(leader):
    article = make_article(leader, is_published=False)
    for _again in range(2):
        publish_article(article, user=leader)
        archive_article(article, user=leader)
        with pytest.raises(Invalid):
            publish_article(article, user=leader)
        unarchive_article(article, user=leader)
        unarchive_article(article, user=leader)

    kinds = list(Event.objects.filter(subject=article.event_subject).order_by("pk").values_list("kind", flat=True))
    archived = ["article_archived", "article_unarchived"]
    assert kinds == ["article_created", "article_published", *archived, *archived]
    assert public_article(article.pk).state == State.PUBLISHED


def test_only_what_is_public_and_published_is_open_to_all(leader):
    public = make_article(leader)
    internal = make_article(leader, audience=Audience.INTERNAL)
    draft = make_article(leader, is_published=False)
    archived = make_article(leader)
    archive_article(archived, user=leader)

    assert public_article(public.pk) == public
    numbers = [public.pk, internal.pk, draft.pk, archived.pk, 10**17]
    assert not_for_customers(numbers) == numbers[1:]
    for each in (internal, draft, archived):
        with pytest.raises(NotFound):
            public_article(each.pk)


def test_only_what_is_archived_is_deleted_and_its_number_is_not_given_again(leader):
    article = make_article(leader)
    with pytest.raises(Invalid):
        delete_article(article, user=leader)
    archive_article(article, user=leader)

    delete_article(article, user=leader)

    assert make_article(leader).pk > article.pk
    assert Event.objects.get(kind="article_deleted").data == {"name": article.title}


def test_an_article_is_given_to_somebody_who_may_write(leader, agent):
    article = make_article(leader)

    give_article(article, agent, user=leader)

    article.refresh_from_db()
    assert article.owner == agent
    with pytest.raises(Invalid):
        give_article(article, make_user(Role.VIEWER), user=leader)
    with pytest.raises(NotAllowed):
        give_article(article, agent, user=agent)


def test_lists_are_narrowed(leader):
    main = make_article_category("注文")
    below = make_article_category("キャンセル", parent=main)
    today = timezone.localdate()
    a = make_article(leader, title="あ", category=main, review_on=today)
    b = make_article(leader, title="い", category=below, audience=Audience.INTERNAL)
    c = make_article(leader, title="う", language="en", is_published=False, review_on=today + timedelta(days=1))
    d = make_article(leader, title="え", review_on=today)
    archive_article(d, user=leader)

    def found(**by):
        return [each.title for each in narrowed(leader, Narrowing(**by))]

    assert found() == ["あ", "い", "う"]
    assert found(category=main.pk) == ["あ", "い"]
    assert found(category=below.pk) == ["い"]
    assert found(category=0) == ["う"]
    assert found(audience="internal") == ["い"]
    assert (found(state="draft"), found(state="published")) == (["う"], ["あ", "い"])
    assert found(state="archived") == ["え"]
    assert found(language="en") == ["う"]
    assert found(is_due=True) == ["あ"]
    assert overdue_reviews(leader) == 1
    assert BODY in (a.body, b.body, c.body)


def test_only_what_was_read_is_published(agent, leader):
    article = make_article(agent, is_published=False)
    change(article, agent, body="別の文。")

    with pytest.raises(ChangedMeanwhile):
        publish_article(article, user=leader, version=article.version)

    assert not Article.objects.get().is_published
    assert publish_article(article, user=leader, version=article.version + 1).is_published


def test_a_draft_that_was_published_meanwhile_is_not_saved_as_a_draft(leader):
    article = make_article(leader, is_published=False)
    half = replace(content_of(article), body="書きかけ")
    publish_article(article, user=make_user(Role.ADMIN))

    with pytest.raises(ChangedMeanwhile):
        change_article(article, half, user=leader, version=article.version, was_published=False)

    assert change_article(article, half, user=leader, version=article.version, was_published=True).body == "書きかけ"
