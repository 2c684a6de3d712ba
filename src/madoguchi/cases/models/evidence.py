"""Evidence as it was frozen. The database itself refuses to change or delete a row (migration `evidence_stays`)."""

from django.db import models

from madoguchi.accounts.models import User
from madoguchi.cases.choices import EvidenceKind
from madoguchi.cases.models.case import Case
from madoguchi.files.models import Blob


class Evidence(models.Model):
    """One link of a case's chain: a copy of what there was, and the hash over it and all before it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveIntegerField()  #: 1, 2, 3 … without a gap
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    source = models.CharField(max_length=60, blank=True)  #: "message:12", "attachment:7"
    #: All that is hashed: what it is, its words, people and times, and of a file its SHA-256.
    content = models.JSONField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")  #: the bytes of a file
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    locked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="evidence_place"),
            models.UniqueConstraint(
                fields=["case", "source"], name="evidence_source_once", condition=~models.Q(source="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.position} {self.hash[:12]}"
