"""What is measured of requests."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client import REGISTRY

from madoguchi.core.metrics import RequestMetrics


@pytest.mark.parametrize(("method", "label"), [("GET", "GET"), ("PATCH", "PATCH"), ("BREW", "other"), ("get", "other")])
def test_methods_nobody_knows_share_one_label(method, label):
    labels = {"view": "unknown", "method": label, "status": "2xx"}
    before = REGISTRY.get_sample_value("madoguchi_request_seconds_count", labels) or 0
    request = RequestFactory().generic("GET", "/")
    request.method = method

    response = RequestMetrics(lambda _request: HttpResponse())(request)

    assert REGISTRY.get_sample_value("madoguchi_request_seconds_count", labels) == before + 1
    assert response["Server-Timing"].startswith("app;dur=")
