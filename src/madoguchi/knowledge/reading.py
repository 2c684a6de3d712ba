"""How an article reads: on a page as HTML, in a letter as plain text, and the steps in it alone."""

import re

from madoguchi.core.markup import markup_to_text, render_markup
from madoguchi.knowledge.choices import Part
from madoguchi.knowledge.links import address_of
from madoguchi.knowledge.models import Article

#: 「1. 」, 「2) 」, 「３．」
_STEP = re.compile(r"\d{1,3}(?:[.)] |[．）] ?)")
#: Fewer are no steps.
_FEWEST_STEPS = 2


def page_of(article: Article) -> str:
    """The text as sanitised HTML."""
    return render_markup(article.body)


def steps_of(body: str) -> str:
    """The longest run of numbered lines, as plain text; empty when there are no steps."""
    runs: list[list[str]] = [[]]
    for line in body.split("\n"):
        if _STEP.match(line):
            runs[-1].append(line)
        elif line.strip() and runs[-1]:
            runs.append([])
    longest = max(runs, key=len)
    return markup_to_text("\n".join(longest)) if len(longest) >= _FEWEST_STEPS else ""


def words_for(article: Article, part: Part) -> str:
    """What goes into a letter: the text, its steps, or its title with its address."""
    if part == Part.LINK:
        return f"{_titled(article)}\n{address_of(article.pk)}"
    return steps_of(article.body) if part == Part.STEPS else markup_to_text(article.body)


def _titled(article: Article) -> str:
    return f"「{article.title}」" if article.language == "ja" else article.title
