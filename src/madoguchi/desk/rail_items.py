"""The lines of the rail and how they are grouped, and the addresses of lists."""

from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from madoguchi.conversations.filters import Filter


@dataclass(frozen=True, slots=True)
class RailItem:
    """One line of the rail."""

    href: str
    icon: str
    word: str
    amount: str = ""
    status: str = ""
    is_current: bool = False
    is_nested: bool = False
    is_late: bool = False
    depth: int = 0  #: of a folder in the tree
    drop: str = ""  #: where conversations that are dropped onto it are posted
    fold: str = ""  #: the name by which a folder with others in it is folded up
    heading: str = ""  #: stands above the first of its kind
    within: str = ""  #: the names of the folders it lies in
    count_id: str = ""  #: its amount is counted apart (`rail_counts`), into the element of this id
    is_list: bool = True  #: leads to a list beside a conversation, so that only the list needs to be exchanged


@dataclass(frozen=True, slots=True)
class RailGroup:
    """Some lines below a heading."""

    word: str
    items: list[RailItem]
    href: str = ""  #: where its lines are kept in order
    has_bell: bool = False  #: the notices stand first


@cache
def page_url(name: str) -> str:
    """The address of one of the desk's pages, looked up once: a rail leads to a dozen."""
    return reverse(f"desk:{name}")


@lru_cache(1024)
def list_url(chosen: Filter) -> str:
    """The address of a list; a rail has two dozen, mostly the same for everybody."""
    values = {key: "1" if value is True else value for key, value in chosen.values().items()}
    base = page_url("table" if chosen.columns else "inbox")
    return f"{base}?{urlencode(values)}" if values else base
