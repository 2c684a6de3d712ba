"""The statistics of the approval in words: a line for each author, and how often each reason was given."""

from typing import Any

from madoguchi.conversations.actions.approvals import reason_word
from madoguchi.conversations.approval_statistics import Line, Statistics
from madoguchi.conversations.approval_words import hours_words

#: Fewer than these say little (JAPAN.md 3.0): marked 参考値.
FEW = 5


def figures(found: Statistics) -> dict[str, Any]:
    """What the page shows."""
    total = found.total
    most = max(total.reasons.values(), default=1)
    return {
        "total": _line(total),
        "lines": [_line(line) for line in found.lines],
        "reasons": [
            {"word": reason_word(code), "amount": amount, "share": round(100 * amount / most)}
            for code, amount in sorted(total.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    minutes = line.median_minutes
    return {
        "name": line.name,
        "requests": line.requests,
        "unchanged": line.unchanged,
        "percent": "–" if line.unchanged_percent is None else f"{line.unchanged_percent:.1f} %",
        "edited": line.edited,
        "sent_back": line.sent_back,
        "waited": "–" if minutes is None else hours_words(minutes),
        "reasons": [
            {"word": reason_word(code), "amount": amount}
            for code, amount in sorted(line.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "is_few": 0 < line.requests < FEW,
    }
