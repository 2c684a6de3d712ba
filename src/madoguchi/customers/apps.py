"""Django's entry for the room."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Customers."""

    name = "madoguchi.customers"
    default_auto_field = "django.db.models.BigAutoField"
