"""In which texts an order number or the like stands, however its hyphens are set."""

from django.db.models import BooleanField, F, Func, QuerySet, Value

from madoguchi.search.lexemes import quoted
from madoguchi.search.models import SearchEntry
from madoguchi.search.tokens import words

#: Of one number; who looks wants to know whose it is, not every place. More than one mail to very many (200) makes.
_MOST = 500


def objects_with_code(code: str, *, kind: str) -> QuerySet[SearchEntry, int]:
    """The objects (messages) of this kind in whose text a number stands; the newest 500 of them, to be asked within."""
    counted = words(code)
    lexeme = counted[0].whole or counted[0].forms if counted else ()
    if not lexeme:
        return SearchEntry.objects.none().values_list("object_id", flat=True)
    holds = Func(
        F("vector"),
        Value(quoted(lexeme[0])),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    return SearchEntry.objects.filter(holds, kind=kind).order_by("-at").values_list("object_id", flat=True)[:_MOST]
