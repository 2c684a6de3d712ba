"""A site that has the API and nothing else."""

from django.urls import include, path

urlpatterns = [path("api/v1/", include("madoguchi.api.urls"))]
