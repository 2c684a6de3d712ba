"""What nobody needs any more."""

import pytest

from madoguchi.accounts.models import RateBucket
from madoguchi.flows.sweeping import sweep_job


@pytest.mark.django_db
def test_sweep_removes_buckets_that_are_full_again():
    RateBucket.objects.create(key="old", tokens=1, refilled_at="2020-01-01T00:00:00Z")

    sweep_job(timestamp=0)

    assert not RateBucket.objects.exists()
