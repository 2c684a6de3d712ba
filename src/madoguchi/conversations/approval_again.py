"""Which rules ask for the approval of a letter, also when it was sent back, withdrawn, or rewritten by somebody else.

What an approver wrote into it comes under the rules for their own letters wherever it goes from there: else they could
edit, let the author ask again, and approve their own words.
"""

from collections.abc import Sequence
from dataclasses import replace

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.approval import Applied, Step
from madoguchi.conversations.approval_choices import RequestState, VersionKind
from madoguchi.conversations.approval_facts import approval_of
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import ApprovalRequest, Conversation, Message

_GIVEN_BACK = (RequestState.SENT_BACK, RequestState.WITHDRAWN)


def sent_back_before(author: User, conversation: Conversation) -> ApprovalRequest | None:
    """The request that the author's next letter here continues: their last letter was sent back or withdrawn.

    Or a colleague's was, whose draft they have taken over.
    """
    given = ApprovalRequest.objects.filter(message__conversation=conversation, author=author, state__in=_GIVEN_BACK)
    if inherited := given.exclude(message__user=author).order_by("-pk").first():
        return inherited
    last = Message.objects.filter(conversation=conversation, user=author, kind=MessageKind.OUTBOUND).order_by("-pk")
    request = ApprovalRequest.objects.filter(message=last.values("pk")[:1], author=author).first()
    return request if request and request.state in _GIVEN_BACK else None


def applying_to(author: User, inbox: Inbox, letter: Letter, conversation: Conversation | None) -> list[Applied]:
    """What will ask for the approval of a letter that somebody writes, here or to begin a conversation."""
    if conversation is None:
        return approval_of(author, inbox, letter)
    return asking_for(author, inbox, letter, conversation, sent_back_before(author, conversation))


def asking_for(
    author: User, inbox: Inbox, letter: Letter, conversation: Conversation, former: ApprovalRequest | None
) -> list[Applied]:
    """What asks for the approval of a letter that may continue a request; what was sent back is looked at again."""
    found = _still_needed(approval_of(author, inbox, letter, conversation), former)
    for editor in _editors(former):
        found = with_editor(found, approval_of(editor, inbox, letter, conversation), editor)
    return found


def with_editor(found: Sequence[Applied], own: Sequence[Applied], editor: User) -> list[Applied]:
    """These rules and those for a letter of the editor's own, which the editor does not decide."""
    barred = barred_rules({each.rule for each in found}, own)
    open_still = [replace(each, steps=tuple(step.barring(editor.pk, barred) for step in each.steps)) for each in found]
    known = {each.rule for each in found}
    return [*open_still, *(each.without(editor.pk) for each in own if each.rule not in known)]


def barred_rules(known: set[int], own: Sequence[Applied]) -> set[int]:
    """Of the rules for an editor's own letter those that they do not decide: new ones, and those about whose it is."""
    return {each.rule for each in own if each.rule not in known or each.is_personal}


def _still_needed(found: list[Applied], former: ApprovalRequest | None) -> list[Applied]:
    if found or former is None or former.state != RequestState.SENT_BACK:
        return found
    steps = tuple(map(Step.read, former.steps))
    kept = [Applied.read(plain) for plain in former.reasons]
    return [Applied(each.rule, each.name, each.found, steps if not at else ()) for at, each in enumerate(kept)]


def _editors(former: ApprovalRequest | None) -> list[User]:
    """Who else than its author wrote or edited the letter: their words may still stand in it."""
    if former is None:
        return []
    written = [VersionKind.ASKED, VersionKind.RESUBMITTED, VersionKind.EDITED]
    edited = former.versions.filter(kind__in=written, by__isnull=False).exclude(by=former.author_id)
    return list(User.objects.filter(pk__in=edited.order_by().values("by")).order_by("pk"))
