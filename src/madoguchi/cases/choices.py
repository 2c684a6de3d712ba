"""Kinds, states and words of cases, limits, event kinds."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseKind(models.TextChoices):
    """What a record is about; each has fields, steps and eyes of its own."""

    COMPLAINT = "complaint", _("Complaint")  #: 苦情, after ISO 10002 / JIS Q 10002
    HARASSMENT = "harassment", _("Harassment")  #: カスタマーハラスメント, suspected until decided
    INCIDENT = "incident", _("Data incident")  #: 個人情報の漏えい等事案


class CaseState(models.TextChoices):
    """Whether somebody is at it."""

    OPEN = "open", _("Under way")
    CLOSED = "closed", pgettext_lazy("case", "Closed")


class StepState(models.TextChoices):
    """What has become of a step."""

    OPEN = "open", _("Not done yet")
    DONE = "done", _("Step done")
    SKIPPED = "skipped", pgettext_lazy("step", "Not needed")  #: with a reason


class Via(models.TextChoices):
    """By which way it reached us."""

    MAIL = "mail", _("Mail")
    PHONE = "phone", _("Telephone")
    FORM = "form", _("Form")
    CHAT = "chat", _("Chat")
    LINE = "line", "LINE"
    SOCIAL = "social", _("Social media")
    SHOP = "shop", _("In person")
    LETTER = "letter", pgettext_lazy("post", "Letter")
    OTHER = "other", _("Other")


class Level(models.TextChoices):
    """How grave, and how intricate."""

    LOW = "low", _("Low")
    MIDDLE = "middle", _("Medium")
    HIGH = "high", _("High")


class CauseClass(models.TextChoices):
    """Where the cause of a complaint lies."""

    PRODUCT = "product", _("Product")
    DELIVERY = "delivery", _("Delivery and packing")
    HANDLING = "handling", _("How we answered")
    INFORMATION = "information", _("What we had said")
    BILLING = "billing", _("Price and payment")
    SYSTEM = "system", _("Website and system")
    CUSTOMER = "customer", _("Misunderstanding")
    UNKNOWN = "unknown", _("Cause not found")


class Remedy(models.TextChoices):
    """What the customer got."""

    APOLOGY = "apology", _("Apology and explanation")
    REPLACEMENT = "replacement", _("Replacement")
    REPAIR = "repair", _("Repair")
    REFUND = "refund", _("Refund")
    OTHER = "other", _("Other")
    NONE = "none", _("Nothing beyond the answer")


class Conduct(models.TextChoices):
    """類型: the examples named with the law and the ordinances of 2025 and 2026."""

    PROSTRATION = "prostration", _("Forcing somebody to kneel")
    SOCIAL_THREAT = "social_threat", _("Threatening to post on social media")
    RECORDING = "recording", _("Taking pictures without leave")
    REPETITION = "repetition", _("Asking the same over and over")
    DETENTION = "detention", _("Keeping somebody on the telephone or staying")
    EXCESSIVE = "excessive", _("Demanding far too much")
    DISCRIMINATION = "discrimination", _("Discriminating or sexual words")
    PERSONAL = "personal", _("Attacking a person")
    VIOLENCE = "violence", _("Violence or threats")
    OTHER = "other", _("Other")


class Judgement(models.TextChoices):
    """What two people decided it was; a proper complaint stays protected."""

    UNDECIDED = "undecided", _("Suspected harassment")
    COMPLAINT = "complaint", _("A complaint")
    UNJUST = "unjust", _("An unjust demand")
    HARASSMENT = "harassment", _("Customer harassment")


class Duty(models.TextChoices):
    """Whether the leak has to be reported."""

    UNDECIDED = "undecided", _("Not decided yet: both clocks run")
    REQUIRED = "required", _("Has to be reported")
    NONE = "none", _("Need not be reported")  #: by two people


class DecisionKind(models.TextChoices):
    """What one person proposes and another decides."""

    PROPOSAL = "proposal", _("How we answer")  #: 対応案
    JUDGEMENT = "judgement", _("What it is")
    WARNING = "warning", _("Warning letter")
    WRITTEN_ONLY = "written_only", _("In writing only")
    END_SERVICE = "end_service", _("Ending the contact")
    AUTHORITIES = "authorities", _("Police or lawyer")
    CARE_FLAG = "care_flag", _("Handle with care: on")
    CARE_FLAG_OFF = "care_flag_off", _("Handle with care: off")
    NO_DUTY = "no_duty", _("No duty to report")
    REPORT = "report", _("The report as it stands")


class DecisionState(models.TextChoices):
    """How a proposal stands."""

    ASKED = "asked", _("Waits for a second person")
    APPROVED = "approved", _("Agreed by two")
    REJECTED = "rejected", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")


#: What can be proposed in a case of a kind.
DECISIONS: dict[str, tuple[DecisionKind, ...]] = {
    CaseKind.COMPLAINT: (DecisionKind.PROPOSAL,),
    CaseKind.HARASSMENT: (
        DecisionKind.JUDGEMENT,
        DecisionKind.WARNING,
        DecisionKind.WRITTEN_ONLY,
        DecisionKind.END_SERVICE,
        DecisionKind.AUTHORITIES,
        DecisionKind.CARE_FLAG,
        DecisionKind.CARE_FLAG_OFF,
    ),
    CaseKind.INCIDENT: (DecisionKind.NO_DUTY, DecisionKind.REPORT),
}


class EvidenceKind(models.TextChoices):
    """What was frozen."""

    MESSAGE = "message", _("Mail or message")
    MEMO = "memo", _("Phone memo or note")
    FILE = "file", _("File")
    STATEMENT = "statement", _("Statement")  #: written into the record by a person


class CareKind(models.TextChoices):
    """What a colleague is offered, or asks for."""

    HAND_OVER = "hand_over", _("Somebody else takes it over")
    REST = "rest", _("A rest")
    TALK = "talk", _("A talk")
    NOTE = "note", _("Note only")


class CareState(models.TextChoices):
    """What has become of an offer."""

    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("No, thank you")
    DONE = "done", pgettext_lazy("care", "Done")


class SignKind(models.TextChoices):
    """What a message may be; only ever offered for consideration."""

    COMPLAINT = "complaint", _("May be a complaint")
    HARASSMENT = "harassment", _("May be customer harassment")


MAX_TITLE = 200
MAX_TEXT = 10_000
MAX_REASON = 1_000
#: As many people may be named in one case, and as many pieces of evidence locked, at most.
MOST_MEMBERS = 30
MOST_EVIDENCE = 2_000
MOST_CONVERSATIONS = 50
#: So long before its time a step is told of.
WARNED_BEFORE = timedelta(hours=24)
#: Over so many days the exposure of the staff is counted.
EXPOSURE_DAYS = 30
#: From so many cases, or minutes with them, within those days on, a rest is proposed. Ours; no rule names a number.
EXPOSURE_CASES, EXPOSURE_MINUTES = 2, 60

CASE_OPENED = "case_opened"
CASE_CHANGED = "case_changed"
CASE_SEEN = "case_seen"
CASE_LINKED = "case_linked"
CASE_UNLINKED = "case_unlinked"
CASE_PEOPLE_CHANGED = "case_people_changed"
CASE_SHIELDED = "case_shielded"
CASE_UNSHIELDED = "case_unshielded"
CASE_STEP_DONE = "case_step_done"
CASE_STEP_UNDONE = "case_step_undone"
CASE_STEP_MOVED = "case_step_moved"
CASE_DECISION_ASKED = "case_decision_asked"
CASE_DECIDED = "case_decided"
CASE_DECISION_WITHDRAWN = "case_decision_withdrawn"
CASE_DUE_SOON = "case_due_soon"
CASE_DUE_PASSED = "case_due_passed"
CASE_REVIEW_DUE = "case_review_due"
EVIDENCE_LOCKED = "evidence_locked"
EVIDENCE_VERIFIED = "evidence_verified"
CASE_EXPORTED = "case_exported"
HARASSMENT_POLICY_CHANGED = "harassment_policy_changed"
CARE_OFFERED = "care_offered"
ANONYMOUS_REPORTS_CAME = "anonymous_reports_came"
CARE_ANSWERED = "care_answered"
#: Told to the browsers of those who may see the case; no row, and addressed to each of them.
CASE_NEWS = "case_news"
