"""Companies (法人) by their name."""

from madoguchi.customers.models import Organisation


def find_or_make_company(name: str) -> Organisation | None:
    """The company of this name, added when it is new; None for no name."""
    name = " ".join(name.split())
    return Organisation.objects.get_or_create(name=name)[0] if name else None
