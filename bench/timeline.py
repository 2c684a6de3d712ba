"""One timeline over many: pages of a customer with thousands of entries, narrowed, searched, and of everybody else."""

import argparse
import random
import time
from itertools import product

from bench.desk import EMAIL, PASSWORD, Desk
from bench.matching import FAMILY, GIVEN, STEPS
from bench.pages import measure
from bench.search import PLACE, PROBLEM, PRODUCT

AGENT = "bench-agent@harukaze.example"
#: Of a million entries: mails and notes; the rest are orders, promises and callbacks. One conversation in so many is
#: of the customer with 5,000 entries, whose number is 1.
MESSAGES, EACH, HEAVY = 0.8, 3, 200
SHARES = {"orders": 0.12, "promises": 0.04, "callbacks": 0.04}
SEED = (
    """INSERT INTO conversations_conversation (inbox_id, customer_id, subject, base_subject, status, is_open, priority,
         hold_reason, queue_at, preview, language, has_attachments, has_failed, message_count, created_at,
         last_message_at, version)
       SELECT CASE WHEN n %% 10 = 3 THEN %(closed)s ELSE %(open)s END,
         CASE WHEN n %% %(heavy)s = 0 THEN 1 ELSE 2 + n %% (%(n)s - 1) END, t.subject, t.subject,
         CASE WHEN n > %(talks)s - 3000 THEN 'open' ELSE 'done' END, n > %(talks)s - 3000, 1, '', '9999-01-01 00:00+00',
         left(t.body, 200), 'ja', false, false, %(each)s, at, at + %(each)s * interval '2 hours', 1
       FROM (SELECT n, now() - interval '3 years' + n * (interval '3 years' / %(talks)s) AS at
             FROM generate_series(1, %(talks)s) n) rows JOIN bench_text t ON t.id = n %% %(texts)s""",
    """INSERT INTO conversations_message (conversation_id, inbox_id, kind, state, customer_id, user_id, sender_name,
         sender_address, "to", cc, bcc, reply_to, subject, text, html, external_id, fingerprint, in_reply_to,
         "references", auto_kind, charset, language, headers, warnings, at, attempts, failure, failure_detail, bounce,
         before, is_automatic, spans)
       SELECT c.id, c.inbox_id, (ARRAY['inbound', 'outbound', 'note'])[1 + k %% 3],
         (ARRAY['received', 'sent', 'noted'])[1 + k %% 3], CASE WHEN k %% 3 = 0 THEN c.customer_id END,
         CASE WHEN k %% 3 > 0 THEN %(user)s END, '山田', 'customer' || c.customer_id || '@mail.example', '[]', '[]',
         '[]', '[]', c.subject, t.body, '', 'seed-' || c.id || '-' || k || '@mail.example', '', '', '{}', '', 'utf-8',
         'ja', '{}', '{}', c.created_at + k * interval '2 hours', 0, '', '', '[]', '{}', false, NULL
       FROM generate_series(0, %(each)s - 1) k CROSS JOIN conversations_conversation c
         JOIN bench_text t ON t.id = (c.id + k * 7) %% %(texts)s ORDER BY c.id + k * 3""",
    "DROP INDEX search_vector",
    """INSERT INTO search_searchentry (kind, object_id, group_id, scope_id, at, vector)
       SELECT 'message', m.id, m.conversation_id, m.inbox_id, m.at, v.vector::tsvector
       FROM conversations_message m JOIN bench_vector v
         ON v.id = (m.conversation_id + position(left(m.kind, 1) in 'ion') * 7 - 7) %% %(texts)s
         AND v.scope = m.inbox_id ORDER BY m.id""",
    """CREATE INDEX search_vector ON search_searchentry USING gin (vector)
       WITH (fastupdate = on, gin_pending_list_limit = 1024)""",
    """INSERT INTO commerce_order (source_id, customer_id, is_assigned, number, number_key, external_id, state,
         state_words, ordered_at, total, currency, payment, channel, note, buyer_name, buyer_mail, buyer_phone,
         buyer_number, postal_code, address, digest, fetched_at, created_at)
       SELECT %(source)s, CASE WHEN n %% %(heavy)s = 0 THEN 1 ELSE 2 + n %% (%(n)s - 1) END, false, 'HK-' || n,
         'HK' || n, '', 'delivered', '', now() - interval '3 years' + n * (interval '3 years' / %(orders)s), 5940,
         'JPY', '', '', '', '', '', '', '', '', '', n::text, now(), now() FROM generate_series(1, %(orders)s) n""",
    """INSERT INTO commerce_orderitem (order_id, position, sku, name, quantity)
       SELECT id, 0, 'DN-8', '土鍋「ゆげ」8号', 1 FROM commerce_order""",
    """INSERT INTO promises_promise (conversation_id, place, words, due_at, state, made_at, decided_at, reason)
       SELECT c.id, 0, '明日までにご連絡いたします', c.created_at + interval '1 day', 'kept', c.created_at,
         c.created_at + interval '1 day', ''
       FROM conversations_conversation c WHERE c.id %% (%(talks)s / %(promises)s) = 0""",
    """INSERT INTO calls_callback (conversation_id, number, name, topic, starts_at, ends_at, state, source, made_at,
         decided_at, reason)
       SELECT c.id, '03-1234-5678', '', '送り状の件', c.created_at, c.created_at + interval '30 minutes', 'done',
         'agent', c.created_at, c.created_at, ''
       FROM conversations_conversation c WHERE c.id %% (%(talks)s / %(callbacks)s) = 0""",
    "VACUUM ANALYZE",
)


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench timeline", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=120)
    parser.add_argument("--folder", default="", help="keep the desk here, and measure it again the next time")
    wanted = parser.parse_args(arguments)
    with Desk(wanted.folder, prepare=lambda: _prepare(wanted.customers, wanted.entries)) as desk:
        for who, email in (("sees every 窓口", EMAIL), ("sees one of two", AGENT)):
            _measure(desk, desk.cookie(email), who, wanted)


def _prepare(customers: int, entries: int) -> None:
    from madoguchi.conversations.models import Conversation

    if not Conversation.objects.exists():
        _seed(customers, entries)


def _seed(customers: int, entries: int) -> None:
    from django.db import connection

    from madoguchi.accounts.actions import create_user
    from madoguchi.accounts.choices import Role
    from madoguchi.accounts.models import User
    from madoguchi.channels.actions import create_inbox
    from madoguchi.channels.models import Inbox
    from madoguchi.commerce.models import OrderSource
    from madoguchi.conversations.counts import fold_counts
    from madoguchi.events.actor import Actor

    by = Actor.system("bench")
    create_user(AGENT, name="担当 者", role=Role.AGENT, password=PASSWORD, by=by)
    closed = create_inbox(
        name="法人窓口", kind="mail", address="closed@harukaze.example", by=by, settings={"mode": "local"}
    )
    Inbox.objects.filter(pk=closed.pk).update(is_open_to_all=False)
    source = OrderSource.objects.create(kind="push", name="本店", key="bench")
    opened = Inbox.objects.exclude(pk=closed.pk).get()
    texts = _texts()
    values = {
        "n": customers, "f": FAMILY, "g": GIVEN, "heavy": HEAVY, "each": EACH, "texts": len(texts),
        "talks": int(entries * MESSAGES / EACH), "open": opened.pk, "closed": closed.pk, "source": source.pk,
        "user": User.objects.get(email=EMAIL).pk,
    } | {name: int(entries * share) for name, share in SHARES.items()}  # fmt: skip
    with connection.cursor() as cursor:
        _write_texts(cursor, texts, (opened.pk, closed.pk))
        for step in (*STEPS, *SEED):
            began = time.monotonic()
            cursor.execute(step, values)
            print(f"  {' '.join(step.split())[:50]:50} {time.monotonic() - began:6.1f} s", flush=True)
    fold_counts()


def _texts() -> list[tuple[str, str]]:
    """Subjects and bodies; each some hundred characters."""
    rng = random.Random(7)
    return [
        (
            f"{thing}の件",
            (
                f"いつもお世話になっております。先日購入した{thing}の件でご連絡いたしました。{thing}ですが、{wrong}。"
                f"住所は{rng.choice(PLACE)}です。配送状況のページを確認しましたが、三日前から更新されていないようです。"
                "可能であれば交換品を送っていただけないでしょうか。よろしくお願いいたします。"
            ),
        )
        for thing, wrong in product(PRODUCT, PROBLEM)
    ]


def _write_texts(cursor: object, texts: list[tuple[str, str]], scopes: tuple[int, ...]) -> None:
    from madoguchi.search.lexemes import vector_text

    cursor.execute("CREATE TEMP TABLE bench_text (id int PRIMARY KEY, subject text, body text)")  # type: ignore[attr-defined]
    cursor.execute("CREATE TEMP TABLE bench_vector (id int, scope int, vector text, PRIMARY KEY (id, scope))")  # type: ignore[attr-defined]
    rows = [(number, *each) for number, each in enumerate(texts)]
    cursor.executemany("INSERT INTO bench_text VALUES (%s, %s, %s)", rows)  # type: ignore[attr-defined]
    vectors = [
        (number, scope, vector_text(title=subject, names=("山田",), body=body, scope_id=scope, kind="message"))
        for number, subject, body in rows
        for scope in scopes
    ]
    cursor.executemany("INSERT INTO bench_vector VALUES (%s, %s, %s)", vectors)  # type: ignore[attr-defined]


def _measure(desk: Desk, cookie: str, who: str, wanted: argparse.Namespace) -> None:
    path, times = "/customers/1/timeline", wanted.requests
    rng = random.Random(5)
    others = [f"/customers/{rng.randrange(2, wanted.customers)}/timeline" for _each in range(times)]
    for name, paths in (
        ("page 1, whole", [path] * times),
        ("page 1 of anybody, whole", others),
        ("what is new, piece", [f"{path}?after=4102444800000000.0.0"] * times),
        ("next page, piece", [f"{path}?day={2024 + n % 2}-{1 + n % 12:02}-15" for n in range(times)]),
        ("orders only, piece", [f"{path}?kind=buying&part=list"] * times),
        ("from us, one quarter, piece", [f"{path}?way=out&since=2025-01-01&until=2025-03-31&part=list"] * times),
        ("search, common word, piece", [f"{path}?q=%E9%85%8D%E9%80%81&part=list"] * times),
        ("search, one product, piece", [f"{path}?q=%E5%9C%9F%E9%8D%8B&part=list"] * times),
        ("search, two words, piece", [f"{path}?q=%E4%BA%A4%E6%8F%9B+%E5%82%98&part=list"] * times),
    ):
        p50, p95, server, size = measure(desk, cookie, paths, is_piece=name.endswith("piece"))
        print(
            f"{who}: {name:28} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  server p50 {server:6.1f} ms  "
            f"{size / 1024:5.1f} KB",
            flush=True,
        )
