"""The style sheets of a mail made safe: which rules, selectors and conditions of a stranger's CSS may stay.

Of rules only plain ones and those under `@media` by width; every other at-rule goes (`@import`, `@font-face`,
`@supports`, …). The paper of a mail is white in both themes, so what is meant for dark screens goes, too, and what is
meant for light ones always holds. The result has no `<`, no backslash and no address that loads. Bounded in size,
rules, nesting and steps of a selector; declarations are `core.styles`' matter.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

import tinycss2
from tinycss2.ast import Node

from .styles import clean_declarations, clean_style, is_nested

#: Characters of all sheets of one mail; 100,000 take a quarter of a second at worst, and Gmail stops at 16,384.
MAX_CHARS = 100_000
#: Longer ones are not remembered.
_MAX_KEPT = 20_000
_MAX_SHEETS = 20
_MAX_RULES = 1_500
_MAX_SELECTORS = 40
#: Steps of one selector. Mail builders use up to five.
_MAX_STEPS = 6
#: A browser tries each selector with each element (here: tag), in the thread that also draws the desk: this takes a
#: second at worst.
_MAX_TRIES = 2_000_000
_MAX_SELECTOR = 250
#: Conditions of one `@media`, beyond which it is a trick.
_MAX_QUERIES = 8

_BEGIN = re.compile(r"<!--|<style(?=[\s/>])([^>]{0,500})>", re.IGNORECASE)
_END = re.compile(r"</style(?=[\s/>])", re.IGNORECASE)
_MEDIA = re.compile(r"""\bmedia\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|([^\s"'>]+))""", re.IGNORECASE)
_BODY = re.compile(r"<body(?=\s)([^>]{0,4000})>", re.IGNORECASE)
_GROUND = re.compile(
    r"""\b(bgcolor|text|style)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)  # fmt: skip
_PAPER = re.compile(r"background(?:-color)?:(?:#fff(?:fff)?|white)", re.IGNORECASE)
_INK = re.compile(r"color:(?:#000(?:000)?|black|windowtext)", re.IGNORECASE)

#: Letters, digits, hyphens; names of ours (`madoguchi-…`) are not for mails to use.
NAME = re.compile(r"(?!madoguchi)-?[^\W\d][\w-]{0,79}", re.IGNORECASE)
_STATES = frozenset(("link", "visited", "hover", "active", "focus", "first-child", "last-child", "only-child", "empty"))
_COMBINATORS = frozenset(">+")  # `~` looks at all brothers again for each
_AFTER_STEP = " >+"
#: `a>b c`: for each ancestor that is no `b` in `a`, browsers begin anew further up; 100 such rules took 18 s.
_BEGINS_ANEW = re.compile(r"[>+][^ ]* ")
_SCREENS = frozenset(("screen", "all"))
_WIDTHS = frozenset(("max-width", "min-width", "max-device-width", "min-device-width"))
_UNITS = frozenset(("px", "em", "rem"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: each selector with the classes and ids it needs."""

    media: str
    selectors: tuple[tuple[str, frozenset[str]], ...]
    body: str


def read_sheets(html: str, elements: frozenset[str]) -> tuple[Rule, ...]:
    """The rules of the `<style>` elements, in their order; what does not fit into the bound is left out.

    A sheet inside a comment, as Outlook's conditions write them, is none.
    """
    rules: list[Rule] = []
    for sheet, media in _sheets_of(html):
        condition = _queries(media) if media.strip() else ""
        if condition is not None:
            read = _read if len(sheet) <= _MAX_KEPT else _read.__wrapped__
            rules += read(sheet, condition, elements)
    return tuple(rules[:_MAX_RULES])


def names_of(rules: Iterable[Rule]) -> frozenset[str]:
    """The classes (`.name`) and ids (`#name`) that the rules look for."""
    return frozenset(name for rule in rules for _, names in rule.selectors for name in names)


def write_sheet(rules: Iterable[Rule], present: AbstractSet[str], elements: int) -> str:
    """The rules as one sheet, without selectors that look for something that is not `present`.

    The more elements the mail has, the fewer selectors fit.
    """
    out, media, left = [], "", _MAX_TRIES // max(1, elements)
    for rule in rules:
        found = [text for text, names in rule.selectors if names <= present][:left]
        if not found:
            continue
        left -= len(found)
        selectors = ",".join(found)
        if rule.media != media:
            out.append("}" * bool(media) + (f"@media {rule.media}{{" if rule.media else ""))
            media = rule.media
        out.append(f"{selectors}{{{rule.body}}}")
    return "\n".join([*(line for line in out if line), *(["}"] if media else [])])


def ground_of(html: str) -> str:
    """A rule for the colours that the `<body>` itself gives, when they are others than black on white."""
    found = _BODY.search(html)
    if not found:
        return ""
    given = {each[1].lower(): unescape(each[2] or each[3] or each[4] or "") for each in _GROUND.finditer(found[1])}
    wanted = f"background-color:{given.get('bgcolor', '')};color:{given.get('text', '')};{given.get('style', '')}"
    kept = [
        each
        for each in clean_style(wanted).split(";")
        if each.startswith(("background:", "background-color:", "color:"))
        and not _PAPER.fullmatch(each)
        and not _INK.fullmatch(each)
    ]
    return f"body{{{';'.join(kept)}}}" if kept else ""


def _sheets_of(html: str) -> Iterator[tuple[str, str]]:
    """Each sheet with its `media`; every character is looked at once."""
    position, left, count = 0, MAX_CHARS, 0
    while (begin := _BEGIN.search(html, position)) and count < _MAX_SHEETS:
        if begin[0] == "<!--":
            position = html.find("-->", begin.start() + 2) + 3
            if position == 2:
                return
            continue
        end = _END.search(html, begin.end())
        position = end.end() if end else len(html)
        sheet = html[begin.end() : end.start() if end else len(html)]
        if len(sheet) <= left:
            left, count = left - len(sheet), count + 1
            media = _MEDIA.search(begin[1])
            yield sheet, (media[1] or media[2] or media[3] or "") if media else ""


@lru_cache(maxsize=32)  # a mail program or a sender's newsletter says the same every time
def _read(sheet: str, condition: str, elements: frozenset[str]) -> tuple[Rule, ...]:
    tokens = tinycss2.parse_component_value_list(sheet)
    if is_nested(tokens):
        return ()
    nodes = tinycss2.parse_stylesheet(tokens, skip_comments=True, skip_whitespace=True)
    return tuple(_bounded(nodes[: 2 * _MAX_RULES], condition, elements))


def _bounded(nodes: Iterable[Node], condition: str, elements: frozenset[str]) -> Iterator[Rule]:
    left = _MAX_RULES
    for node in nodes:
        if left <= 0:
            return
        for rule in _rules_of(node, condition, elements, left):
            left -= 1
            yield rule


def _rules_of(node: Node, condition: str, elements: frozenset[str], left: int) -> Iterator[Rule]:
    if node.type == "qualified-rule":
        if rule := _rule(node, condition, elements):
            yield rule
    elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None and not condition:
        inner = _queries(tinycss2.serialize(node.prelude))
        if inner is not None:
            plain = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            found = (_rule(each, inner, elements) for each in plain[:left] if each.type == "qualified-rule")
            yield from (rule for rule in found if rule)


def _rule(node: Node, condition: str, elements: frozenset[str]) -> Rule | None:
    selectors = tuple(_selectors(node.prelude, elements))
    if not selectors:
        return None
    declared = [f"{kept}!important" if important else kept for kept, important in clean_declarations(node.content)]
    return Rule(condition, selectors, ";".join(declared)) if declared else None


def _selectors(prelude: Iterable[Node], elements: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Those that are understood; the others of the list go alone."""
    parts: list[list[Node]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        elif node.type != "comment":
            parts[-1].append(node)
    for part in parts[:_MAX_SELECTORS]:
        if selector := _selector(part, elements):
            yield selector


def _selector(nodes: list[Node], elements: frozenset[str]) -> tuple[str, frozenset[str]] | None:
    out, names, mark = "", set(), ""
    for node in nodes:
        word = node.value if node.type in ("ident", "hash", "literal") else ""
        if node.type == "whitespace" and not mark:
            out += " " if out and out[-1] not in _AFTER_STEP else ""
        elif node.type == "literal" and word in _COMBINATORS and not mark and out and out[-1] not in _COMBINATORS:
            out = out.rstrip() + word
        elif node.type == "literal" and word in (".", ":") and not mark:
            mark = word
        elif step := _simple(node, word, mark, elements):
            if not mark and node.type in ("ident", "literal") and out and out[-1] not in _AFTER_STEP:
                return None
            names |= {step} if step[0] in ".#" else set()
            out, mark = out + step, ""
        else:
            return None
    out = out.strip()
    steps = 1 + sum(map(out.count, _AFTER_STEP))
    if mark or not out or out[-1] in _COMBINATORS or steps > _MAX_STEPS or len(out) > _MAX_SELECTOR:
        return None
    if _BEGINS_ANEW.search(out):
        return None
    return out, frozenset(names)


def _simple(node: Node, word: str, mark: str, elements: frozenset[str]) -> str:
    """One class, id, state or element as it is written; empty when it is not for mails."""
    if mark == ".":
        return f".{word}" if node.type == "ident" and NAME.fullmatch(word) else ""
    if mark == ":":
        return f":{word.lower()}" if node.type == "ident" and word.lower() in _STATES else ""
    if node.type == "hash":
        return f"#{word}" if NAME.fullmatch(word) else ""
    if node.type == "ident":
        return word.lower() if word.lower() in elements or word.lower() == "body" else ""
    if node.type == "[] block":
        return _as_name(node.content)
    return "*" if word == "*" else ""


def _as_name(content: Iterable[Node]) -> str:
    """`[class=x]`, `[class~=x]` and `[id=x]`, by which old mails reach Yahoo, as the class or id they are."""
    parts = [node for node in content if node.type not in ("whitespace", "comment")]
    if len(parts) != 3 or parts[0].type != "ident" or parts[2].type not in ("ident", "string"):
        return ""
    kind = {("class", "="): ".", ("class", "~="): ".", ("id", "="): "#"}.get((parts[0].lower_value, parts[1].value))
    name = str(parts[2].value)
    return f"{kind}{name}" if kind and NAME.fullmatch(name) else ""


def _queries(text: str) -> str | None:
    """The conditions of `@media` that white paper can meet: None when it never can, empty when it always does."""
    parts = text.lower().split(",")
    if len(parts) > _MAX_QUERIES:
        return None
    kept = [query for query in map(_query, parts) if query is not None]
    return None if not kept else "" if "" in kept else ",".join(kept)


def _query(text: str) -> str | None:
    conditions: list[str] = []
    nodes = tinycss2.parse_component_value_list(text, skip_comments=True)
    for node in nodes:
        if node.type == "whitespace" or (node.type == "ident" and node.value in ("and", "only", *_SCREENS)):
            continue
        condition = _condition(node.content) if node.type == "() block" else None
        if condition is None:
            return None
        conditions += [condition] if condition else []
    return " and ".join(conditions)


def _condition(content: Iterable[Node]) -> str | None:
    """`(max-width:600px)` and its like; empty for what white paper always is."""
    parts = [node for node in content if node.type not in ("whitespace", "comment")]
    if len(parts) != 3 or parts[0].type != "ident" or parts[1].type != "literal" or parts[1].value != ":":
        return None
    name, value = parts[0].value, parts[2]
    if name == "prefers-color-scheme":
        return "" if value.type == "ident" and value.value == "light" else None
    is_length = value.type == "dimension" and value.lower_unit in _UNITS and 0 <= value.value <= 5_000
    return f"({name}:{value.representation}{value.lower_unit})" if name in _WIDTHS and is_length else None
