"""名寄せ over many customers: comparing all of them once, then one that has changed, then the list of pairs."""

import argparse
import statistics
import time

from bench.desk import Desk

FAMILY = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 斎藤 松本 井上 木村 林 清水 山崎 森"
GIVEN = "陽子 健一 美咲 大輔 由美 直樹 恵 拓也 千尋 亮"
#: One in fifty has a double: the same number and name under another mail address.
STEPS = (
    """INSERT INTO customers_customer (family_name, given_name, family_kana, given_kana, display_name, honorific,
         department, language, time_zone, is_vip, needs_care, is_open_to_all, note, version, matched_version,
         created_at)
       SELECT f[1 + n %% 20], g[1 + n / 20 %% 10], '', '', '', '様', '', 'ja', '', false, false, false, '', 1, 0, now()
       FROM generate_series(1, %(n)s) n,
         (SELECT string_to_array(%(f)s, ' ') AS f, string_to_array(%(g)s, ' ') AS g) names""",
    """INSERT INTO customers_identity (customer_id, kind, key, shown, name, label, is_primary, is_valid, bounce_reason,
         charset, created_at)
       SELECT id, 'mail', 'customer' || id || '@mail.example', 'customer' || id || '@mail.example', '', '', true, true,
         '', '', now() FROM customers_customer
       UNION ALL
       SELECT id, 'phone',
         '+8190' || lpad((id - CASE WHEN id %% 25 = 0 AND id / 200 %% 2 = 1 THEN 200 ELSE 0 END)::text, 8, '0'),
         '090', '', '', true, true, '', '', now() FROM customers_customer""",
    """INSERT INTO customers_postaladdress (customer_id, label, postal_code, prefecture, city, street, building,
         country, is_primary, created_at)
       SELECT id, '', '150-' || lpad((id %% 9000)::text, 4, '0'), '東京都', '渋谷区',
         (id %% 9) || '-' || (id %% 31), '', 'JP', true, now() FROM customers_customer""",
    "ANALYZE",
)


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench matching", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    wanted = parser.parse_args(arguments)
    with Desk(prepare=lambda: _measure(wanted.customers)):
        pass


def _measure(customers: int) -> None:
    from django.db import connection

    from madoguchi.customers.actions import refresh_stale, refresh_suggestions
    from madoguchi.customers.models import MatchKey, Suggestion

    with connection.cursor() as cursor:
        for step in STEPS:
            cursor.execute(step, {"n": customers, "f": FAMILY, "g": GIVEN})
    began, most = time.perf_counter(), 0.0
    while True:
        batch = time.perf_counter()
        if not refresh_stale():
            break
        most = max(most, time.perf_counter() - batch)
    took = time.perf_counter() - began
    print(f"{took:9.1f} s   comparing {customers:,} customers, {customers / took:,.0f} /s, longest batch {most:.2f} s")
    print(f"{MatchKey.objects.count():9,} keys, {Suggestion.objects.count():,} pairs")
    waits = []
    for number in range(1, 201):
        began = time.perf_counter()
        refresh_suggestions([number * (customers // 201)])
        waits.append((time.perf_counter() - began) * 1000)
    print(f"{statistics.median(waits):9.1f} ms  comparing one that changed, p50 ({sorted(waits)[190]:.1f} p95)")
    waits = []
    for _each in range(50):
        began = time.perf_counter()
        rows = Suggestion.objects.filter(state="open").select_related("first", "second").order_by("-score", "-pk")
        list(rows[:50])
        waits.append((time.perf_counter() - began) * 1000)
    print(f"{statistics.median(waits):9.1f} ms  the fifty likeliest pairs, p50")
