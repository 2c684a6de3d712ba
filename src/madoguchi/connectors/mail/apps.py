"""Django's entry for the connector."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail."""

    name = "madoguchi.connectors.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"
