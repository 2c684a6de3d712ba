"""What a row of the list shows, already put into words.

The faces fill a `Row` for each conversation (dates by `ui.dates`, words translated) and give it to `{% row %}`
(`row_markup.py`), which only writes text: formatting by filters in loops is half of the cost of a list.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag's word; tone is "", "beni", "ai", "yamabuki", "fuji", "wakatake" or "outline"."""

    word: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """A small icon at the row's end, such as clip, draft, merge, translate, with its word for screen readers."""

    icon: str
    word: str

    @property
    def css(self) -> str:
        """The class that gives a sign its own colour."""
        return f"icon-{self.icon}"


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in a list. `id` is the public id: the DOM id is `conversation-<id>`.

    `lock` is the sentence 「◯◯さんが返信処理中です」 and then stands in place of status, assignee and tags. `due_at` is
    ISO 8601 and given only while the time counts; the text beside it is then kept fresh by the browser when late.
    """

    id: str
    href: str
    status: str
    status_word: str
    name: str
    subject: str
    excerpt: str
    when: str
    when_at: str
    channel: Sign
    assignee: str = ""
    due: str = ""
    due_at: str = ""
    lock: str = ""
    flag: Tag | None = None
    tags: tuple[Tag, ...] = ()
    signs: tuple[Sign, ...] = ()
    is_late: bool = False
    is_soon: bool = False  #: due before long
    is_unread: bool = False
    is_current: bool = False
    is_vip: bool = False
    hint: str = ""  #: what pointing at it says
    shape: str = ""  #: the icon of a status of one's own

    @property
    def status_icon(self) -> str:
        """The name of the status's shape in the sprite."""
        return self.shape or f"s-{self.status}"
