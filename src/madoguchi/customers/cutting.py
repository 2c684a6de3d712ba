"""`truncatechars` as our templates know it: it cuts nothing inside of a customer's number or address."""

from django import template
from django.template.defaultfilters import stringfilter

from madoguchi.customers.masking import cut_whole

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def truncatechars(text: str, most: int) -> str:
    """So many characters at most, the last of them three dots where something is left out."""
    return text if len(text) <= most else f"{cut_whole(text, most - 1)}…"
