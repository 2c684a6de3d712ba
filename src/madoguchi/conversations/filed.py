"""How much is filed under what: for whoever keeps tags and categories in order."""

from django.db.models import Count, Prefetch, QuerySet

from madoguchi.conversations.models import Category, Tag


def counted_tags() -> QuerySet[Tag]:
    """Every tag by name with `amount`, the number of conversations that have it."""
    return Tag.objects.annotate(amount=Count("conversations")).order_by("name")


def counted_categories() -> list[Category]:
    """Main categories with their children, each with `amount`, the conversations filed right there."""
    counted = Category.objects.annotate(amount=Count("conversation"))
    return list(counted.filter(parent=None).prefetch_related(Prefetch("children", queryset=counted)))
