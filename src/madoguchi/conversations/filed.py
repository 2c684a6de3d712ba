"""How much is filed under what: for whoever keeps tags and categories in order."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from madoguchi.conversations.models import Category, Conversation, Tag
from madoguchi.conversations.queries import category_tree


@dataclass(frozen=True, slots=True)
class CountedCategory:
    """A category with the conversations filed right there, and those below it."""

    category: Category
    amount: int
    children: "list[CountedCategory]"


def counted_tags() -> QuerySet[Tag]:
    """Every tag by name with `amount`, the number of conversations that have it."""
    return Tag.objects.annotate(amount=Count("conversations")).order_by("name")


def counted_categories() -> list[CountedCategory]:
    """Main categories with their children; three queries."""
    filed = Conversation.objects.exclude(category=None).values_list("category")
    amounts: dict[int, int] = dict(filed.annotate(amount=Count("pk")).values_list("category", "amount"))
    return [
        CountedCategory(
            main,
            amounts.get(main.pk, 0),
            [CountedCategory(child, amounts.get(child.pk, 0), []) for child in main.children.all()],
        )
        for main in category_tree()
    ]
