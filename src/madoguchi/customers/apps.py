"""Django's entry for the room."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Customers."""

    name = "madoguchi.customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what customers can be told apart by."""
        from madoguchi.customers.criteria import offer  # noqa: PLC0415 - tables are there only now
        from madoguchi.customers.record_criteria import RECORD  # noqa: PLC0415 - as above

        offer(RECORD)
