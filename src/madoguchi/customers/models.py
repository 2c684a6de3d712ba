"""Tables of the customers."""

import re

from django.db import models
from django.db.models import Func, Value
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.channels.choices import SendCharset
from madoguchi.customers.choices import Honorific, IdentityKind

_FAMILY_FIRST = frozenset({"ja", "zh", "ko", "hu", "vi"})
_LATIN = re.compile("[\x20-\u024f\u1e00-\u1eff]+")


class Organisation(models.Model):
    """A company (法人) that customers belong to."""

    name = models.CharField(max_length=200, unique=True)
    kana = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


def _joined(family: str, given: str) -> Combinable:
    """Both parts of a name; NULL when both are empty."""
    return NullIf(Trim(Concat(family, Value(" "), given)), Value(""))


def _folded(name: Combinable) -> Expression:
    """Lower case, hiragana as katakana: in the order of Unicode katakana stands in that of the fifty sounds."""
    hiragana = "".join(map(chr, range(0x3041, 0x3097)))
    katakana = "".join(map(chr, range(0x30A1, 0x30F7)))
    return Lower(Func(name, Value(hiragana), Value(katakana), function="TRANSLATE"))


class Customer(models.Model):
    """One customer. Names may be partly or wholly unknown: `label` always has something to show."""

    family_name = models.CharField(max_length=100, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_kana = models.CharField(max_length=100, blank=True)
    given_kana = models.CharField(max_length=100, blank=True)
    display_name = models.CharField(max_length=300, blank=True)  #: as written by themselves when the parts are unknown
    honorific = models.CharField(max_length=5, choices=Honorific, default=Honorific.SAMA, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers"
    )
    department = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)  #: where they live, if not where the desk is
    postal_code = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=500, blank=True)
    is_vip = models.BooleanField(default=False)  #: 重要顧客
    needs_care = models.BooleanField(default=False)  #: 要注意対応
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: What lists by name sort by: the kana where it is known, else the name. Kept by the database.
    reading = models.GeneratedField(
        expression=_folded(
            Coalesce(_joined("family_kana", "given_kana"), _joined("family_name", "given_name"), "display_name")
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        indexes = [models.Index(fields=["reading", "id"], name="customer_reading")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name to show, never empty: 「髙橋 由美子」, "Emily Thompson", a firm's, else how they signed."""
        return shown_name(self.family_name, self.given_name, self.display_name, self.language)

    def honorific_in(self, language: str) -> str:
        """What stands behind the name where it is written in this language: 「様」; nothing outside Japanese.

        Nor where there is no name.
        """
        is_named = self.family_name or self.given_name or self.display_name
        return self.honorific if is_named and language.startswith("ja") else ""

    @property
    def kana(self) -> str:
        """「タカハシ ユミコ」."""
        return " ".join(part for part in (self.family_kana, self.given_kana) if part)


def label_of(family_name: str, given_name: str, display_name: str, language: str) -> str:
    """The name to show of these parts.

    The given name comes first in Latin letters, unless somebody of a language that puts the family first writes so.
    """
    parts = [family_name, given_name]
    if is_latin(family_name) and language[:2] not in _FAMILY_FIRST:
        parts.reverse()
    return " ".join(part for part in parts if part) or display_name


def shown_name(family_name: str, given_name: str, display_name: str, language: str) -> str:
    """The same, and （差出人不明） for a mail without any sender."""
    return label_of(family_name, given_name, display_name, language) or _("(unknown sender)")


def is_latin(name: str) -> bool:
    """Whether a name is written in Latin letters."""
    return _LATIN.fullmatch(name) is not None


class Identity(models.Model):
    """One address that leads to a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=IdentityKind)
    key = models.CharField(max_length=320)  #: the folded form that is compared
    shown = models.CharField(max_length=320)  #: as the customer wrote it
    name = models.CharField(max_length=300, blank=True)  #: the name used with this address
    is_primary = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True)  #: a hard bounce said that mail does not arrive there
    bounce_reason = models.CharField(max_length=200, blank=True)
    charset = models.CharField(
        max_length=12, choices=SendCharset, blank=True
    )  #: of mail to it; empty: as the 窓口 sends
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="identity_key")]

    def __str__(self) -> str:
        return self.shown
