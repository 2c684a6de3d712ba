"""Templates compiled to Python: one function for a list of nodes, in place of walking a tree of objects for every page.

Variables, `if`, `for`, `with`, simple tags and addresses become code; any other node is asked to render itself, with
everything it may look at in the context. What comes out is to the letter what Django writes.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, override

from django.template import Context, Node, NodeList, Variable
from django.template.base import FilterExpression, TextNode, VariableNode
from django.template.defaulttags import CsrfTokenNode, ForNode, IfNode, TemplateLiteral, WithNode
from django.template.library import SimpleNode
from django.template.loader_tags import ExtendsNode
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from madoguchi.ui import rendering
from madoguchi.ui.addresses import Address

type _Names = Mapping[str, str]


class Compiled(Node):
    """A list of nodes as one function."""

    def __init__(self, nodes: NodeList, run: Callable[[Context], str]) -> None:
        self.nodelist, self._run = nodes, run

    @override
    def render(self, context: Context) -> SafeString:
        if not context.autoescape:
            return self.nodelist.render(context)
        return SafeString(self._run(context))


def compile_nodes(nodes: NodeList, title: str) -> None:
    """Compile a list in place, and those below the nodes that stay as they are; text alone needs nothing."""
    stays = any(isinstance(node, ExtendsNode) for node in nodes)
    if stays or all(isinstance(node, TextNode) for node in nodes):
        for node in nodes:
            _compile_below(node, title)
        return
    nodes[:] = [Compiled(NodeList(nodes), _Writer(title).function(nodes))]


def lists_below(node: Node) -> Iterator[NodeList]:
    """The lists a node holds."""
    if isinstance(node, IfNode):
        yield from (below for _condition, below in node.conditions_nodelists)
        return
    found = (getattr(node, each, None) for each in node.child_nodelists)
    yield from (below for below in found if isinstance(below, NodeList))


def _compile_below(node: Node, title: str) -> None:
    for below in lists_below(node):
        compile_nodes(below, title)


def _asks_context(nodes: NodeList) -> bool:
    """True when one of these nodes may look for any name."""
    return any(
        any(map(_asks_context, lists_below(node)))
        if type(node) in (ForNode, WithNode) or _is_plain_condition(node)
        else not (isinstance(node, (TextNode, VariableNode, Address, CsrfTokenNode)) or _is_plain_tag(node))
        for node in nodes
    )


def _is_plain_tag(node: Node) -> bool:
    return type(node) is SimpleNode and not node.takes_context and node.target_var is None


def _is_plain_condition(node: Node) -> bool:
    """True unless a filter in it is given a name that may be missing: Django's own way with that is not worth code."""
    return type(node) is IfNode and not any(map(_is_given_names, (each for each, _nodes in node.conditions_nodelists)))


def _is_given_names(token: Any) -> bool:
    if token is None:
        return False
    if isinstance(token, TemplateLiteral):
        return any(is_name for _filter, given in _expression_of(token).filters for is_name, _argument in given)
    return _is_given_names(token.first) or _is_given_names(token.second)


def _expression_of(token: TemplateLiteral) -> FilterExpression:
    return token.value  # type: ignore[return-value]  # declared with the type of Python's own literals


class _Writer:
    """Writes the function of one list; `names` are the template's names that are variables of Python there."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.lines: list[str] = []
        self.values: dict[str, object] = {}
        self.used: set[str] = set()
        self.count = 0

    def function(self, nodes: NodeList) -> Callable[[Context], str]:
        """The function for these nodes."""
        self.nodes(nodes, {}, 1)
        source = "\n".join(
            ["def run(context):", " parts = []", " out = parts.append", *self.lines, ' return "".join(parts)']
        )
        space = {**vars(rendering), **self.values}
        exec(compile(source, f"<template {self.title}>", "exec"), space)  # noqa: S102  # written here from our own files
        run: Callable[[Context], str] = space["run"]
        return run

    def line(self, depth: int, text: str) -> None:
        self.lines.append(" " * depth + text)

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def value(self, thing: object) -> str:
        """The name of something the code refers to."""
        if thing is None or type(thing) in (str, int):
            return repr(thing)
        name = f"k{len(self.values)}"
        self.values[name] = thing
        return name

    # ── Nodes ────────────────────────────────────────────────────────────────

    def nodes(self, nodes: NodeList, names: _Names, depth: int) -> None:
        if not nodes:
            self.line(depth, "pass")
        for node in nodes:
            self.node(node, names, depth)

    def node(self, node: Node, names: _Names, depth: int) -> None:
        if isinstance(node, TextNode):
            self.line(depth, f"out({str(node.s)!r})")
        elif isinstance(node, VariableNode):
            self.line(depth, f"out(show(context, {self.expression(node.filter_expression, names)}))")
        elif _is_plain_condition(node):
            self.condition(node, names, depth)
        elif type(node) is ForNode:
            self.loop(node, names, depth)
        elif type(node) is WithNode:
            self.with_names(node, names, depth)
        elif isinstance(node, Address):
            given = "".join(f"{self.given(each, names)}, " for each in node.args)
            self.line(depth, f"out({self.value(node)}.filled(({given})))")
        elif _is_plain_tag(node):
            self.line(depth, f"out(markup({self.call(node, names)}))")
        else:
            _compile_below(node, self.title)
            self.line(depth, f"out({self.value(node)}.render_annotated(context))")

    def condition(self, node: Any, names: _Names, depth: int) -> None:
        word = "if"
        for condition, nodes in node.conditions_nodelists:
            self.line(depth, f"{word} {self.truth(condition, names)}:" if condition is not None else "else:")
            self.nodes(nodes, names, depth + 1)
            word = "elif"

    def loop(self, node: Any, names: _Names, depth: int) -> None:
        values, index, item, loop = (self.fresh() for _each in range(4))
        self.line(depth, f"{values} = several({self.given(node.sequence, names, 'none')})")
        self.line(depth, f"if len({values}) < 1:")
        self.nodes(node.nodelist_empty, names, depth + 1)
        self.line(depth, "else:")
        asks = _asks_context(node.nodelist_loop)
        loopvars = (
            {each: self.fresh() for each in node.loopvars} if len(node.loopvars) > 1 else {node.loopvars[0]: item}
        )
        before, self.lines = self.lines, []
        self.nodes(node.nodelist_loop, {**names, "forloop": loop, **loopvars}, depth + (3 if asks else 2))
        body, self.lines = self.lines, before
        counts = asks or loop in self.used
        if counts:
            self.used.add(names.get("forloop", ""))
            parent = names.get("forloop", 'context.get("forloop", {})')
            self.line(depth + 1, f"{loop} = {{'parentloop': {parent}, 'length': len({values})}}")
        if asks:
            self.line(depth + 1, f"with context.push(forloop={loop}):")
            depth += 1
        gone_through = f"reversed({values})" if node.is_reversed else values
        self.line(depth + 1, f"for {index}, {item} in enumerate({gone_through}):")
        if counts:
            self.line(depth + 2, f"turn({loop}, {index})")
        if len(loopvars) > 1:
            self.line(depth + 2, f"{', '.join(loopvars.values())} = unpacked({item}, {len(loopvars)})")
        if asks:
            self.tell_context(loopvars, depth + 2)
        self.lines += body

    def tell_context(self, names: _Names, depth: int) -> None:
        for name, variable in names.items():
            self.line(depth, f"context[{name!r}] = {variable}")

    def with_names(self, node: Any, names: _Names, depth: int) -> None:
        inner = {name: self.fresh() for name in node.extra_context}
        for name, expression in node.extra_context.items():
            self.line(depth, f"{inner[name]} = {self.given(expression, names)}")
        if _asks_context(node.nodelist):
            self.line(depth, "with context.push():")
            depth += 1
            self.tell_context(inner, depth)
        self.nodes(node.nodelist, {**names, **inner}, depth)

    def call(self, node: Any, names: _Names) -> str:
        positional = [self.given(each, names) for each in node.args]
        named = [f"{name}={self.given(each, names)}" for name, each in node.kwargs.items()]
        return f"{self.value(node.func)}({', '.join(positional + named)})"

    # ── Conditions and values ────────────────────────────────────────────────

    def truth(self, token: Any, names: _Names) -> str:
        if isinstance(token, TemplateLiteral):
            return self.expression(_expression_of(token), names, missing="None")
        if token.id == "not":
            return f"(not {self.truth(token.first, names)})"
        if token.id in ("and", "or"):
            return f"({self.truth(token.first, names)} {token.id} {self.truth(token.second, names)})"
        one, other = (f"none({self.truth(each, names)})" for each in (token.first, token.second))
        return f"({one} {token.id} {other})" if token.id in ("==", "!=") else f"compared({token.id!r}, {one}, {other})"

    def given(self, expression: FilterExpression, names: _Names, missing: str = "empty") -> str:
        """A value as it is handed on: with nothing in it that stands for something missing."""
        text = self.expression(expression, names, missing="None" if missing == "none" else "''")
        return f"{missing}({text})" if expression.is_var and not expression.filters else text

    def expression(self, expression: FilterExpression, names: _Names, *, missing: str = "''") -> str:
        """A value; without a filter it may be MISSING, with one the filter is given `missing` instead."""
        if not expression.is_var:
            text = self.constant(expression.var)
        else:
            text = self.variable(expression.var, names)
            if expression.filters:
                text = f"{'none' if missing == 'None' else 'empty'}({text})"
        for filter_, arguments in expression.filters:
            text = self.filtered(text, filter_, arguments, names)
        return text

    def filtered(self, text: str, filter_: Any, arguments: list[tuple[bool, Any]], names: _Names) -> str:
        """The value of a filter; Django marks on the function what it needs."""
        if getattr(filter_, "expects_localtime", False):
            text = f"template_localtime({text}, context.use_tz)"
        more = "".join(f", {self.argument(each, names, is_name=is_name)}" for is_name, each in arguments)
        if getattr(filter_, "needs_autoescape", False):
            more += ", autoescape=True"
        if not getattr(filter_, "is_safe", False):
            return f"{self.value(filter_)}({text}{more})"
        before = self.fresh()
        return f"still_safe(({before} := {text}), {self.value(filter_)}({before}{more}))"

    def argument(self, argument: Any, names: _Names, *, is_name: bool) -> str:
        """What stands behind the colon of a filter."""
        if is_name:
            return f"needed({self.variable(argument, names)}, {str(argument)!r})"
        return self.constant(mark_safe(argument))

    def constant(self, thing: object) -> str:
        """A literal; a word to translate is already in the language of this template."""
        return self.value(str(thing) if isinstance(thing, Promise) else thing)

    def variable(self, variable: Variable, names: _Names) -> str:
        """A name with all that follows behind dots."""
        if variable.lookups is None:
            return self.constant(variable.resolve(Context()))
        first, *others = variable.lookups
        text = names.get(first, "")
        self.used.add(text)
        text = text or f"name(context, {first!r})"
        for each in others:
            text = f"attribute(context, {text}, {each!r})"
        return text
