"""Where each address leads."""

from django.urls import include, path

from madoguchi.api import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("account/", include("madoguchi.accounts.urls")),
    path("api/v1/", include("madoguchi.api.urls")),
    path("", include("madoguchi.desk.urls")),
]
