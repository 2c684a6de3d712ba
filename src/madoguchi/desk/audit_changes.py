"""What a change of settings changed, from what to what, for the lines of the audit log."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.conversations import choices as conversations
from madoguchi.conversations.actions.approvals import reason_word
from madoguchi.events.models import Event
from madoguchi.preflight import choices as preflight
from madoguchi.preflight.choices import Check, Level
from madoguchi.ui.dates import Words


def changes_told(event: Event, words: Words, names: Mapping[str, str]) -> list[str]:
    """The changes of an event in words; none for a kind of event that keeps none, and of older ones that did not."""
    tell = _TOLD.get(event.kind)
    return list(tell(event.data, words, names)) if tell else []


def _absence(data: Mapping[str, Any], words: Words, _names: Mapping[str, str]) -> Iterator[str]:
    until = data.get("until")
    yield _("away until %(time)s") % {"time": words.full(datetime.fromisoformat(until))} if until else _("back")


def _checks(data: Mapping[str, Any], _words: Words, names: Mapping[str, str]) -> Iterator[str]:
    if data.get("inbox"):
        yield names.get(f"inbox:{data['inbox']}", "")
    before, after = data.get("before"), data.get("levels", {})
    if before is None:
        return
    for check in Check:
        if (old := before.get(check)) != (new := after.get(check)):
            yield f"{check.label}: {_level(old)} → {_level(new)}"


def _level(level: str | None) -> str:
    return str(Level(level).label) if level in Level.values else _("as usual")


def _watched(data: Mapping[str, Any], _words: Words, _names: Mapping[str, str]) -> Iterator[str]:
    if "removed" in data:
        yield _("removed: %(what)s") % {"what": data["removed"]}
    elif told := data.get("words"):
        more = "…" if data["added"] + data["changed"] > len(told) else ""
        yield f"{_level(data['level'])}: {_(', ').join(told)}{more}"


def _policy(data: Mapping[str, Any], _words: Words, _names: Mapping[str, str]) -> Iterator[str]:
    changed = data.get("changed", {})
    if "reasons" in changed:
        old, new = (_(", ").join(reason_word(code) for code in codes) or _("none") for codes in changed["reasons"])
        yield _("reason codes: %(old)s → %(new)s") % {"old": old, "new": new}
    if "unchanged" in changed:
        old, new = changed["unchanged"]
        yield _("unchanged replies until the approval may end: %(old)s → %(new)s") % {"old": old, "new": new}
    if "by_itself" in changed:
        yield _("it ends by itself") if changed["by_itself"][1] else _("its end is proposed")


type _Tell = Callable[[Mapping[str, Any], Words, Mapping[str, str]], Iterator[str]]
_TOLD: dict[str, _Tell] = {
    conversations.ABSENCE_CHANGED: _absence,
    conversations.APPROVAL_POLICY_CHANGED: _policy,
    preflight.CHECKS_CHANGED: _checks,
    preflight.WORDS_CHANGED: _watched,
}
