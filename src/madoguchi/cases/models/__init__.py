"""Tables of cases."""

from madoguchi.cases.models.care import Care
from madoguchi.cases.models.case import (
    Case,
    CaseConversation,
    CaseDecision,
    CaseMember,
    CaseShield,
    CaseStep,
    DismissedSign,
)
from madoguchi.cases.models.details import AffectedPerson, Complaint, Harassment, Incident
from madoguchi.cases.models.evidence import Evidence
from madoguchi.cases.models.policy import HarassmentPolicy
from madoguchi.cases.models.voices import AnonymousReport

__all__ = [
    "AffectedPerson",
    "AnonymousReport",
    "Care",
    "Case",
    "CaseConversation",
    "CaseDecision",
    "CaseMember",
    "CaseShield",
    "CaseStep",
    "Complaint",
    "DismissedSign",
    "Evidence",
    "Harassment",
    "HarassmentPolicy",
    "Incident",
]
