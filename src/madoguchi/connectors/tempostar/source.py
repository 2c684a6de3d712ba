"""TEMPOSTAR. Its documents (manual.tempostar.net, read 2026-11-23) describe tables to download and no API to ask.

So nothing is asked of it: orders come as its CSV, and the addresses of its pages are those an administrator copies
from the browser. What an API of theirs could do is not known here, and nothing is guessed.
"""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.contract import Abilities, FoundOrder, Source


class TempostarSource(Source):
    """TEMPOSTAR."""

    kind = "tempostar"
    label = _("TEMPOSTAR (links and CSV)")
    abilities = Abilities()
    secret_fields: ClassVar[tuple[str, ...]] = ()

    def look_up(self, _number: str) -> FoundOrder | None:
        """Nobody is asked: what is known has come as a table."""
        return None
