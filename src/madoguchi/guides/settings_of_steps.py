"""What the `!` lines of a talk script set: the 分類 or a custom field, looked up, and what of it there is not."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from madoguchi.conversations.fields import live_fields
from madoguchi.conversations.models import Category
from madoguchi.core.errors import DomainError
from madoguchi.core.fields.texts import read_value
from madoguchi.guides.scripts import CATEGORY_WORDS, Problem, settings_in


def find_category(path: str) -> Category | None:
    """The 分類 of this name: 「返品・交換・返金 › 返品」, or the main one alone."""
    main, _sign, leaf = (part.strip() for part in path.replace("›", ">").partition(">"))
    rows = Category.objects.filter(name=leaf, parent__name=main) if leaf else Category.objects.filter(name=main)
    return rows.order_by("pk").first()


def wrong_settings(source: str) -> Iterator[Problem]:
    """The lines of a script that set what there is not, or what the field does not take."""
    fields = {field.name: field for field in live_fields()}
    for line, name, value in settings_in(source):
        if name.casefold() in CATEGORY_WORDS:
            if find_category(value) is None:
                yield Problem(line, _("There is no category “%(name)s”.") % {"name": value[:100]})
        elif name not in fields:
            yield Problem(line, _("There is no field “%(name)s”.") % {"name": name[:100]})
        else:
            try:
                read_value(fields[name], value)
            except DomainError as error:
                yield Problem(line, f"{name}: {error.user_message}")
