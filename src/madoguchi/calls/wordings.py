"""A memo as the note that stands in the conversation: plain text in the language of who wrote it. Pure."""

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.calls.choices import QUESTIONS, Direction, Result
from madoguchi.calls.models import Call


def span_word(seconds: int) -> str:
    """8分05秒; 42秒 below a minute."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(s)d s") % {"s": rest}
    return _("%(m)d min %(s)02d s") % {"m": minutes, "s": rest}


def memo_text(call: Call) -> str:
    """Head, who, what was said, 5W1H, how it ended; lines without a value are left out."""
    lines = [_head(call), *_facts(call), "", call.text.strip(), ""]
    lines += [f"{word}: {call.answers[key]}" for key, word in QUESTIONS.items() if call.answers.get(key)]
    if call.way:
        lines.append(_("Talk script “%(name)s”: %(way)s") % {"name": call.script, "way": " › ".join(call.way)})
    lines.append(_("Result: %(result)s") % {"result": Result(call.result).label})
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def _head(call: Call) -> str:
    start, end = timezone.localtime(call.started_at), timezone.localtime(call.ended_at)
    spans = {"talk": span_word(call.talk_seconds or 0), "wrap": span_word(call.wrap_up_seconds or 0)}
    head = f"{Direction(call.direction).label} {start:%Y/%m/%d %H:%M}–{end:%H:%M}"
    return _("%(head)s (talk %(talk)s, after-call work %(wrap)s)") % {"head": head, **spans}


def _facts(call: Call) -> list[str]:
    facts = [(_("Name given"), call.name), (_("Phone number"), call.number), (_("Matter"), call.subject)]
    return [f"{word}: {value}" for word, value in facts if value]
