"""窓口 that send 自動受付メール, and the running of what mails cause."""

from procrastinate.contrib.django.models import ProcrastinateJob
from tests.factories.accounts import make_user
from tests.factories.conversations import make_inbox

from madoguchi.accounts.choices import Role
from madoguchi.acknowledgements.actions import acknowledge, change_acknowledgement
from madoguchi.acknowledgements.texts import Text, Wanted
from madoguchi.conversations.models import Message
from madoguchi.flows.reactor import drain

TEXTS = {
    "ja_within": Text("お問い合わせを受け付けました", "{{宛名}}\n\n受け付けました。\n{{窓口名}}"),
    "ja_outside": Text("", "{{宛名}}\n\n営業時間外です。{{次回営業開始}}に再開します。"),
    "en_within": Text("We have received your inquiry", "{{customer.salutation}}\n\nThank you."),
}

#: Jobs that have been run; their table can only be read.
_RUN: set[int] = set()


def make_answering_inbox(*, most_per_hour: int = 100, texts=None, **values):
    """A 窓口 that acknowledges what comes in; without a calendar it is always open."""
    inbox = make_inbox(**values)
    texts = texts or {name: text for name, text in TEXTS.items() if inbox.calendar or "outside" not in name}
    owner = make_user(role=Role.OWNER)
    change_acknowledgement(inbox, Wanted(True, most_per_hour, texts), user=owner, version=0)
    return inbox


def run_acknowledgements() -> list:
    """Drain what has happened, and run the jobs it left, each once; what was written."""
    while drain():
        pass
    jobs = ProcrastinateJob.objects.filter(task_name="madoguchi.flows.acknowledge", status="todo").order_by("id")
    waiting = [job.args["message_id"] for job in jobs if job.pk not in _RUN]
    _RUN.update(job.pk for job in jobs)
    return [sent for message_id in waiting if (sent := acknowledge(message_id))]


def acknowledgements() -> list[Message]:
    """All of them, the oldest first."""
    return list(Message.objects.filter(is_automatic=True).order_by("pk"))
