"""What follows an event, in this order: read it as the story of the product.

Each reaction touches only our database, is quick, and may run twice. What talks to the outside is a job of its own.
"""

from collections.abc import Callable

from madoguchi.accounts.choices import (
    ADDRESS_CHANGE_ASKED,
    ADDRESS_CHANGED,
    PASSWORD_RESET_ASKED,
    USER_CHANGED,
    USER_DEACTIVATED,
    USER_INVITED,
    USER_SIGNED_OUT,
)
from madoguchi.calls.choices import (
    CALLBACK_DUE_SOON,
    CALLBACK_MISSED,
    CALLBACK_MOVED,
    CALLBACK_REQUESTED,
    SLIP_ANSWERED,
    SLIP_SENT,
)
from madoguchi.calls.following import callbacks_follow
from madoguchi.cases import choices as cases
from madoguchi.channels.choices import INBOX_FAILING
from madoguchi.conversations.actions.asking import follow_side
from madoguchi.conversations.actions.links import tell_parent
from madoguchi.conversations.actions.sparing import follow_spared
from madoguchi.conversations.asking import SIDE_ANSWERED
from madoguchi.conversations.choices import (
    APPROVAL_EDIT_KEPT,
    APPROVAL_EDITED,
    APPROVAL_ESCALATED,
    APPROVAL_GIVEN,
    APPROVAL_REDIRECTED,
    APPROVAL_REMINDED,
    APPROVAL_STEPPED,
    ASSIGNED,
    CATEGORY_CHANGED,
    CONVERSATION_OPENED,
    DRAFT_TAKEN,
    DUE_PASSED,
    DUE_SOON,
    ESCALATED,
    MERGED,
    MESSAGE_RECEIVED,
    NOTE_ADDED,
    REPLY_BOUNCED,
    REPLY_CANCELLED,
    REPLY_FAILED,
    REPLY_QUEUED,
    REPLY_SENT,
    REPLY_SENT_BACK,
    REPLY_STOPPED,
    REPLY_UNCERTAIN,
    REPLY_WRITTEN,
    RESUMED,
    SPLIT,
    STATUS_CHANGED,
    TRAINING_DONE,
    TRAINING_ENDED,
    UNDONE,
)
from madoguchi.conversations.linking import CHILD_DONE, MOVED
from madoguchi.customers.actions import refresh_suggestions
from madoguchi.customers.choices import (
    CUSTOMER_CHANGED,
    CUSTOMER_EXPORT_ASKED,
    CUSTOMER_IMPORT_ASKED,
    CUSTOMER_MERGED,
    CUSTOMER_UNMERGED,
)
from madoguchi.events.models import Event
from madoguchi.flows.approval import count_unchanged, look_up_deciders
from madoguchi.flows.beginning import begin_fields
from madoguchi.flows.customer_tables import schedule_export, schedule_import
from madoguchi.flows.jobs import (
    look_at_plans,
    schedule_acknowledgement,
    schedule_bulk_reply,
    schedule_delivery,
    schedule_extraction,
)
from madoguchi.flows.letters import schedule_letter
from madoguchi.flows.slips import schedule_slip_letter
from madoguchi.guides.actions.checklists import follow_merge, follow_undo, put_on_by_itself
from madoguchi.knowledge.actions.uses import count_uses as count_articles
from madoguchi.knowledge.actions.uses import forget_texts as forget_articles
from madoguchi.knowledge.actions.uses import uncount_uses as uncount_articles
from madoguchi.notifications.actions import (
    notify_approved,
    notify_approvers,
    notify_assignee,
    notify_author,
    notify_keepers,
    notify_mailbox_keepers,
    notify_mentioned,
    notify_of_answer,
    notify_of_held_back,
    notify_of_training,
    notify_people,
    notify_who_put_off,
    take_back_from_removed,
)
from madoguchi.notifications.models import REMINDED
from madoguchi.outreach.choices import BULK_REPLY_STARTED
from madoguchi.promises.choices import PROMISE_BROKEN, PROMISE_DUE_SOON
from madoguchi.promises.following import promises_follow, promises_follow_messages
from madoguchi.wording.actions.uses import count_uses, forget_texts, uncount_uses
from madoguchi.workforce.actions.presence import end_presence
from madoguchi.workforce.choices import BULLETIN_POSTED, BULLETIN_REMINDED

type Reaction = Callable[[Event], None]


def compare_customer(event: Event) -> None:
    """名寄せ: look for others who may be the customer whose record changed. New ones wait for `match_customers_job`."""
    refresh_suggestions([int(event.subject.partition(":")[2])])


REACTIONS: dict[str, tuple[Reaction, ...]] = {
    CONVERSATION_OPENED: (begin_fields, put_on_by_itself),
    MESSAGE_RECEIVED: (schedule_extraction, look_at_plans, notify_of_answer, follow_side, schedule_acknowledgement),
    NOTE_ADDED: (schedule_extraction, look_at_plans, notify_mentioned),
    REPLY_WRITTEN: (schedule_extraction, look_at_plans, notify_approvers, tell_parent, follow_side),
    SIDE_ANSWERED: (notify_keepers,),
    CHILD_DONE: (notify_keepers,),
    MOVED: (look_at_plans, promises_follow_messages),
    CATEGORY_CHANGED: (put_on_by_itself,),
    UNDONE: (follow_undo, promises_follow_messages),
    ASSIGNED: (promises_follow, callbacks_follow, notify_assignee),
    REPLY_QUEUED: (schedule_delivery, count_uses, count_articles),
    REPLY_CANCELLED: (uncount_uses, uncount_articles, follow_side),
    REPLY_SENT: (forget_texts, forget_articles),
    REPLY_SENT_BACK: (notify_author, uncount_uses, uncount_articles),
    APPROVAL_GIVEN: (notify_approved, count_unchanged),
    APPROVAL_EDITED: (schedule_extraction,),
    APPROVAL_STEPPED: (notify_approvers,),
    APPROVAL_REDIRECTED: (notify_approvers,),
    APPROVAL_REMINDED: (notify_approvers,),
    APPROVAL_ESCALATED: (notify_approvers,),
    APPROVAL_EDIT_KEPT: (notify_author,),
    TRAINING_DONE: (notify_of_training,),
    TRAINING_ENDED: (notify_of_training,),
    USER_CHANGED: (look_up_deciders,),
    STATUS_CHANGED: (look_at_plans, tell_parent),
    MERGED: (look_at_plans, follow_merge),
    SPLIT: (look_at_plans, promises_follow_messages),
    REPLY_STOPPED: (notify_of_held_back,),
    REPLY_FAILED: (notify_author,),
    REPLY_UNCERTAIN: (notify_author,),
    REPLY_BOUNCED: (notify_author,),
    BULLETIN_POSTED: (notify_people,),
    BULLETIN_REMINDED: (notify_people,),
    BULK_REPLY_STARTED: (schedule_bulk_reply,),
    DRAFT_TAKEN: (notify_people,),
    RESUMED: (notify_who_put_off,),
    REMINDED: (notify_people,),
    DUE_SOON: (notify_people,),
    DUE_PASSED: (notify_people,),
    ESCALATED: (notify_people,),
    PROMISE_DUE_SOON: (notify_people,),
    PROMISE_BROKEN: (notify_people,),
    CALLBACK_REQUESTED: (notify_people,),
    CALLBACK_MOVED: (notify_people,),
    CALLBACK_DUE_SOON: (notify_people,),
    CALLBACK_MISSED: (notify_people,),
    SLIP_SENT: (notify_people, schedule_slip_letter),
    SLIP_ANSWERED: (notify_people,),
    cases.CASE_OPENED: (notify_people,),
    cases.CASE_PEOPLE_CHANGED: (notify_people, take_back_from_removed),
    cases.CASE_DECISION_ASKED: (notify_people,),
    cases.CASE_DECIDED: (notify_people,),
    cases.CASE_DUE_SOON: (notify_people,),
    cases.CASE_DUE_PASSED: (notify_people,),
    cases.CASE_REVIEW_DUE: (notify_people,),
    cases.ANONYMOUS_REPORTS_CAME: (notify_people,),
    cases.CARE_OFFERED: (notify_people,),
    cases.CARE_ANSWERED: (notify_people,),
    CUSTOMER_CHANGED: (compare_customer,),
    CUSTOMER_MERGED: (compare_customer, follow_spared),
    CUSTOMER_UNMERGED: (compare_customer,),
    CUSTOMER_IMPORT_ASKED: (schedule_import,),
    CUSTOMER_EXPORT_ASKED: (schedule_export,),
    INBOX_FAILING: (notify_mailbox_keepers,),
    USER_SIGNED_OUT: (end_presence,),
    USER_DEACTIVATED: (end_presence, look_up_deciders),
    USER_INVITED: (schedule_letter,),
    PASSWORD_RESET_ASKED: (schedule_letter,),
    ADDRESS_CHANGE_ASKED: (schedule_letter,),
    ADDRESS_CHANGED: (schedule_letter,),
}


def react(event: Event) -> None:
    """Run what follows one event."""
    for reaction in REACTIONS.get(event.kind, ()):
        reaction(event)
