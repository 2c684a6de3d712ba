"""Japanese search over made-up support mail: time to build, size of the index, latency of short searches.

Run with `python bench/search.py --messages 1000000`. It starts an embedded PostgreSQL with fsync in a folder that it
removes again; `--database-url` measures another server. Everything is derived from `--seed`.
"""

# ruff: noqa: SIM905 — lists of words read as words
import argparse
import json
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from madoguchi.core.postgres import EmbeddedPostgres

FAMILY = (
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 斎藤 松本 井上 木村 林 "
    "清水 山崎 森 池田 橋本 阿部 石川"
).split()
GIVEN = ("陽子 健一 美咲 大輔 さくら 翔太 由美 直樹 恵 拓也 千尋 亮 葵 誠 真由美 蓮 陸 結衣 悠斗 凛").split()
PLACE = (
    "東京都千代田区 大阪市北区 京都市左京区 札幌市中央区 仙台市青葉区 横浜市西区 名古屋市中区 "
    "神戸市灘区 福岡市博多区 那覇市 金沢市 松山市"
).split()
PRODUCT = (
    "折りたたみ傘 土鍋 コーヒーミル 電気ケトル 浄水器 空気清浄機 加湿器 炊飯器 ワイヤレスイヤホン "
    "通勤バッグ 木製デスク 包丁 まな板 フライパン 弁当箱 水筒 タオル 毛布 枕 座布団 急須 "
    "湯呑み 箸 茶碗 花瓶 時計 財布 手帳 万年筆 自転車 掃除機 扇風機"
).split()
PROBLEM = (
    "電源が入りません 色が写真と違います 取っ手が割れていました 部品が足りません "
    "説明書が入っていません 音が出ません 水が漏れます サイズが合いません 充電できません "
    "匂いが気になります 蓋が閉まりません 箱がつぶれていました"
).split()
SENTENCES = (
    "いつもお世話になっております。",
    "先日購入した{p}の件でご連絡いたしました。",
    "注文番号は HK-{n} です。",
    "{p}ですが、{x}。",
    "配送状況のページを確認しましたが、三日前から更新されていないようです。",
    "可能であれば{d}までに交換品を送っていただけないでしょうか。",
    "クレジットカードの明細を見ると、請求が二重になっているようです。",
    "住所は{a}に変わりましたので、変更をお願いいたします。",
    "電話番号は 03-{t}-{u} です。",
    "写真を添付いたしますのでご確認ください。",
    "担当の{f}様からは、まだお返事をいただいておりません。",
    "保証期間内であれば修理をお願いしたいです。",
    "次回のお届け日を{d}に変更してください。",
    "お忙しいところ恐れ入りますが、よろしくお願いいたします。",
)
TOPICS = (
    "{p}の返品について",
    "注文 HK-{n} の配送状況",
    "{p}が動作しません",
    "領収書の発行をお願いします",
    "お問い合わせ",
    "請求金額の確認",
    "ログインできません",
    "在庫はありますか",
)
#: Sentences with a word that is searched for, and the share of messages that have them.
PLANTED = (
    ("返品したいのですが、手続きを教えてください。", 0.10),
    ("あわせて領収書をお願いいたします。", 0.10),
    ("返金の場合、何日ほどかかりますか。", 0.03),
    ("ギフト用の熨斗は可能でしょうか。", 0.01),
    ("届いた箱に凹みがありました。", 0.005),
    ("定期便を解約したいです。", 0.002),
    ("花粉の季節に使いたいです。", 0.0005),
    ("色は琥珀でお願いします。", 0.0001),
    ("翡翠の箸置きも探しています。", 0.00001),
)
#: Short searches by how common the word is.
SEARCHES = {
    "very common": ("注文", "返品", "番号"),
    "common": ("電話", "領収書", "傘", "鍋", "返金"),
    "medium": ("熨斗", "凹み", "解約", "京都"),
    "rare": ("花粉", "琥珀", "翡翠"),
    "none": ("象牙", "鯨"),
    "two words": ("返品 傘", "返金 電話", "熨斗 鍋"),
    "kana": ("へんぴん", "りょうしゅうしょ", "ﾍﾝｷﾝ"),
    "name": ("髙橋", "たかはし", "渡邉 陽子"),
    "number": ("HK-104655", "0312345678"),
}
SCOPES = 20


def run(words: list[str] | None = None) -> None:
    arguments = read_arguments(words)
    if arguments.database_url:
        measure(arguments, arguments.database_url)
        return
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        Path(folder).chmod(0o755)  # the server runs as another user when started by root
        server = EmbeddedPostgres(Path(folder))
        with server:
            measure(arguments, server.url)


def read_arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5, help="times each search is made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--keep", action="store_true", help="search what an earlier run left in --database-url")
    return parser.parse_args(words)


def measure(arguments: argparse.Namespace, database_url: str) -> None:
    start_django(database_url)
    report: dict[str, object] = {"messages": arguments.messages}
    if not arguments.keep:
        report |= build(arguments, database_url)
    report |= sizes(arguments.messages)
    report["searches"] = latencies(arguments.repeat)
    print(json.dumps(report, ensure_ascii=False, indent=1))


def start_django(database_url: str) -> None:
    os.environ |= {
        "MADOGUCHI_DATABASE_URL": database_url,
        "MADOGUCHI_SECRET_KEY": "only-for-the-benchmark-" + "0" * 40,
        "DJANGO_SETTINGS_MODULE": "madoguchi.settings",
    }
    import django

    django.setup()


def build(arguments: argparse.Namespace, database_url: str) -> dict[str, object]:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", "search", verbosity=0)
    started = time.perf_counter()
    share = -(-arguments.messages // arguments.processes)
    jobs = [
        (
            database_url,
            arguments.seed,
            number * share,
            min((number + 1) * share, arguments.messages),
            arguments.messages,
        )
        for number in range(arguments.processes)
    ]
    with multiprocessing.get_context("spawn").Pool(arguments.processes) as pool:
        chars = sum(pool.starmap(index_share, jobs))
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute("VACUUM ANALYZE search_searchentry")
    return {
        "build_seconds": round(seconds, 1),
        "messages_per_second": round(arguments.messages / seconds),
        "chars_per_message": round(chars / arguments.messages),
        "vacuum_analyze_seconds": round(time.perf_counter() - started, 1),
    }


def index_share(database_url: str, seed: int, first: int, last: int, total: int) -> int:
    start_django(database_url)
    from madoguchi.search.actions import Document, index_many

    chars = 0
    newest = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def documents() -> Iterator[Document]:
        nonlocal chars
        for number in range(first, last):
            rng = random.Random(seed * 10_000_019 + number)
            title, body, name = message(rng)
            chars += len(title) + len(body)
            yield Document(
                kind="message",
                object_id=number,
                group_id=number // 3,
                scope_id=min(int(rng.expovariate(0.25)), SCOPES - 1),
                at=newest - timedelta(seconds=30 * (total - number)),
                title=title,
                body=body,
                names=(name,),
            )

    index_many(documents())
    return chars


def message(rng: random.Random) -> tuple[str, str, str]:
    filled = {
        "p": rng.choice(PRODUCT),
        "x": rng.choice(PROBLEM),
        "n": f"{rng.randrange(1_000_000):06d}",
        "d": f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日",
        "a": f"{rng.choice(PLACE)}{rng.randrange(1, 9)}-{rng.randrange(1, 30)}-{rng.randrange(1, 20)}",
        "t": f"{rng.randrange(10_000):04d}",
        "u": f"{rng.randrange(10_000):04d}",
        "f": rng.choice(FAMILY),
    }
    lines = rng.sample(SENTENCES, rng.randrange(3, 10))
    lines += [sentence for sentence, share in PLANTED if rng.random() < share]
    body = "\n".join(lines).format(**filled)
    return rng.choice(TOPICS).format(**filled), body, f"{rng.choice(FAMILY)} {rng.choice(GIVEN)}"


def sizes(messages: int) -> dict[str, object]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('search_vector'), pg_table_size('search_searchentry'),"
            " pg_total_relation_size('search_searchentry')"
        )
        inverted, table, everything = cursor.fetchone()
    return {
        "inverted_index_mb": round(inverted / 1e6, 1),
        "table_mb": round(table / 1e6, 1),
        "everything_mb": round(everything / 1e6, 1),
        "inverted_index_bytes_per_message": round(inverted / messages),
        "everything_bytes_per_message": round(everything / messages),
    }


def latencies(repeat: int) -> dict[str, object]:
    from madoguchi.search.queries import Bounds, Order, count_capped, find
    from madoguchi.search.query import parse_query

    today = date(2026, 11, 22)
    find(parse_query("最初の一回は辞書を読む", today=today), Bounds())
    ways = {
        "newest": lambda query: len(find(query, Bounds())),
        "newest, 3 scopes of 20": lambda query: len(find(query, Bounds(scope_ids=(2, 7, 11)))),
        "newest, one rare scope": lambda query: len(find(query, Bounds(scope_ids=(15,)))),
        "newest per group": lambda query: len(find(query, Bounds(), one_per_group=True)),
        "best": lambda query: len(find(query, Bounds(), order=Order.BEST)),
        "count to 1,000": lambda query: count_capped(query, Bounds()),
    }
    report: dict[str, object] = {}
    for way, ask in ways.items():
        everything: list[float] = []
        for frequency, texts in SEARCHES.items():
            times: list[float] = []
            found: dict[str, int] = {}
            for text in texts * repeat:
                started = time.perf_counter()
                found[text] = ask(parse_query(text, today=today))
                times.append((time.perf_counter() - started) * 1000)
            everything += times
            report[f"{way} / {frequency}"] = {**percentiles(times), "found": found}
        report[f"{way} / ALL"] = percentiles(everything)
    return report


def percentiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 1),
    }


if __name__ == "__main__":
    run()
