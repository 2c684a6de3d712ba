"""Finding articles: what the picker of the composer asks, over thousands of articles in an embedded PostgreSQL."""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from time import perf_counter

from bench.search import PLANTED, PROBLEM, PRODUCT, SENTENCES, start_django
from bench.templates import best_of
from madoguchi.core.postgres import EmbeddedPostgres

SEARCHES = ("返品", "土鍋 返品", "へんきん", "琥珀", "象牙", "やっぱりいらない", "配送", "delay", "番号 写真")


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench articles", description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        Path(folder).chmod(0o755)  # the server runs as another user when started by root
        with EmbeddedPostgres(Path(folder)) as server:
            start_django(server.url)
            _measure(wanted.articles)


def _measure(amount: int) -> None:
    from django.core.management import call_command

    from madoguchi.accounts.models import User
    from madoguchi.knowledge.queries import Narrowing, narrowed, offered_to
    from madoguchi.knowledge.searching import saying

    call_command("migrate", verbosity=0)
    user = User.objects.create(email="bench@shop.example", name="小林 あかり", role="admin")
    begin = perf_counter()
    _fill(amount, user.pk)
    print(f"{(perf_counter() - begin) / amount * 1000:7.2f} ms  an article, cut into words and stored")
    for typed in SEARCHES:
        seconds, found = best_of(lambda typed=typed: list(saying(offered_to(user), typed)[:30]))
        print(f"{seconds * 1000:7.1f} ms  {len(found):3} shown  {typed}")
    seconds, found = best_of(lambda: list(narrowed(user, Narrowing())[:51]))
    print(f"{seconds * 1000:7.1f} ms  {len(found):3} shown  the list, nothing typed")


def _fill(amount: int, owner: int) -> None:
    from django.db import connection

    from madoguchi.knowledge.models import Article
    from madoguchi.knowledge.searching import index_text

    rng = random.Random(2026)
    made = []
    for number in range(amount):
        product, problem = rng.choice(PRODUCT), rng.choice(PROBLEM)
        words = {"p": product, "x": problem, "n": 90_000 + number, "d": "25日", "a": "京都", "t": 1111, "u": 22}
        lines = rng.sample(SENTENCES, 8) + [line for line, share in PLANTED if rng.random() < share]
        article = Article(
            owner_id=owner,
            is_published=True,
            title=f"{product}の{problem[:6]}{number}",
            summary=f"{product}について",
            keywords=["delay", "遅延"] if number % 9 == 0 else [],
            colloquial=["やっぱりいらない"] if number % 11 == 0 else [],
            body="\n".join(line.format(f="高橋", **words) for line in lines),
            used_count=number % 50,
        )
        article.vector = index_text(article)
        made.append(article)
    Article.objects.bulk_create(made, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE knowledge_article")
