"""A letter on its way out, as several tests compose it."""

from datetime import datetime, timedelta, timezone

from madoguchi.channels.contract import Address, OutboundMessage

JST = timezone(timedelta(hours=9))


MESSAGE = OutboundMessage(
    external_id="out-1@shop.example",
    sender=Address("support@shop.example", "はるかぜ日用品 お客様窓口"),
    to=(Address("taro..y.@docomo.ne.jp", "山田 太郎"), Address("b@x.example", 'Sato, "Bob"')),
    cc=(Address("c@x.example"),),
    bcc=(Address("secret@x.example", "secret"),),
    subject="Re: 【はるかぜ日用品】商品がまだ届きません(受付番号:2518)につきましてご連絡いたします",
    text="山田 太郎 様\n\nお世話になっております。\n",
    in_reply_to="p2@x.example",
    references=("p1@x.example", "p2@x.example"),
    at=datetime(2026, 11, 22, 16, 22, tzinfo=JST),
)
