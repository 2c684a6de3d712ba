"""Files of a form that is posted as a whole: those that are there can be unticked, others come along.

What was uploaded is kept at once and named by a signed word in the form, so that a form that was refused comes back
with its files. Nobody can name a file that was not shown to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.letters import MAX_ATTACHMENT_BYTES, Enclosure
from madoguchi.core.errors import Invalid
from madoguchi.files.actions import store_blob
from madoguchi.ui.dates import Words

_SALT = "madoguchi.desk.files"
_VALID_SECONDS = 7 * 24 * 3600  #: a form may stay open over a long weekend
_MAX_FILES = 50


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """One line of the form."""

    token: str
    name: str
    size: str
    is_kept: bool
    href: str = ""
    enclosure: Enclosure | None = None


@dataclass(frozen=True, slots=True)
class ChosenFiles:
    """All of them, and the letter's from now on."""

    lines: tuple[ChosenFile, ...]
    is_answered: bool  #: False before anybody has posted the form, or where it has no files to choose

    @property
    def enclosures(self) -> tuple[Enclosure, ...]:
        """Those that are ticked."""
        return tuple(each.enclosure for each in self.lines if each.is_kept and each.enclosure)


def shown_files(user: User, present: Iterable[tuple[Enclosure, str]], words: Words) -> ChosenFiles:
    """The files that a letter has, each with the address of its bytes."""
    return ChosenFiles(tuple(_line(user, each, words, href=href) for each, href in present), is_answered=False)


def read_files(request: HttpRequest, user: User, present: Sequence[tuple[Enclosure, str]], words: Words) -> ChosenFiles:
    """What a posted form says about files; uploads are stored. Invalid, field `files`, for what cannot be sent."""
    if "with_files" not in request.POST:
        return shown_files(user, present, words)
    kept = set(request.POST.getlist("kept")[:_MAX_FILES])
    hrefs = {(each.blob_id, each.name): href for each, href in present}
    lines: list[ChosenFile] = []
    for token in request.POST.getlist("known")[:_MAX_FILES]:
        enclosure = _opened(user, token)
        href = hrefs.get((enclosure.blob_id, enclosure.name), "")
        lines.append(replace(_line(user, enclosure, words, href=href), is_kept=token in kept))
    lines += [_line(user, each, words) for each in _uploaded(request)]
    return ChosenFiles(tuple(lines), is_answered=True)


def _uploaded(request: HttpRequest) -> list[Enclosure]:
    uploads = [each for each in request.FILES.getlist("files") if each.name]
    if len(uploads) > _MAX_FILES:
        raise Invalid(_("A letter takes 50 files at most. Send some of them separately."), field="files")
    if sum(each.size or 0 for each in uploads) > MAX_ATTACHMENT_BYTES:
        raise Invalid(_("The attachments are larger than 18 MB together. Send some of them separately."), field="files")
    found: list[Enclosure] = []
    for each in uploads:
        blob = store_blob(each.read())
        content_type = (each.content_type or "application/octet-stream")[:255]
        found.append(Enclosure(blob.pk, _safe_name(each.name or ""), content_type, blob.size_bytes))
    return found


def _line(user: User, enclosure: Enclosure, words: Words, *, href: str = "") -> ChosenFile:
    said = [user.pk, enclosure.blob_id, enclosure.name, enclosure.content_type, enclosure.size_bytes]
    token = signing.dumps(said, salt=_SALT, compress=True)
    return ChosenFile(token, enclosure.name, words.size(enclosure.size_bytes), True, href, enclosure)


def _opened(user: User, token: str) -> Enclosure:
    try:
        owner, *said = signing.loads(token, salt=_SALT, max_age=_VALID_SECONDS)
    except signing.BadSignature as error:
        raise Invalid(_("This file is not known any more. Upload it again."), field="files") from error
    if owner != user.pk:
        raise Invalid(_("This file is not known any more. Upload it again."), field="files")
    return Enclosure(*said)


def _safe_name(name: str) -> str:
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in bare if char.isprintable())[-255:] or "file"
