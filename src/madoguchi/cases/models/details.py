"""The fields of each kind of case. Their order and headings stand in `cases.parts`, their names here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.accounts.models import User
from madoguchi.cases.choices import MAX_TEXT, CauseClass, Conduct, Duty, Judgement, Level, Remedy, Via
from madoguchi.cases.models.case import Case
from madoguchi.customers.models import Customer


def _text(name: object, help_text: object = "") -> "models.TextField[str, str]":
    return models.TextField(name, blank=True, max_length=MAX_TEXT, help_text=help_text)  # type: ignore[arg-type]


def _line(name: object, length: int = 200) -> "models.CharField[str, str]":
    return models.CharField(name, blank=True, max_length=length)  # type: ignore[arg-type]


class Complaint(models.Model):
    """苦情: the record of ISO 10002."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="complaint")
    via = models.CharField(_("Received by"), max_length=8, choices=Via, default=Via.MAIL)
    complainant = _line(_("Complainant"))
    product = _line(_("Product concerned"))
    order_number = _line(_("Order concerned"), 100)
    content = _text(_("What happened, in their words"))
    demand = _text(_("What is asked for"))
    severity = models.CharField(_("Severity"), max_length=8, choices=Level, blank=True)
    is_safety = models.BooleanField(_("Concerns safety"), default=False)
    impact = _text(_("Impact"))
    complexity = models.CharField(_("Complexity"), max_length=8, choices=Level, blank=True)
    immediate_action = _text(_("What must be done at once"))
    facts = _text(_("Facts"))
    cause_class = models.CharField(_("Class of the cause"), max_length=12, choices=CauseClass, blank=True)
    cause = _text(_("Cause"))
    proposal = _text(_("What we offer"))
    remedy = models.CharField(_("Remedy"), max_length=12, choices=Remedy, blank=True)
    reaction = _text(_("What the complainant said to it"))
    outside_body = _line(_("Where else they were told to turn"))
    prevention = _text(_("Correction and prevention"))
    effect_on = models.DateField(_("Effect looked at on"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["severity"], name="complaint_severity", condition=~Q(severity=""))]

    def __str__(self) -> str:
        return f"complaint {self.case_id}"


class Harassment(models.Model):
    """カスハラ案件: what was said and done, and what came of it."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="harassment")
    happened_at = models.DateTimeField(_("When it happened"), default=timezone.now)
    via = models.CharField(_("By which means"), max_length=8, choices=Via, default=Via.MAIL)
    times = models.PositiveIntegerField(pgettext_lazy("harassment", "How often"), default=1)
    minutes = models.PositiveIntegerField(_("Minutes in all"), default=0)
    conduct = models.CharField(_("Type of conduct"), max_length=16, choices=Conduct, blank=True)
    words = _text(_("What was said and done, in the original words"))
    recording = _line(_("Number of the recording"))
    demand = _text(_("What was asked for"))
    our_answer = _text(_("What we answered"))
    is_by_customer = models.BooleanField(
        _("1. Words or deeds of a customer, business partner or user of a facility"), default=False
    )
    is_beyond = models.BooleanField(
        _("2. Beyond what society accepts, seen with the nature of the work"), default=False
    )
    is_harmful = models.BooleanField(_("3. The working environment is harmed"), default=False)
    judgement = models.CharField(_("What it is"), max_length=12, choices=Judgement, default=Judgement.UNDECIDED)
    prevention = _text(_("Prevention"))
    affected = models.ManyToManyField(User, related_name="+", blank=True)  #: the colleagues who were exposed

    def __str__(self) -> str:
        return f"harassment {self.case_id}"


class Incident(models.Model):
    """漏えい等事案: the nine items of the report, the four cases that oblige to it, and both clocks."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="incident")
    discovered_at = models.DateTimeField(_("Discovered"), default=timezone.now)
    is_sensitive = models.BooleanField(_("Sensitive data (even of one person)"), default=False)
    is_financial = models.BooleanField(_("Financial loss may follow (even of one person)"), default=False)
    is_dishonest = models.BooleanField(_("A dishonest purpose is suspected (even of one person)"), default=False)
    is_many = models.BooleanField(_("More than 1,000 persons"), default=False)
    duty = models.CharField(_("Duty to report"), max_length=10, choices=Duty, default=Duty.UNDECIDED)
    overview = _text(_("1. Overview"))
    items = _text(_("2. Items of personal data"))
    persons = _text(_("3. Number of persons"))
    cause = _text(_("4. Cause"))
    secondary = _text(_("5. Secondary damage"))
    to_persons = _text(_("6. What was done towards the persons"))
    publication = _text(_("7. Publication"))
    prevention = _text(_("8. Prevention"))
    other = _text(_("9. Other"))
    #: Which of the nine are known not to be known yet: that is an answer too, in the first report.
    unknown = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    recovery = _text(_("How far it was got back"))

    def __str__(self) -> str:
        return f"incident {self.case_id}"


class AffectedPerson(models.Model):
    """Somebody whose data leaked, and when they were told."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affected")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "customer"], name="affected_once", condition=Q(customer__isnull=False)
            ),
            models.CheckConstraint(
                name="affected_told",
                condition=Q(told_at=None, told_by=None) | Q(told_at__isnull=False, told_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
