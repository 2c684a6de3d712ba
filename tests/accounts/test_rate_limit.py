"""The token bucket, alone and under parallel tries."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from madoguchi.accounts.models import RateBucket
from madoguchi.accounts.rate_limit import Limit, give_back, take


def rewind(key: str, seconds: float) -> None:
    bucket = RateBucket.objects.get(key=key)
    RateBucket.objects.filter(key=key).update(refilled_at=bucket.refilled_at - timedelta(seconds=seconds))


@pytest.mark.django_db
def test_take_gives_as_many_tokens_as_there_are():
    answers = [take("door", capacity=3, per_seconds=60) for _ in range(5)]

    assert answers == [True, True, True, False, False]


@pytest.mark.django_db
def test_take_counts_each_key_for_itself():
    take("door", capacity=1, per_seconds=60)

    assert take("window", capacity=1, per_seconds=60)


@pytest.mark.django_db
def test_tokens_come_back_evenly():
    for _ in range(4):
        take("door", capacity=4, per_seconds=60)
    rewind("door", 31)

    answers = [take("door", capacity=4, per_seconds=60) for _ in range(3)]

    assert answers == [True, True, False]


@pytest.mark.django_db
def test_a_bucket_never_holds_more_than_its_capacity():
    take("door", capacity=2, per_seconds=60)
    rewind("door", 100_000)

    answers = [take("door", capacity=2, per_seconds=60) for _ in range(3)]

    assert answers == [True, True, False]


@pytest.mark.django_db
def test_a_clock_that_went_back_takes_nothing_away():
    take("door", capacity=2, per_seconds=60)
    RateBucket.objects.update(refilled_at=timezone.now() + timedelta(hours=1))

    assert take("door", capacity=2, per_seconds=60)


@pytest.mark.django_db
def test_give_back_returns_one_token_and_no_more():
    limit = Limit("door", 1, 60)
    limit.take("x")
    limit.give_back("x")
    limit.give_back("x")

    answers = [limit.take("x"), limit.take("x")]

    assert answers == [True, False]
    assert RateBucket.objects.get().key == "door:x"


@pytest.mark.django_db
def test_keys_of_any_length_can_be_counted():
    key = "あ" * 500

    take(key, capacity=2, per_seconds=60)
    give_back(key, capacity=2)

    assert RateBucket.objects.get().tokens == 2


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_get_exactly_the_tokens_there_are():
    def try_once(_number: int) -> bool:
        try:
            return take("door", capacity=7, per_seconds=3600)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(try_once, range(40)))

    assert sum(answers) == 7
