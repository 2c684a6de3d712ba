"""Templates: adding, changing, putting away, and earlier versions brought back."""

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.letters import Enclosure
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record
from madoguchi.wording.choices import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_NAME,
    TEMPLATE_ARCHIVED,
    TEMPLATE_CHANGED,
    TEMPLATE_CREATED,
    TEMPLATE_DELETED,
    TEMPLATE_GIVEN,
    TEMPLATE_RESTORED,
    TEMPLATE_UNARCHIVED,
    Scope,
)
from madoguchi.wording.content import Content, checked, content_of, differing
from madoguchi.wording.deeds import read_deeds, with_new_tags
from madoguchi.wording.models import Template, TemplateFile, TemplateVersion
from madoguchi.wording.queries import may_change
from madoguchi.wording.searching import index_text


class ChangedMeanwhile(DomainError):
    """Somebody else saved this template after it had been shown; `current` is what it says now."""

    code = "changed_meanwhile"

    def __init__(self, current: Template) -> None:
        """Tell the version to save on top of, and what stands there."""
        super().__init__(
            _("Somebody else has changed this template since you opened it. Yours is kept here: compare, then save."),
            version=current.version,
            name=current.name,
            subject=current.subject,
            body=current.body,
        )
        self.current = current


@transaction.atomic
def create_template(content: Content, *, user: User, files: Iterable[Enclosure] = ()) -> Template:
    """Add a template that this person looks after. Raises Invalid, naming the field, and BrokenFields."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to keep templates. Ask an administrator."))
    content = _settled(content, user)
    template = Template(owner=user, updated_by=user, **content.columns())
    template.vector = index_text(template)
    template.save(force_insert=True)
    _enclose(template, files)
    _keep_version(template, user)
    record(TEMPLATE_CREATED, template.event_subject, by=user.actor, data={"scope": template.scope})
    return template


@transaction.atomic
def change_template(
    template: Template,
    content: Content,
    *,
    user: User,
    version: int,
    added: Iterable[Enclosure] = (),
    removed: Iterable[int] = (),
) -> Template:
    """Let a template say something else, if it still is as it was shown (`version`); else ChangedMeanwhile.

    What is saved unchanged is no new version.
    """
    held = _held(template, user)
    content = _settled(content, user)
    if held.version != version:
        raise ChangedMeanwhile(held)
    added, removed = list(added), set(removed)
    fields = differing(content_of(held), content) + (["files"] if added or removed else [])
    if not fields:
        return held
    _save(held, content, user, fields)
    TemplateFile.objects.filter(template=held, until=None, pk__in=removed).update(until=held.version - 1)
    _enclose(held, added)
    _keep_version(held, user)
    return held


def _settled(content: Content, user: User) -> Content:
    content = checked(content, user=user)
    return replace(content, actions=with_new_tags(content.actions))


def _save(held: Template, content: Content, user: User, fields: list[str]) -> None:
    for column, value in content.columns().items():
        setattr(held, column, value)
    if not held.is_shared and held.owner_id != user.pk:
        held.owner = user  # a shared one that is made personal becomes that of who does it
    held.version += 1
    held.updated_at, held.updated_by = timezone.now(), user
    held.vector = index_text(held)
    held.save()
    record(TEMPLATE_CHANGED, held.event_subject, by=user.actor, data={"fields": fields, "version": held.version})


def _held(template: Template, user: User) -> Template:
    """The row, held until the end of the transaction, if this person may change it."""
    held = Template.objects.select_for_update(of=("self",)).filter(pk=template.pk).first()
    if held is None:
        raise NotFound(_("There is no such template."))
    if not may_change(user, held):
        raise NotAllowed(_("You may use this template, but not change it. Make a copy, or ask a supervisor."))
    return held


def _keep_version(template: Template, user: User) -> None:
    TemplateVersion.objects.create(
        template=template,
        number=template.version,
        name=template.name,
        subject=template.subject,
        body=template.body,
        actions=template.actions,
        by=user,
    )


def _enclose(template: Template, files: Iterable[Enclosure]) -> None:
    TemplateFile.objects.bulk_create(
        TemplateFile(
            template=template,
            blob_id=each.blob_id,
            name=each.name[-255:] or "file",
            content_type=each.content_type[:255],
            since=template.version,
        )
        for each in files
    )
    present = TemplateFile.objects.filter(template=template, until=None).values_list("blob__size_bytes", flat=True)
    if len(present) > MAX_FILES or sum(present) > MAX_FILE_BYTES:
        raise Invalid(_("A template takes 10 files at most, of 10 MB together."), field="files")


def _enclosure(file: TemplateFile) -> Enclosure:
    return Enclosure(file.blob_id, file.name, file.content_type, file.blob.size_bytes)


@transaction.atomic
def restore_version(template: Template, number: int, *, user: User, version: int) -> Template:
    """Let a template say again what one of its versions said, files too; that is a new version."""
    held = _held(template, user)
    old = TemplateVersion.objects.filter(template=held, number=number).first()
    if old is None:
        raise NotFound(_("There is no such version."))
    files = TemplateFile.objects.filter(template=held).select_related("blob")
    then = [each for each in files if each.since <= number and (each.until is None or each.until >= number)]
    now = [each for each in files if each.until is None]
    changed = change_template(
        held,
        replace(content_of(held), name=old.name, subject=old.subject, body=old.body, actions=read_deeds(old.actions)),
        user=user,
        version=version,
        added=[_enclosure(each) for each in then if each not in now],
        removed=[each.pk for each in now if each not in then],
    )
    if changed.version != version:
        record(TEMPLATE_RESTORED, held.event_subject, by=user.actor, data={"version": number})
    return changed


@transaction.atomic
def duplicate_template(template: Template, *, user: User) -> Template:
    """Make a copy of one's own, to change as one likes."""
    name = gettext("Copy of %(name)s") % {"name": template.name}
    content = replace(
        content_of(template), name=cut_whole(name, MAX_NAME), scope=Scope.PERSONAL.value, team=None, abbreviation=""
    )
    files = TemplateFile.objects.filter(template=template, until=None).select_related("blob")
    return create_template(content, user=user, files=[_enclosure(each) for each in files])


@transaction.atomic
def archive_template(template: Template, *, user: User) -> None:
    """Put a template away: it is not offered any more, and can be brought back. Twice is once."""
    held = _held(template, user)
    if held.archived_at is None:
        Template.objects.filter(pk=held.pk).update(archived_at=timezone.now())
        record(TEMPLATE_ARCHIVED, held.event_subject, by=user.actor)


@transaction.atomic
def unarchive_template(template: Template, *, user: User) -> None:
    """Offer a template again."""
    held = _held(template, user)
    if held.archived_at is not None:
        Template.objects.filter(pk=held.pk).update(archived_at=None)
        record(TEMPLATE_UNARCHIVED, held.event_subject, by=user.actor)


@transaction.atomic
def delete_template(template: Template, *, user: User) -> None:
    """Forget a template with its history and figures; only one that was put away before."""
    held = _held(template, user)
    if held.archived_at is None:
        raise Invalid(_("Archive the template first. What is archived can be deleted."))
    subject, name = held.event_subject, held.name
    held.delete()
    record(TEMPLATE_DELETED, subject, by=user.actor, data={"name": name})


@transaction.atomic
def give_template(template: Template, owner: User, *, user: User) -> None:
    """Let somebody else look after a shared template, who may change it."""
    held = _held(template, user)
    if not held.is_shared:
        raise Invalid(_("A personal template stays with its owner. Share it first."), field="owner")
    if held.owner_id == owner.pk:
        return
    if not may_change(owner, held):
        message = _("%(name)s may not change shared templates. Choose a supervisor or an administrator.")
        raise Invalid(message % {"name": owner.name}, field="owner")
    Template.objects.filter(pk=held.pk).update(owner=owner)
    record(TEMPLATE_GIVEN, held.event_subject, by=user.actor, data={"to": owner.pk})
