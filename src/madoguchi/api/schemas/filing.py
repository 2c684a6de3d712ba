"""Tags, categories and saved views."""

from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.api.schemas.conversations import TagName
from madoguchi.conversations.filters import DUE, Filter
from madoguchi.conversations.models import Category, SavedView, Tag


class TagOut(Out):
    """A word put on conversations."""

    id: int
    """Its id."""
    name: str
    """The word."""


class TagIn(In):
    """A tag, or its new name."""

    name: TagName
    """The word."""


class CategoryLeaf(Out):
    """A category of the second level (中分類)."""

    id: int
    """Its id."""
    name: str
    """Its name."""


class CategoryOut(CategoryLeaf):
    """A main category (大分類) with those below it."""

    children: list[CategoryLeaf]
    """The categories below it, in their order."""


class CategoryIn(In):
    """A category to add."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["配送"])]
    """Its name."""
    parent: Id | None = None
    """The main category it belongs to; null makes a main category."""


class CategoryChangesIn(In):
    """What changes of a category; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """Its new name."""
    parent: Id | None = None
    """The main category it belongs to from now on; null makes it a main category."""


class TagMergeIn(In):
    """Which tag takes another one's place."""

    into: Id
    """The tag that stays."""


class Conditions(In):
    """Which conversations, and in what order; what is left out does not narrow."""

    inbox: Id | None = None
    """Of this desk."""
    status: Annotated[str, Field(pattern="^[a-z]{2,12}$", examples=["open", "new", "all"])] = "open"
    """A status, `open` for everything still to do, or `all`."""
    own_status: Id | None = None
    """With this status of the workspace's own."""
    folder: Id | None = None
    """Right in this folder."""
    assignee: Annotated[str, Field(pattern="^(me|none|[0-9]{1,18})$", examples=["me"])] | None = None
    """`me`, `none`, or the id of a person."""
    team: Id | None = None
    """Given to this team."""
    tag: TagName | None = None
    """With this tag."""
    category: Id | None = None
    """Filed under this category, or one below it."""
    priority: Annotated[int, Field(ge=0, le=3)] | None = None
    """Of this priority."""
    channel: Annotated[str, Field(max_length=20)] | None = None
    """Come by this channel, e.g. `mail`."""
    vip: bool = False
    """Only of important customers (重要顧客)."""
    late: bool = False
    """Only past 返信期限."""
    following: bool = False
    """Only those the caller follows."""
    failed: bool = False
    """Only those of which our last mail could not be sent."""
    mine_to_approve: bool = False
    """Only those with a reply that waits for approval."""
    customer: Id | None = None
    """Of this customer."""
    all_of: Annotated[str, Field(max_length=5000, examples=['[["field-1","is","t:HK-10234"]]'])] = ""
    """Further conditions as JSON, `[[what, how, value], …]`, all of which must hold. How is one of `is`, `not`, `has`,
    `less`, `more`, `empty`, `filled`; what fields hold begins with `t:` text, `n:` number, `d:` day or `o:`."""
    any_of: Annotated[str, Field(max_length=5000)] = ""
    """Further conditions as in `all_of`, at least one of which must hold."""
    columns: Annotated[str, Field(max_length=400, examples=["number,customer,field-1"])] = ""
    """The columns with which the screen shows it as a table; the order of GET /conversations does not change."""
    sort: Annotated[str, Field(pattern="^(due|newest|oldest)$")] = DUE
    """`due` by 返信期限, `newest` or `oldest` by the last mail."""

    def chosen(self) -> Filter:
        """As the list understands it; Invalid for what does not exist."""
        return Filter.from_values(self.model_dump(exclude_defaults=True, include=set(Conditions.model_fields)))


class ViewOut(Out):
    """A saved view (よく使う条件)."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    is_shared: bool
    """True when everybody sees it, or a team does."""
    team: int | None
    """The team it is for."""
    position: int
    """Its place in the order."""
    icon: str
    """Its icon."""
    conditions: dict[str, str | int | bool | None]
    """What it narrows; the same words as the parameters of GET /conversations."""


class ViewIn(In):
    """A view to save."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["今日中に返信"])]
    """Its name."""
    is_shared: bool = False
    """True to show it to everybody; needs the right to share."""
    icon: Annotated[str, Field(max_length=30)] = ""
    """Its icon."""
    team: Id | None = None
    """Only for this team instead of everybody; needs the right to share."""
    conditions: Conditions
    """What it narrows."""


class ViewChangesIn(In):
    """What of a view to change; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["今日中に返信"])] | None = None
    """Its name."""
    is_shared: bool | None = None
    """True to show it to everybody, which needs the right to share; false to keep it for oneself."""
    icon: Annotated[str, Field(max_length=30)] | None = None
    """Its icon."""
    team: Id | None = None
    """Together with `is_shared`: only for this team."""
    position: Annotated[int, Field(ge=0, le=999)] | None = None
    """Its place in the order."""
    conditions: Conditions | None = None
    """What it narrows, all of it."""


def show_tag(tag: Tag) -> TagOut:
    """A tag."""
    return TagOut(id=tag.pk, name=tag.name)


def show_category(category: Category) -> CategoryOut:
    """A main category whose children were fetched."""
    children = [CategoryLeaf(id=child.pk, name=child.name) for child in category.children.all()]
    return CategoryOut(id=category.pk, name=category.name, children=children)


def show_view(view: SavedView) -> ViewOut:
    """A saved view."""
    return ViewOut(
        id=view.pk,
        name=view.name,
        is_shared=view.owner_id is None,
        team=view.team_id,
        position=view.position,
        icon=view.icon,
        conditions=view.conditions,
    )
