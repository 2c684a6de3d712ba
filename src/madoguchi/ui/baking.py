"""Templates baked: what only depends on the language is written into the template when it is loaded.

Half of a page never changes: words to translate, addresses without numbers, icons. The loader keeps one compiled
template for each language in which all of that is text already, joined with the text around it; the files stay as they
are.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby
from typing import Any, override

from django.template import Context, Engine, Node, NodeList, Origin, Template, Variable
from django.template.base import FilterExpression, TextNode, VariableNode
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import escape
from django.utils.translation import get_language

from madoguchi.ui.addresses import Address
from madoguchi.ui.compiling import Compiled, compile_nodes, lists_below

_pure: set[Callable[..., Any]] = set()
#: Numbers no address contains by itself: they mark the places in the pattern of an address.
_PLACES = tuple(range(9_000_000_001, 9_000_000_005))


def pure[F: Callable[..., Any]](tag: F) -> F:
    """Mark the function of a simple tag whose result only depends on its arguments and the language."""
    _pure.add(tag)
    return tag


class _Baking(base.Loader):
    """Bakes each template as soon as it is compiled, before anybody else can see it."""

    @override
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        _bake(template.nodelist, self.engine)
        if not self.engine.debug:
            compile_nodes(template.nodelist, template_name)
        return template


class Loader(cached.Loader, _Baking):
    """Django's cached loader, with the templates of each language apart."""

    @override
    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        return f"{get_language()} {get_script_prefix()} {super().cache_key(template_name, skip)}"


def _bake(nodes: NodeList, engine: Engine) -> None:
    """Bake a list of nodes in place, from the inside out."""
    for node in nodes:
        for below in lists_below(node):
            _bake(below, engine)
    done = (_baked(node, engine) for node in nodes)
    nodes[:] = chain.from_iterable(_joined(run, is_text=is_text) for is_text, run in groupby(done, _is_text))


def _is_text(node: Node) -> bool:
    return isinstance(node, TextNode)


def _joined(run: Iterable[Node], *, is_text: bool) -> Iterable[Node]:
    if not is_text:
        return run
    text = "".join(node.s for node in run if isinstance(node, TextNode))
    return [TextNode(text)] if text else []


def _baked(node: Node, engine: Engine) -> Node:
    """The node, or text or something quicker in its place."""
    if isinstance(node, (LoadNode, CommentNode)):
        return TextNode("")
    if _is_constant(node) or (isinstance(node, IncludeNode) and _is_closed(node, engine)):
        with (context := Context()).bind_template(Template("", engine=engine)):
            return TextNode(node.render(context))
    if isinstance(node, URLNode):
        return _address(node)
    return node


def _is_constant(node: Node) -> bool:
    """True when a node shows the same whatever the context is."""
    if isinstance(node, TranslateNode):
        return not node.asvar and _are_constant([node.filter_expression])
    if isinstance(node, URLNode):
        return not node.asvar and _are_constant([node.view_name, *node.args, *node.kwargs.values()])
    return (
        isinstance(node, SimpleNode)
        and node.func in _pure
        and node.target_var is None
        and _are_constant([*node.args, *node.kwargs.values()])
    )


def _are_constant(expressions: Sequence[FilterExpression]) -> bool:
    return all(
        not each.filters and (not isinstance(each.var, Variable) or each.var.literal is not None)
        for each in expressions
    )


def _is_closed(node: IncludeNode, engine: Engine) -> bool:
    """True for an include with `only` that is given constants and hands them to nothing that looks further."""
    if not node.isolated_context or not _are_constant([node.template, *node.extra_context.values()]):
        return False
    return _needs_nothing_else(engine.get_template(node.template.resolve(Context())).nodelist)


def _needs_nothing_else(nodes: NodeList) -> bool:
    return all(
        isinstance(node, (TextNode, VariableNode, Address))
        or (isinstance(node, Compiled) and _needs_nothing_else(node.nodelist))
        or (isinstance(node, SimpleNode) and node.func in _pure)
        or (isinstance(node, IfNode) and all(map(_needs_nothing_else, lists_below(node))))
        for node in nodes
    )


def _address(node: URLNode) -> Node:
    """Something quicker for an address with numbers; the node itself where the address takes anything else."""
    if node.asvar or node.kwargs or not node.args or not _are_constant([node.view_name]):
        return node
    places = _PLACES[: len(node.args)]
    try:
        url = escape(reverse(view := node.view_name.resolve(Context()), args=places))
    except NoReverseMatch:
        return node
    pattern = url.replace("%", "%%")
    for place in places:
        pattern = pattern.replace(str(place), "%d")
    return Address(pattern, view, node) if pattern.count("%d") == len(places) else node
