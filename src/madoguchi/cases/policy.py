"""Reads of the policy on harassment, its address, and the text one begins with."""

from django.conf import settings

from madoguchi.cases.models import HarassmentPolicy

#: Below the address of the desk. It stands in letters and on the pages of shops: it must not change.
PLACE = "policy/"
MAX_POLICY = 20_000
#: What a shop begins with, after the guideline to the law in force since 2026-10-01. Ours; to be adapted.
BEGINNING_JA = """当店は、お客様からのご意見・ご要望・苦情を真摯に受け止め、誠実に対応いたします。
一方で、社会通念上許容される範囲を超える言動は、働く人の尊厳を傷つけ、就業環境を害します。当店は、次のような言動に組織として対応いたします。

・暴力、脅迫、ひどい暴言、人格を否定する発言
・差別的な発言、性的な発言
・土下座の強要、正当な理由のない過度な要求
・同じ内容の執拗な繰り返し、長時間にわたる電話や居座り
・無断での撮影や、SNSへの投稿をほのめかす脅し

このような言動があった場合は、対応をお断りすることがあります。悪質な場合は、警察や弁護士に相談いたします。
正当なご意見や苦情の受け付けをお断りするものではありません。"""
BEGINNING_EN = """We take opinions, wishes and complaints seriously and answer them in good faith.
Words and deeds beyond what society accepts hurt the dignity of those who work here. We deal with these together:

- violence, threats, abusive words, attacks on a person
- discriminating or sexual words
- forcing somebody to kneel, demanding far too much without a reason
- asking the same over and over, keeping somebody on the telephone for hours
- taking pictures without leave, threatening to post on social media

We may end the contact then, and turn to the police or a lawyer where it is grave.
Proper opinions and complaints are always welcome."""


def harassment_policy() -> HarassmentPolicy:
    """The policy as it stands; unsaved, of version 0 and with the text one begins with, while nobody has written it."""
    return HarassmentPolicy.objects.filter(pk=1).first() or HarassmentPolicy(
        pk=1, ja=BEGINNING_JA, en=BEGINNING_EN, version=0
    )


def public_policy(language: str) -> str:
    """What customers read in their language, else in the other one; empty while it is not public."""
    found = HarassmentPolicy.objects.filter(pk=1, is_public=True).first()
    if found is None:
        return ""
    return (found.ja or found.en) if language == "ja" else (found.en or found.ja)


def policy_address() -> str:
    """Where customers read it."""
    return f"{settings.BASE_URL}/{PLACE}harassment"
