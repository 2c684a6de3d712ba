"""The check before sending a reply of 5,000 characters: the checks alone, warm, in milliseconds of the processor."""

import argparse
from datetime import datetime
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

from django.conf import settings

from madoguchi.conversations.folding import SpanKind, stretches
from madoguchi.preflight.examining import examine
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.rulebook import Rulebook, WatchedWord
from madoguchi.preflight.surroundings import Person, Surroundings

PLAIN = """このたびは、お届けした土鍋のふたが割れており、誠に申し訳ございません。
配送会社に確認いたしましたところ、11月24日(火)の午前中に中継センターへ到着しておりました。
ご注文番号HK-104655の商品は、11月25日(水)17時までに発送し、追跡番号を改めてご連絡いたします。
お受け取りになりましたら、お手数ですが、箱の外側のお写真をお送りいただけますでしょうか。
"""
FAULTY = """了解しました。商品は11月28日(日)にお届けいたします。マイページから見れます。
ご確認してます。お客様がおっしゃられた件、〇〇について早急にご連絡いたします。電話は090-0000-2222です。
"""
AROUND = Surroundings(
    now=datetime(2026, 11, 23, 13, tzinfo=ZoneInfo("Asia/Tokyo")),
    customer=Person("髙橋", "由美子"),
    known_addresses=frozenset({"yumiko@mail.example"}),
    heard="土鍋がまだ届きません。よろしくお願いいたします。",
    signature="────────\nはるかぜ日用品店\n────────",
)
RULES = Rulebook(words=tuple(WatchedWord(f"警告語{number}") for number in range(500)))


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench preflight", description=__doc__)
    parser.add_argument("--chars", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=30)
    wanted = parser.parse_args(arguments)
    if not settings.configured:
        settings.configure(USE_I18N=False)
    for name, sentences in (("a careful letter", PLAIN), ("a letter full of faults", FAULTY)):
        text = ("髙橋 由美子 様\n\n" + sentences * (wanted.chars // len(sentences) + 1))[: wanted.chars]
        found, spent = _spent(text, wanted.times)
        print(
            f"{median(spent):7.1f} ms  {name} of {len(text):,} characters, {found} findings, slowest {max(spent):.1f}"
        )


def _spent(text: str, times: int) -> tuple[int, list[float]]:
    found, spent = 0, []
    for time in range(times + 3):
        begin = process_time()
        signed = tuple((span.start, span.end) for span in stretches(text) if span.kind == SpanKind.SIGNATURE)
        found = len(examine(Outgoing(text, "Re: 商品", signed=signed), AROUND, RULES))
        if time > 2:  # the dictionary is loaded by then
            spent.append((process_time() - begin) * 1000)
    return found, spent
