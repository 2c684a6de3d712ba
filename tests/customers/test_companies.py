"""Companies, their domains and people."""

import pytest
from tests.factories.accounts import make_user

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers import actions
from madoguchi.customers.models import Customer, Suggestion
from madoguchi.customers.naming import customers_called
from madoguchi.customers.queries import domains_seen
from madoguchi.events.actor import Actor

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def add(mail, **values):
    customer = actions.create_customer(by=BY, emails=[mail], **{"family_name": "中島", "given_name": "綾"} | values)
    while actions.refresh_stale():
        pass
    return customer


@pytest.fixture
def company():
    return add("aya@co-aozora.example", company="株式会社あおぞら企画").organisation


def change(company, **values):
    defaults = {"name": company.name, "kana": company.kana, "note": company.note}
    return actions.change_company(company, by=BY, **defaults | values)


def test_people_are_found_by_the_new_name_at_once(company):
    change(company, name="株式会社ゆうやけ企画", kana="ユウヤケキカク")

    assert list(customers_called("ゆうやけ企画")) == [Customer.objects.get().pk]
    assert not customers_called("あおぞら").exists()


def test_two_companies_have_two_names(company):
    other = add("x@other.example", company="北風商事").organisation

    for name in (company.name, "  "):
        with pytest.raises(Invalid):
            change(other, name=name)


@pytest.mark.parametrize("domain", ["gmail.com", "docomo.ne.jp", "nothing", "a b.example", "x@", ""])
def test_a_domain_of_everybody_or_none_is_refused(company, domain):
    with pytest.raises(Invalid):
        actions.add_domain(company, domain, by=BY)

    assert not company.domains.exists()


def test_a_domain_is_one_companys(company):
    actions.add_domain(company, " @CO-Aozora.example", by=BY)
    other = add("x@other.example", company="北風商事").organisation

    with pytest.raises(Invalid):
        actions.add_domain(other, "co-aozora.example", by=BY)

    assert [each.domain for each in company.domains.all()] == ["co-aozora.example"]
    actions.remove_domain(company, company.domains.get().pk, by=BY)
    assert not company.domains.exists()


def test_the_domains_of_its_people_are_seen(company):
    add("aya@gmail.com", company="株式会社あおぞら企画")

    assert domains_seen(company) == ["co-aozora.example"]
    actions.add_domain(company, "co-aozora.example", by=BY)
    assert domains_seen(company) == []


def test_people_without_a_company_join_it_and_others_stay(company):
    stranger = add("ken@co-aozora.example", family_name="森")
    settled = add("other@co-aozora.example", company="北風商事")

    assert actions.adopt_people(company, [stranger.pk, settled.pk], by=BY) == 1

    stranger.refresh_from_db()
    assert stranger.organisation == company
    assert Customer.objects.get(pk=settled.pk).organisation.name == "北風商事"


def test_the_same_name_at_a_known_domain_is_suggested(company):
    actions.add_domain(company, "co-aozora.example", by=BY)

    add("a.nakajima@co-aozora.example")

    assert Suggestion.objects.get().signs == ["domain", "name"]


def test_who_only_reads_changes_no_company(company):
    reader = make_user(Role.VIEWER).actor

    for deed in (
        lambda: actions.change_company(company, name="x", kana="", note="", by=reader),
        lambda: actions.add_domain(company, "x.example", by=reader),
        lambda: actions.remove_domain(company, 1, by=reader),
        lambda: actions.adopt_people(company, [1], by=reader),
    ):
        with pytest.raises(NotAllowed):
            deed()
