"""Every view of the desk says who may open it."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver

from madoguchi.desk.urls import urlpatterns


def views(patterns) -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern), pattern.callback


@pytest.mark.parametrize(("name", "view"), list(views(urlpatterns)))
def test_each_view_is_guarded(name, view):
    assert hasattr(view, "required_permission"), f"{name} carries no decorator of desk.access"
