"""Many conversations by plain SQL: 3.14 messages each, over a year, in the shares of a living desk."""

import json
import time

from django.db import connection

SUBJECTS = (
    "配送状況の確認|返品について|領収書の発行|注文のキャンセル|"
    "サイズ交換|在庫の確認|ログインできません|クーポンの使い方"
)
BODY = (
    "お世話になっております。先日注文した商品がまだ届いておりません。追跡番号を確認しましたが動きがないようです。"
    "状況をお知らせいただけますでしょうか。よろしくお願いいたします。"
)
STEPS = (
    """INSERT INTO customers_customer (family_name, given_name, family_kana, given_kana, display_name, honorific,
         department, language, time_zone, is_vip, needs_care, is_open_to_all, note, version, matched_version,
         created_at)
       SELECT '山田', n::text, '', '', '山田 ' || n, '様', '', 'ja', '', n %% 50 = 0, false, false, '', 1, 1, now()
       FROM generate_series(1, %(n)s / 20 + 1) n""",
    """INSERT INTO customers_identity (customer_id, kind, key, shown, name, label, is_primary, is_valid,
         bounce_reason, charset, created_at)
       SELECT id, 'mail', 'c' || id || '@mail.example', 'c' || id || '@mail.example', display_name, '', true, true,
         '', '', now()
       FROM customers_customer""",
    """INSERT INTO conversations_conversation (inbox_id, customer_id, subject, base_subject, status, is_open, priority,
         assignee_id, hold_reason, due_at, queue_at, preview, language, has_attachments, has_failed, message_count,
         created_at, last_message_at, version)
       SELECT i.id, 1 + n %% (%(n)s / 20), s, s, st, st IN ('new', 'open', 'wait'), 1,
         CASE WHEN st = 'new' THEN NULL ELSE u.id END, '',
         CASE WHEN st IN ('new', 'open') THEN at + interval '1 day' END,
         CASE WHEN st IN ('new', 'open') THEN at + interval '1 day' ELSE '9999-01-01 00:00+00' END,
         left(%(body)s, 200), 'ja', n %% 10 = 0, false, 2 + n %% 3, at, at, 1
       FROM (SELECT n, (string_to_array(%(subjects)s, '|'))[1 + n %% 8] AS s,
               (ARRAY['new','open','open','wait','done','done','done','done','done','done'])[1 + n %% 10] AS st,
               now() - interval '1 year' + n * (interval '1 year' / %(n)s) AS at
             FROM generate_series(1, %(n)s) n) AS rows,
         (SELECT min(id) AS id FROM channels_inbox) i, (SELECT min(id) AS id FROM accounts_user) u""",
    """INSERT INTO conversations_message (conversation_id, inbox_id, kind, state, customer_id, user_id, sender_name,
         sender_address, "to", cc, bcc, reply_to, subject, text, html, external_id, fingerprint, in_reply_to,
         "references", auto_kind, charset, language, headers, warnings, at, attempts, failure, failure_detail, bounce,
         before, is_automatic, spans)
       SELECT c.id, c.inbox_id, CASE WHEN k %% 2 = 0 THEN 'inbound' ELSE 'outbound' END,
         CASE WHEN k %% 2 = 0 THEN 'received' ELSE 'sent' END, CASE WHEN k %% 2 = 0 THEN c.customer_id END,
         CASE WHEN k %% 2 = 1 THEN c.assignee_id END, '山田', 'c' || c.customer_id || '@mail.example', '[]', '[]', '[]',
         '[]', c.subject, %(body)s, '', 'seed-' || c.id || '-' || k || '@mail.example', '', '', '{}', '', 'utf-8', 'ja',
         '{}', '{}', c.created_at + k * interval '2 hours', 0, '', '', '[]', '{}', false, %(spans)s
       FROM conversations_conversation c, generate_series(0, 2) k WHERE k < c.message_count""",
    """INSERT INTO events_event (kind, subject, scope_id, actor_kind, actor_id, actor_label, cause, depth, data, at,
         is_pending, attempts, failure)
       SELECT 'status_changed', 'conversation:' || id, inbox_id, 'user', 1, '計測', '', 0,
         '{"before": "new", "after": "open"}', created_at, false, 0, '' FROM conversations_conversation""",
    "VACUUM ANALYZE",
)


def seed(conversations: int) -> None:
    """Fill an empty desk."""
    from madoguchi.conversations.actions.messages import fold_spans
    from madoguchi.conversations.counts import fold_counts

    spans = json.dumps(fold_spans(BODY))  # as the intake keeps them
    values = {"n": conversations, "subjects": SUBJECTS, "body": BODY, "spans": spans}
    with connection.cursor() as cursor:
        for step in STEPS:
            began = time.monotonic()
            cursor.execute(step, values)
            print(f"  {step.split('(')[0].strip()[:50]:50} {time.monotonic() - began:6.1f} s")
    fold_counts()
