"""Templates for tests, made by the product's own door."""

from itertools import count

from madoguchi.accounts.models import User
from madoguchi.conversations.letters import Enclosure
from madoguchi.files.actions import store_blob
from madoguchi.wording.actions.templates import create_template
from madoguchi.wording.content import Content
from madoguchi.wording.models import Template

_numbers = count(1)


def make_template(user: User, **values) -> Template:
    """A template of this person; personal unless said otherwise."""
    files = values.pop("files", ())
    defaults = {"name": f"配送の遅れ{next(_numbers)}", "body": "{{宛名}}\n\nお待たせして申し訳ございません。"}
    return create_template(Content(**defaults | values), user=user, files=files)


def stored(content: bytes, name: str, content_type: str) -> Enclosure:
    """A file that is kept already."""
    return Enclosure(store_blob(content).pk, name, content_type, len(content))
