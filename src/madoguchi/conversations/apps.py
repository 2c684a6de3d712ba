"""Django's entry for the room."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Conversations."""

    name = "madoguchi.conversations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let customers be told apart by their inquiries too."""
        from madoguchi.conversations.customer_criteria import INQUIRIES  # noqa: PLC0415 - tables are there only now
        from madoguchi.customers.criteria import offer  # noqa: PLC0415 - as above

        offer(INQUIRIES)
