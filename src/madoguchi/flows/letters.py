"""Letters to the staff leave as jobs: the page answers at once, known address or not."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from madoguchi.accounts.choices import ADDRESS_CHANGE_ASKED, ADDRESS_CHANGED, PASSWORD_RESET_ASKED, USER_INVITED
from madoguchi.accounts.letters import address_changed_letter, address_letter, invitation_letter, reset_letter
from madoguchi.accounts.models import User
from madoguchi.events.models import Event, subject_ids
from madoguchi.flows.jobs import OUTSIDE

#: Who asked for a link an hour ago has asked again or given up.
TOO_LATE_SECONDS = 3600


def schedule_letter(event: Event) -> None:
    """Plan the mail that an invitation, a forgotten password or a new address asks for."""
    letter_job.defer(event_id=event.pk)


@app.task(name="madoguchi.flows.letter", queue=OUTSIDE, retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def letter_job(event_id: int) -> None:
    """Send one letter; a person who has come in or been deactivated meanwhile gets none."""
    event = Event.objects.get(pk=event_id)
    user = User.objects.filter(pk__in=subject_ids([event.subject]), is_active=True).first()
    if user is None:
        return
    if event.kind == USER_INVITED and user.is_invited:
        invitation_letter(user, inviter=event.actor_label).send()
    if event.kind == PASSWORD_RESET_ASKED and (timezone.now() - event.at).total_seconds() < TOO_LATE_SECONDS:
        reset_letter(user).send()
    if event.kind == ADDRESS_CHANGE_ASKED and user.new_email:
        address_letter(user).send()
    if event.kind == ADDRESS_CHANGED and user.former_email:
        address_changed_letter(user).send()
