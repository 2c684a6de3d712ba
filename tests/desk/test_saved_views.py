"""よく使う条件 and the palette: narrowing down, keeping it under a name, finding one's way."""

import json

import pytest
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.triage import get_or_make_tag
from madoguchi.conversations.actions.views import save_view
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Category, SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


def test_every_condition_is_offered_and_the_present_ones_are_chosen(agent):
    inbox = make_inbox(name="サポート窓口")
    make_team("物流")
    get_or_make_tag("苦情")
    Category.objects.create(name="遅延", parent=Category.objects.create(name="配送"))
    client = browser_of(agent)

    dialog = text_of(client.get(f"/filter?inbox={inbox.pk}&tag=苦情&vip=1", headers=HTMX))
    page = text_of(client.get("/filter"))

    assert f'<option value="{inbox.pk}" selected>サポート窓口</option>' in dialog
    assert '<option value="苦情" selected>苦情</option>' in dialog
    for word in ("物流", "\u3000遅延", "Urgent", "all, also done ones"):
        assert word in dialog
    assert 'name="vip" id="id_vip" checked' in dialog
    assert 'id="rail-body"' in page


def test_conditions_are_kept_under_a_name_and_removed(agent):
    client = browser_of(agent)
    asked = text_of(client.get("/views/new?tag=苦情", headers=HTMX))

    answer = client.post("/views/new?tag=苦情", {"name": "苦情の件"}, headers=HTMX)
    view = SavedView.objects.get()
    rail = text_of(client.get("/rail", headers=HTMX))
    removed = client.post(f"/settings/views/{view.pk}/delete/")

    assert 'name="shared"' not in asked
    assert (view.owner, view.conditions) == (agent, {"tag": "苦情"})
    assert answer["HX-Redirect"] == "/?tag=%E8%8B%A6%E6%83%85"
    assert "苦情の件" in rail
    assert removed.url == "/settings/views/"
    assert SavedView.objects.count() == 0


def test_a_supervisor_shares_with_everybody(agent):
    answer = browser_of(make_user(Role.SUPERVISOR)).post(
        "/views/new?late=1&vip=1", {"name": "重要な遅れ", "shared": "on"}
    )

    assert answer.url == "/?vip=1&late=1"
    assert SavedView.objects.get().owner is None
    assert "重要な遅れ" in text_of(browser_of(agent).get("/"))


@pytest.mark.parametrize("name", ["", "  "])
def test_a_view_needs_a_name(agent, name):
    answer = browser_of(agent).post("/views/new", {"name": name}, headers=HTMX)

    assert answer.status_code == 422


def test_a_view_is_renamed_and_narrowed_by_something_else(agent):
    get_or_make_tag("苦情")
    view = save_view("苦情の件", Filter(tag="苦情", vip=True, sort="newest"), user=agent)
    client = browser_of(agent)

    page = text_of(client.get(f"/settings/views/{view.pk}/"))
    answer = client.post(f"/settings/views/{view.pk}/", {"name": "急ぎの苦情", "tag": "苦情", "priority": "3"})

    assert '<option value="苦情" selected>' in page
    assert 'name="shared"' not in page
    view.refresh_from_db()
    assert answer.url == "/settings/views/"
    assert (view.name, view.owner) == ("急ぎの苦情", agent)
    assert view.conditions == {"tag": "苦情", "priority": 3, "sort": "newest"}  # the form has no field for the order
    assert "急ぎの苦情" in text_of(client.get("/"))


def test_what_cannot_be_chosen_any_more_stays_until_something_else_is(agent):
    view = save_view("古い件", Filter(tag="もうない"), user=agent)
    client = browser_of(agent)

    page = text_of(client.get(f"/settings/views/{view.pk}/"))
    client.post(f"/settings/views/{view.pk}/", {"name": "古い件", "tag": "もうない"})

    view.refresh_from_db()
    assert '<option value="もうない" selected>' in page
    assert view.conditions == {"tag": "もうない"}


def test_a_view_needs_a_name_when_it_is_changed_too(agent):
    view = save_view("苦情の件", Filter(vip=True), user=agent)

    answer = browser_of(agent).post(f"/settings/views/{view.pk}/", {"name": " "})

    assert answer.status_code == 422
    assert SavedView.objects.get().name == "苦情の件"


def test_a_supervisor_shares_a_view_and_takes_it_back(agent):
    supervisor = make_user(Role.SUPERVISOR)
    view = save_view("重要な件", Filter(vip=True), user=supervisor)
    client = browser_of(supervisor)

    client.post(f"/settings/views/{view.pk}/", {"name": "重要な件", "vip": "on", "shared": "on"})
    is_shared = "重要な件" in text_of(browser_of(agent).get("/settings/views/"))
    client.post(f"/settings/views/{view.pk}/", {"name": "重要な件", "vip": "on"})

    view.refresh_from_db()
    assert is_shared
    assert view.owner == supervisor


def test_shared_views_are_changed_only_by_those_who_may_share(agent):
    view = save_view("みんなの件", Filter(vip=True), user=make_admin(), is_shared=True)
    client = browser_of(agent)

    page = text_of(client.get("/settings/views/"))

    assert "みんなの件" in page
    assert f'href="/settings/views/{view.pk}/"' not in page
    assert client.get(f"/settings/views/{view.pk}/").status_code == 403
    assert client.post(f"/settings/views/{view.pk}/", {"name": "私の件"}).status_code == 403
    assert SavedView.objects.get().name == "みんなの件"


def test_without_a_view_the_page_says_how_one_is_made(agent):
    assert "There is no saved view yet" in text_of(browser_of(agent).get("/settings/views/"))


def test_the_views_of_others_cannot_be_removed(agent):
    view = save_view("私の条件", Filter(vip=True), user=make_user())

    assert browser_of(agent).post(f"/settings/views/{view.pk}/delete/").status_code == 404


def test_the_palette_offers_deeds_and_lists_at_once(agent):
    save_view("苦情の件", Filter(tag="苦情"), user=agent)

    answer = text_of(browser_of(agent).get("/palette", headers=HTMX))

    for word in ("New mail", "Drafts", "苦情の件"):
        assert word in answer


def test_the_palette_finds_by_number_by_word_and_by_colleague(agent):
    conversation = make_conversation(subject="土鍋のふたが割れていました")
    make_user(name="中村 大輔")
    client = browser_of(agent)

    by_number = text_of(client.get("/palette", {"q": f"#{conversation.pk}"}, headers=HTMX))
    by_word = text_of(client.get("/palette", {"q": "土鍋"}, headers=HTMX))
    colleague = text_of(client.get("/palette", {"q": "中村"}, headers=HTMX))

    for answer in (by_number, by_word):
        assert answer.count(f'href="/c/{conversation.pk}"') == 1
    assert "中村 大輔" in colleague


def test_the_palette_finds_nothing_of_another_desk(agent):
    hidden = make_conversation(make_inbox(is_open_to_all=False), subject="土鍋の件")
    client = browser_of(agent)

    for typed in (str(hidden.pk), "土鍋"):
        assert f"/c/{hidden.pk}" not in text_of(client.get("/palette", {"q": typed}, headers=HTMX))


def test_the_palette_leads_to_all_results(agent):
    answer = text_of(browser_of(agent).get("/palette", {"q": "ありません<b>"}, headers=HTMX))

    assert 'href="/search?q=%E3%81%82%E3%82%8A%E3%81%BE%E3%81%9B%E3%82%93%3Cb%3E"' in answer
    assert "<b>" not in answer


def test_addresses_of_other_desks_customers_are_not_offered(agent):
    make_conversation(make_inbox(is_open_to_all=False), sender=Address("himitsu@mail.example", "秘密 太郎"))
    make_conversation(sender=Address("hima@mail.example", "秘 花子"))

    for typed in ("hi", "秘"):
        answer = text_of(browser_of(agent).get("/complete", {"q": typed}))
        assert "himitsu" not in answer
        assert "hima@mail.example" in answer
    assert "himitsu" in text_of(browser_of(make_admin()).get("/complete?q=hi"))


def test_a_shared_view_of_a_closed_desk_does_not_tell_of_it(agent):
    closed, opened = make_inbox(is_open_to_all=False), make_inbox()
    leader = make_admin()
    secret = save_view("秘密の件", Filter(inbox=closed.pk), user=leader, is_shared=True)
    save_view("みんなの件", Filter(inbox=opened.pk), user=leader, is_shared=True)
    save_view("苦情の件", Filter(tag="苦情"), user=leader, is_shared=True)
    client = browser_of(agent)

    for path in ("/", "/palette", "/api/v1/views"):
        page = json.dumps(client.get(path).json(), ensure_ascii=False) if "api" in path else text_of(client.get(path))
        assert [name in page for name in ("秘密の件", "みんなの件", "苦情の件")] == [False, True, True]
    assert client.get(f"/api/v1/views/{secret.pk}").status_code in (404, 405)
    closed.users.add(agent)
    assert "秘密の件" in text_of(client.get("/"))


def test_addresses_are_completed(agent):
    make_conversation(sender=Address("yumiko@mail.example", "髙橋 由美子"))
    make_conversation(sender=Address("taro@mail.example"))
    client = browser_of(agent)

    named = text_of(client.get("/complete?q=yumi"))
    bare = text_of(client.get("/complete?q=taro"))

    assert 'data-value="髙橋 由美子 &lt;yumiko@mail.example&gt;"' in named
    assert 'data-value="taro@mail.example"' in bare
    assert text_of(client.get("/complete?q=")).strip() == ""


def test_each_bad_line_of_conditions_says_what_is_wrong_with_it():
    wanted = {"apply": "1", "all-what": ["created", "team"], "all-how": ["is", "is"], "all-value": ["いつか", "無い"]}

    page = text_of(browser_of(make_user(language="en")).get("/filter", wanted))

    assert page.count('aria-invalid="true"') == 2
    assert page.index("“いつか” is no day") < page.index("“無い”")


def test_an_address_that_is_not_understood_says_so():
    page = text_of(browser_of(make_user(language="en")).get("/", {"all_of": '[["subject","like","土鍋"]]'}))

    assert "The conditions in this address cannot be understood" in page


def test_a_list_narrowed_by_conditions_is_not_called_by_its_order():
    page = text_of(browser_of(make_user(language="en")).get("/", {"all_of": '[["subject","has","土鍋"]]'}))

    assert "<h1>Narrowed list</h1>" in page
