"""The addresses of complaints, harassment and incidents."""

from django.urls import path

from madoguchi.desk.views import care, cases, harassment, voices
from madoguchi.desk.views import case_evidence as evidence
from madoguchi.desk.views import case_persons as persons
from madoguchi.desk.views import case_shields as shields
from madoguchi.desk.views import case_steps as steps

urlpatterns = [
    path("cases", cases.cases, name="cases"),
    path("cases/new/<slug:kind>", cases.new, name="case-new"),
    path("cases/<int:pk>", cases.case, name="case"),
    path("cases/<int:pk>/edit/<slug:part>", cases.edit, name="case-edit"),
    path("cases/<int:pk>/people", cases.people, name="case-people"),
    path("cases/<int:pk>/affected", cases.affected, name="case-affected"),
    path("cases/<int:pk>/hidden", shields.shield, name="case-shield"),
    path("cases/<int:pk>/hidden/<int:person>/show", shields.unshield, name="case-unshield"),
    path("cases/<int:pk>/conversations", steps.link, name="case-link"),
    path("cases/<int:pk>/conversations/<int:number>/remove", steps.unlink, name="case-unlink"),
    path("cases/<int:pk>/steps/<slug:key>/done", steps.done, name="case-step-done"),
    path("cases/<int:pk>/steps/<slug:key>/skip", steps.skip, name="case-step-skip"),
    path("cases/<int:pk>/steps/<slug:key>/time", steps.move, name="case-step-move"),
    path("cases/<int:pk>/steps/<slug:key>/undo", steps.undo, name="case-step-undo"),
    path("cases/<int:pk>/decisions", steps.ask, name="case-decision-new"),
    path("cases/<int:pk>/decisions/<int:position>/withdraw", steps.withdraw, name="case-withdraw"),
    path("cases/<int:pk>/decisions/<int:position>/<slug:answer>", steps.decide, name="case-decide"),
    path("cases/<int:pk>/evidence", evidence.evidence, name="case-evidence"),
    path("cases/<int:pk>/evidence/lock", evidence.lock, name="case-lock"),
    path("cases/<int:pk>/evidence/statement", evidence.statement, name="case-statement"),
    path("cases/<int:pk>/evidence/verify", evidence.verify, name="case-verify"),
    path("cases/<int:pk>/export", evidence.export, name="case-export"),
    path("cases/<int:pk>/report", evidence.report, name="case-report"),
    path("cases/<int:pk>/persons", persons.persons, name="case-persons"),
    path("cases/<int:pk>/persons/add", persons.add, name="case-persons-add"),
    path("cases/<int:pk>/persons/told", persons.tell, name="case-persons-told"),
    path("cases/<int:pk>/persons/<int:person>/told", persons.tell, name="case-person-told"),
    path("cases/<int:pk>/persons/<int:person>/undo", persons.undo, name="case-person-undo"),
    path("cases/<int:pk>/persons/<int:person>/remove", persons.remove, name="case-person-remove"),
    path("settings/harassment-policy/", harassment.policy, name="harassment-policy"),
    path("cases/harassment-report", harassment.report, name="harassment-report"),
    path("care", care.care, name="care"),
    path("care/report", voices.report, name="care-report"),
    path("care/report/<int:pk>/read", voices.read, name="care-report-read"),
    path("care/new", care.new, name="care-new"),
    path("care/<int:pk>/<slug:state>", care.answer, name="care-answer"),
    path("c/<int:number>/cases", cases.of_conversation, name="cases-of"),
    path("c/<int:number>/cases/new/<slug:kind>", cases.new, name="case-new-of"),
    path("c/<int:number>/cases/signs/<slug:kind>/dismiss", steps.dismiss, name="case-sign-dismiss"),
    path("c/<int:number>/cases/signs/<slug:kind>/recall", steps.recall, name="case-sign-recall"),
]
