"""Shared commits: all of them stored, a bad one alone refused."""

import asyncio
from pathlib import Path

import pytest

from madoguchi.channels.actions import Delivery
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.connectors.mail import storing
from madoguchi.connectors.mail.storing import NotStored, Storer
from madoguchi.files.models import Blob
from madoguchi.files.queries import read_blob

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }


def store(*deliveries: Delivery) -> list[int | BaseException]:
    """Hand all over before the first is looked at."""

    async def main() -> list[int | BaseException]:
        storer = Storer()
        tasks = [asyncio.create_task(storer.store(delivery)) for delivery in deliveries]
        await asyncio.sleep(0)
        with storer:
            return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(main())


def delivery(content: bytes, inbox: Inbox | None = None) -> Delivery:
    return Delivery(
        content=content,
        source="lmtp",
        inbox=inbox,
        envelope_from="a@b.example",
        envelope_to=["support@desk.example"],
    )


def test_deliveries_at_the_same_time_share_a_commit(desk: Inbox) -> None:
    contents = [b"one", b"two", b"one", b"L" * 100_000]

    numbers = store(*[delivery(content, desk) for content in contents])

    raws = [RawMessage.objects.select_related("blob", "inbox").get(pk=number) for number in numbers]
    assert [read_blob(raw.blob) for raw in raws] == contents
    assert {raw.inbox for raw in raws} == {desk}
    assert raws[0].blob == raws[2].blob
    assert raws[0].envelope_to == ["support@desk.example"]
    assert Blob.objects.count() == 3


def test_what_is_known_is_not_written_again(desk: Inbox) -> None:
    for _again in range(2):
        store(delivery(b"one", desk), delivery(b"two", desk))

    assert (Blob.objects.count(), RawMessage.objects.count()) == (2, 4)


def test_a_bad_delivery_does_not_harm_the_others(desk: Inbox) -> None:
    bad = Delivery(content=b"bad", source="much too long a name for a source", inbox=desk)

    outcomes = store(delivery(b"one", desk), bad, delivery(b"two", desk))

    assert [type(outcome) for outcome in outcomes] == [int, NotStored, int]
    assert RawMessage.objects.count() == 2


def test_large_batches_are_divided(desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MAX_TOGETHER", 2)
    monkeypatch.setattr(storing, "MAX_TOGETHER_BYTES", 10)

    numbers = store(*[delivery(bytes([65 + number]) * 8, desk) for number in range(5)])

    assert len(set(numbers)) == RawMessage.objects.count() == 5


def test_after_the_end_nothing_is_taken(desk: Inbox) -> None:
    async def late() -> None:
        with Storer() as storer:
            pass
        await storer.store(delivery(b"late", desk))

    with pytest.raises(NotStored):
        asyncio.run(late())


def test_a_sender_who_has_gone_does_not_matter(desk: Inbox) -> None:
    async def impatient() -> None:
        storer = Storer()
        task = asyncio.create_task(storer.store(delivery(b"one", desk)))
        await asyncio.sleep(0)
        task.cancel()
        with storer:
            pass
        await asyncio.sleep(0)

    asyncio.run(impatient())

    assert RawMessage.objects.count() == 1
