"""Two administrators at once: no name and no address belongs to two 窓口."""

import pytest
from tests.factories.accounts import make_admin
from tests.factories.together import together

from madoguchi.channels.actions import create_inbox
from madoguchi.channels.models import Inbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "サポート"}, {"name": "サポート"}),
        ({"address": "info@shop.example"}, {"address": "info@shop.example"}),
        ({"address": "info@shop.example"}, {"aliases": ["info@shop.example"]}),
        ({"aliases": ["info@shop.example"]}, {"aliases": ["info@shop.example"]}),
    ],
)
def test_what_was_free_stays_free(first, second, number):
    by = make_admin().actor

    def add(values, position):
        values = {"name": f"窓口{position}", "address": f"desk{position}@shop.example"} | values
        return create_inbox(kind="mail", by=by, **values).kind

    outcomes = together(lambda: add(first, 1), lambda: add(second, 2))

    assert sorted(map(str, outcomes)) == ["invalid", "mail"]
    assert Inbox.objects.count() == 1
