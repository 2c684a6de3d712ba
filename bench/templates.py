"""Finding templates: what the picker of the composer asks, over thousands of templates in an embedded PostgreSQL."""

from __future__ import annotations

import argparse
import random
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.search import PLANTED, PROBLEM, PRODUCT, SENTENCES, start_django
from madoguchi.core.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from madoguchi.accounts.models import User
    from madoguchi.conversations.models import Conversation, Message

SEARCHES = ("返品", "お待たせ", "土鍋 返品", "へんきん", "琥珀", "象牙", "よろ12", "配送", "delay", "番号 写真")
TIMES = 7
ANSWERS = 20_000


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench templates", description=__doc__)
    parser.add_argument("--templates", type=int, default=5_000)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        Path(folder).chmod(0o755)  # the server runs as another user when started by root
        with EmbeddedPostgres(Path(folder)) as server:
            start_django(server.url)
            _measure(wanted.templates)


def _measure(amount: int) -> None:
    from django.core.management import call_command

    from madoguchi.accounts.models import User
    from madoguchi.wording.queries import offered_to
    from madoguchi.wording.searching import saying

    call_command("migrate", verbosity=0)
    user = User.objects.create(email="bench@shop.example", name="小林 あかり", role="admin")
    begin = perf_counter()
    _fill(amount, user.pk)
    print(f"{(perf_counter() - begin) / amount * 1000:7.2f} ms  a template, cut into words and stored")
    for typed in SEARCHES:
        seconds, found = best_of(lambda typed=typed: list(saying(offered_to(user), typed)[:30]))
        print(f"{seconds * 1000:7.1f} ms  {len(found):3} shown  {typed}")
    _measure_suggestions(user)


def _measure_suggestions(user: User) -> None:
    """What the picker suggests, after some thousand answers that were written with templates."""
    from madoguchi.conversations.models import Conversation
    from madoguchi.wording.suggesting import past_replies

    _answer(ANSWERS, user)
    for conversation in Conversation.objects.order_by("-pk").select_related("customer", "inbox")[:3]:
        for name, ask in (("suggestions", _suggest), ("past replies", past_replies)):
            seconds, found = best_of(lambda ask=ask, conversation=conversation: list(ask(conversation, user)))
            print(f"{seconds * 1000:7.1f} ms  {len(found):3} {name} over {ANSWERS:,} answers: {conversation.subject}")


def _suggest(conversation: Conversation, user: User) -> list[object]:
    from madoguchi.wording.queries import offered_to
    from madoguchi.wording.suggesting import suggestions_for

    return list(suggestions_for(conversation, user, offered_to(user)))


def _answer(amount: int, user: User) -> None:
    """Inquiries with their replies, each written with one of a hundred templates."""
    from django.db import connection
    from django.utils import timezone

    from madoguchi.channels.models import Inbox
    from madoguchi.conversations.indexing import index_messages
    from madoguchi.conversations.models import Conversation, Message
    from madoguchi.customers.models import Customer
    from madoguchi.wording.models import Template, Use

    rng, now = random.Random(2027), timezone.now()
    earlier = now - timedelta(hours=2)
    inbox = Inbox.objects.create(name="計測", kind="mail", address="bench@shop.example")
    customer = Customer.objects.create(family_name="計測")
    matters = [(product, problem) for product in PRODUCT for problem in PROBLEM]
    chosen = rng.choices(matters, k=amount)
    rows = [Conversation(inbox=inbox, customer=customer, subject=f"{p}の件", created_at=now) for p, _x in chosen]
    Conversation.objects.bulk_create(rows, batch_size=1000)
    texts = [
        f"{p}ですが、{x}。" + rng.choice(SENTENCES[4:]).format(p=p, x=x, n=1, d="25日", a="京都", t=1, u=2, f="高橋")
        for p, x in chosen
    ]
    asked = [_message(row, text, "inbound", "received", earlier) for row, text in zip(rows, texts, strict=True)]
    replies = [_message(row, "確認いたします。", "outbound", "sent", now, user=user) for row in rows]
    Message.objects.bulk_create([*asked, *replies], batch_size=1000)
    index_messages((message, message.conversation, ()) for message in asked)
    templates = list(Template.objects.order_by("pk")[:100])
    uses = [
        Use(
            template=templates[PROBLEM.index(x) * 8 + rng.randrange(8)],
            user=user,
            conversation=row,
            message=reply,
            at=now,
            sent_at=now,
        )
        for row, (_p, x), reply in zip(rows, chosen, replies, strict=True)
    ]
    Use.objects.bulk_create(uses, batch_size=1000)
    Template.objects.filter(pk__in=[each.pk for each in templates]).update(used_count=amount // 100)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _message(row: Conversation, text: str, kind: str, state: str, at: datetime, **more: object) -> Message:
    from madoguchi.conversations.models import Message

    return Message(
        conversation=row,
        inbox=row.inbox,
        kind=kind,
        state=state,
        subject=row.subject,
        text=text,
        at=at,
        external_id=f"bench-{kind}-{row.pk}",
        **more,
    )


def _fill(amount: int, owner: int) -> None:
    from django.db import connection

    from madoguchi.wording.models import Template
    from madoguchi.wording.searching import index_text

    rng = random.Random(2026)
    made = []
    for number in range(amount):
        product, problem = rng.choice(PRODUCT), rng.choice(PROBLEM)
        words = {"p": product, "x": problem, "n": 90_000 + number, "d": "25日", "a": "京都", "t": 1111, "u": 22}
        lines = rng.sample(SENTENCES, 8) + [line for line, share in PLANTED if rng.random() < share]
        template = Template(
            owner_id=owner,
            scope="all",
            name=f"{product}の件({problem[:6]}){number}",
            abbreviation=f"よろ{number}",
            folder=f"棚{number % 40}/段{number % 7}",
            keywords="delay 遅延" if number % 9 == 0 else "",
            subject=f"{product}について",
            body="\n".join(["{{宛名}}", "", *(line.format(f="高橋", **words) for line in lines)]),
        )
        template.vector = index_text(template)
        made.append(template)
    Template.objects.bulk_create(made, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE wording_template")


def best_of[T](ask: Callable[[], T]) -> tuple[float, T]:
    best, answer = float("inf"), ask()
    for _time in range(TIMES):
        begin = perf_counter()
        answer = ask()
        best = min(best, perf_counter() - begin)
    return best, answer
