"""The customer, their company, and every address that leads to them."""

import re

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.channels.choices import SendCharset
from madoguchi.customers.choices import Honorific, IdentityKind
from madoguchi.customers.phones import shown_phone

_FAMILY_FIRST = frozenset({"ja", "zh", "ko", "hu", "vi"})
_LATIN = re.compile("[\x20-\u024f\u1e00-\u1eff]+")


class Organisation(models.Model):
    """A company (法人) that customers belong to."""

    name = models.CharField(max_length=200, unique=True)
    kana = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class OrganisationDomain(models.Model):
    """A mail domain that is a company's own: whoever writes from there is offered the company."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


class CustomerTag(models.Model):
    """A word put on customers; apart from the tags of conversations, which say what a matter is about."""

    name = models.CharField(max_length=50, unique=True)

    class Meta:
        ordering = ["name"]

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


#: A name that ends so is addressed already.
_ADDRESSED = ("様", "さま", "御中", "殿", "先生", "各位")


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
    is_vip = models.BooleanField(default=False)  #: 重要顧客
    needs_care = models.BooleanField(default=False)  #: 要注意対応
    note = models.TextField(blank=True)
    tags = models.ManyToManyField(CustomerTag, related_name="customers", blank=True)
    #: Entered for the whole desk, by hand or by a table: no 窓口 keeps the record to itself, whoever wrote where.
    is_open_to_all = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)  #: grows with every change of the record
    matched_version = models.PositiveIntegerField(default=0)  #: the one that was compared with others last
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
        indexes = [
            models.Index(fields=["reading", "id"], name="customer_reading"),
            models.Index(fields=["organisation", "id"], name="customer_company"),
            models.Index(fields=["id"], name="customer_stale", condition=~Q(matched_version=F("version"))),
        ]

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
        return self.honorific_due if is_named and language.startswith("ja") else ""

    @property
    def honorific_due(self) -> str:
        """What still has to stand behind the name: nothing behind 「楽天市場店のお客様」, which has it."""
        return "" if self.label.rstrip().endswith(_ADDRESSED) else self.honorific

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
    """One address that leads to a customer. A phone number may be that of several people: a family, an office."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=IdentityKind)
    key = models.CharField(max_length=320)  #: the folded form that is compared; of a phone number E.164
    shown = models.CharField(max_length=320)  #: as the customer wrote it
    name = models.CharField(max_length=300, blank=True)  #: the name used with this address
    label = models.CharField(max_length=40, blank=True)  #: 「自宅」, 「携帯」, 「勤務先」
    is_primary = models.BooleanField(default=False)  #: the one of its kind to use first
    is_valid = models.BooleanField(default=True)  #: False: kept, but not to be used any more
    verified_at = models.DateTimeField(null=True, blank=True)  #: when we made sure that it is theirs
    bounced_at = models.DateTimeField(null=True)  #: a hard bounce said that mail does not arrive there
    bounce_reason = models.CharField(max_length=200, blank=True)
    charset = models.CharField(
        max_length=12, choices=SendCharset, blank=True
    )  #: of mail to it; empty: as the 窓口 sends
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="identity_key", condition=~Q(kind=IdentityKind.PHONE)),
            models.UniqueConstraint(fields=["kind", "key", "customer"], name="identity_once"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def text(self) -> str:
        """The address as one reads it: 03-1234-5678 of whatever was typed."""
        return shown_phone(self.shown) if self.kind == IdentityKind.PHONE else self.shown

    @property
    def is_usable(self) -> bool:
        """True unless it bounced or was marked as not to be used."""
        return self.is_valid and self.bounced_at is None
