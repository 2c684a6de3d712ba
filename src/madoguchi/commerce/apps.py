"""Django's entry for the room."""

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    """Orders and contracts."""

    name = "madoguchi.commerce"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let customers be told apart by their orders too."""
        from madoguchi.commerce.customer_criteria import ORDERS  # noqa: PLC0415 - tables are there only now
        from madoguchi.customers.criteria import offer  # noqa: PLC0415 - as above

        offer(ORDERS)
