"""Where the API's addresses lead."""

urlpatterns: list[object] = []
