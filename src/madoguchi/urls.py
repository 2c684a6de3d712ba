"""Where each address leads."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("madoguchi.accounts.urls")),
    path("api/v1/", include("madoguchi.api.urls")),
    path("", include("madoguchi.desk.urls")),
]
