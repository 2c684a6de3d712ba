"""Every kind of event is said in words: in the audit log, in the history of a conversation, or at its own row."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from madoguchi.conversations import choices as conversations
from madoguchi.customers import choices as customers
from madoguchi.desk import sentences
from madoguchi.flows.audit import GROUPS, words_of_kinds
from madoguchi.flows.reactions import REACTIONS

SOURCE = Path(__file__).parents[2] / "src" / "madoguchi"
#: These are the messages themselves, and what a customer's own page begins with.
SHOWN_AS_THEY_ARE = {
    conversations.MESSAGE_RECEIVED,
    conversations.NOTE_ADDED,
    conversations.REPLY_WRITTEN,
    conversations.REPLY_QUEUED,
    customers.CUSTOMER_CREATED,
    customers.IDENTITY_BOUNCED,
}


def recorded_kinds() -> set[str]:
    """The constants that the source hands to `record`, `new_event` and what calls these for a room."""
    found = set(REACTIONS)
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts and path.parent.name != "cli":
            found |= set(kinds_in(path))
    return found


def kinds_in(path: Path) -> Iterator[str]:
    names = set(names_in(ast.parse(path.read_text(encoding="utf-8"))))
    if names:
        name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        yield from (getattr(module, each) for each in names if isinstance(getattr(module, each, None), str))


def names_in(tree: ast.Module) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        called = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
        if called.lstrip("_") in ("record", "new_event", "tell"):
            yield from (arg.id for arg in call.args[:2] if isinstance(arg, ast.Name) and arg.id.isupper())


def test_every_kind_that_is_recorded_has_words():
    kinds = recorded_kinds()

    said = {*words_of_kinds(), *sentences.told_kinds(), *SHOWN_AS_THEY_ARE}
    assert len(kinds) > 100
    assert sorted(kinds - said) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_kind_of_the_audit_log_reads_as_words_of_its_own(language):
    with translation.override(language):
        words = {kind: str(word) for kind, word in words_of_kinds().items()}

    assert [kind for kind, word in words.items() if not word or "_" in word] == []
    assert len(set(words.values())) == len(words)
    assert all(word.isascii() == (language == "en") for word in words.values())


def test_a_kind_stands_in_one_group():
    kinds = [kind for _word, kinds in GROUPS.values() for kind in kinds]

    assert len(kinds) == len(set(kinds))
