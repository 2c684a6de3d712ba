"""Finding templates: what the picker of the composer asks, over thousands of templates in an embedded PostgreSQL."""

import argparse
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bench.search import PLANTED, PROBLEM, PRODUCT, SENTENCES, start_django
from madoguchi.core.postgres import EmbeddedPostgres

SEARCHES = ("返品", "お待たせ", "土鍋 返品", "へんきん", "琥珀", "象牙", "よろ12", "配送", "delay", "番号 写真")
TIMES = 7


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
        seconds, found = _best(lambda typed=typed: list(saying(offered_to(user), typed)[:30]))
        print(f"{seconds * 1000:7.1f} ms  {len(found):3} shown  {typed}")


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


def _best[T](ask: Callable[[], T]) -> tuple[float, T]:
    best, answer = float("inf"), ask()
    for _time in range(TIMES):
        begin = perf_counter()
        answer = ask()
        best = min(best, perf_counter() - begin)
    return best, answer
