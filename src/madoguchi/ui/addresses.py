"""`{% url %}` with numbers, as a pattern that is only filled."""

from collections.abc import Sequence
from typing import override

from django.template import Context, Node
from django.template.defaulttags import URLNode
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString


class Address(Node):
    """`{% url %}` with whole numbers: the pattern of the address is looked up once, then only filled."""

    child_nodelists = ()

    def __init__(self, pattern: str, view: str, node: URLNode) -> None:
        self.pattern, self.view, self.args = pattern, view, node.args

    @override
    def render(self, context: Context) -> SafeString:
        return self.filled(tuple(each.resolve(context) for each in self.args))

    def filled(self, values: Sequence[object]) -> SafeString:
        """The address with these values; text of any kind is Django's to quote."""
        for each in values:
            if type(each) is not int:
                return conditional_escape(reverse(self.view, args=values))
        return SafeString(self.pattern % tuple(values))
