"""What belongs to the audit log (操作ログ) and how each kind of event is called there; both faces show it.

Every kind of event that concerns no conversation stands here, but for those of which a customer's record tells.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from madoguchi.accounts import choices as staff
from madoguchi.calendars import choices as calendars
from madoguchi.calls import choices as calls
from madoguchi.cases import choices as cases
from madoguchi.channels import choices as channels
from madoguchi.commerce import choices as commerce
from madoguchi.conversations import choices as conversations
from madoguchi.customers import choices as customers
from madoguchi.guides import choices as guides
from madoguchi.knowledge import choices as knowledge
from madoguchi.outreach import choices as outreach
from madoguchi.preflight import choices as preflight
from madoguchi.wording import choices as wording
from madoguchi.workforce import choices as workforce

#: In the order in which they are chosen from: key, word, and the kinds with what happened.
GROUPS: dict[str, tuple[Promise, dict[str, Promise]]] = {
    "sign-in": (
        gettext_lazy("Logging in"),
        {
            staff.USER_SIGNED_IN: gettext_lazy("Logged in"),
            staff.USER_SIGN_IN_FAILED: gettext_lazy("A log-in failed"),
            staff.USER_SIGNED_OUT: gettext_lazy("Logged out"),
            staff.SESSION_REVOKED: gettext_lazy("Logged out elsewhere"),
        },
    ),
    "security": (
        gettext_lazy("Passwords and keys"),
        {
            staff.PASSWORD_CHANGED: gettext_lazy("Password changed"),
            staff.PASSWORD_RESET_ASKED: gettext_lazy("Link to a new password asked for"),
            staff.ADDRESS_CHANGE_ASKED: gettext_lazy("New mail address asked for"),
            staff.ADDRESS_CHANGED: gettext_lazy("Mail address changed"),
            staff.TWO_STEP_ADDED: gettext_lazy("Two-step verification added"),
            staff.TWO_STEP_REMOVED: gettext_lazy("Two-step verification removed"),
            staff.RECOVERY_CODES_MADE: gettext_lazy("New recovery codes made"),
            staff.TOKEN_CREATED: gettext_lazy("API key made"),
            staff.TOKEN_USED: gettext_lazy("API key used"),
            staff.TOKEN_REVOKED: gettext_lazy("API key revoked"),
        },
    ),
    "people": (
        gettext_lazy("Users and teams"),
        {
            staff.USER_CREATED: gettext_lazy("User added"),
            staff.USER_INVITED: gettext_lazy("User invited"),
            staff.INVITATION_ACCEPTED: gettext_lazy("Invitation accepted"),
            staff.USER_CHANGED: gettext_lazy("User changed"),
            staff.USER_DEACTIVATED: gettext_lazy("User deactivated"),
            staff.USER_REACTIVATED: gettext_lazy("User reactivated"),
            conversations.ABSENCE_CHANGED: gettext_lazy("Absence changed"),
            conversations.TRAINING_DONE: gettext_lazy("End of training proposed"),
            conversations.TRAINING_ENDED: gettext_lazy("Training ended"),
            staff.TEAM_CREATED: gettext_lazy("Team added"),
            staff.TEAM_CHANGED: gettext_lazy("Team changed"),
            staff.TEAM_DELETED: gettext_lazy("Team deleted"),
        },
    ),
    "shift": (
        gettext_lazy("Announcements and work"),
        {
            workforce.BULLETIN_POSTED: gettext_lazy("Announcement posted"),
            workforce.BULLETIN_REMINDED: gettext_lazy("Reminded of an announcement"),
            workforce.BULLETIN_WITHDRAWN: gettext_lazy("Announcement withdrawn"),
            workforce.HANDED_OVER: gettext_lazy("Conversations handed over"),
            outreach.BULK_REPLY_STARTED: gettext_lazy("Bulk reply begun"),
            outreach.BULK_REPLY_STOPPED: gettext_lazy("Bulk reply stopped"),
        },
    ),
    "customers": (
        gettext_lazy("Customers"),
        {
            customers.CUSTOMER_CHANGED: gettext_lazy("Customer changed"),
            customers.CUSTOMER_EXPORT_ASKED: gettext_lazy("Table of customers asked for"),
            customers.CUSTOMERS_EXPORTED: gettext_lazy("Table of customers written"),
            customers.TIMELINE_EXPORTED: gettext_lazy("Timeline of a customer downloaded"),
            customers.CUSTOMER_EXPORT_FETCHED: gettext_lazy("Table of customers downloaded"),
            customers.SEGMENT_CREATED: gettext_lazy("Segment added"),
            customers.SEGMENT_CHANGED: gettext_lazy("Segment changed"),
            customers.SEGMENT_DELETED: gettext_lazy("Segment deleted"),
            customers.CUSTOMER_IMPORT_ASKED: gettext_lazy("Work on an import of customers"),
            customers.CUSTOMERS_IMPORTED: gettext_lazy("Customers imported"),
            customers.CUSTOMER_IMPORT_UNDONE: gettext_lazy("Import of customers undone"),
            customers.CUSTOMER_MERGED: gettext_lazy("Customers merged"),
            customers.CUSTOMER_UNMERGED: gettext_lazy("Merge of customers taken back"),
            customers.IDENTITY_ADDED: gettext_lazy("Address of a customer added"),
            customers.IDENTITY_CHANGED: gettext_lazy("Address of a customer changed"),
            customers.IDENTITY_REMOVED: gettext_lazy("Address of a customer removed"),
            customers.IDENTITY_SHOWN: gettext_lazy("Masked address shown"),
            customers.FILE_SHOWN: gettext_lazy("File opened in which nothing is masked"),
            customers.COMPANY_CHANGED: gettext_lazy("Company changed"),
        },
    ),
    "orders": (
        gettext_lazy("Orders and contracts"),
        {
            commerce.SOURCE_CREATED: gettext_lazy("Order system added"),
            commerce.SOURCE_CHANGED: gettext_lazy("Order system changed"),
            commerce.SOURCE_REMOVED: gettext_lazy("Order system deleted"),
            commerce.SOURCE_FAILING: gettext_lazy("Order system cannot be asked"),
            commerce.SOURCE_RECOVERED: gettext_lazy("Order system can be asked again"),
            commerce.ORDERS_IMPORTED: gettext_lazy("Orders brought in as a table"),
            commerce.ORDER_ASSIGNED: gettext_lazy("Said whose an order is"),
            commerce.SUBSCRIPTION_KEPT: gettext_lazy("Subscription written down"),
            commerce.CONTRACT_KEPT: gettext_lazy("Contract written down"),
            commerce.REVENUE_NOTED: gettext_lazy("Revenue written down"),
            commerce.REVENUE_REMOVED: gettext_lazy("Entry of revenue deleted"),
            commerce.ONBOARDING_STARTED: gettext_lazy("Onboarding steps added"),
            commerce.ONBOARDING_STEP_DONE: gettext_lazy("Onboarding step done"),
            commerce.ONBOARDING_STEP_UNDONE: gettext_lazy("Onboarding step open again"),
        },
    ),
    "cases": (
        gettext_lazy("Complaints, harassment, incidents"),
        {
            cases.CASE_OPENED: gettext_lazy("Case opened"),
            cases.CASE_CHANGED: gettext_lazy("Case changed"),
            cases.CASE_SEEN: gettext_lazy("Confidential case looked at"),
            cases.CASE_LINKED: gettext_lazy("Conversation added to a case"),
            cases.CASE_UNLINKED: gettext_lazy("Conversation taken out of a case"),
            cases.CASE_SHIELDED: gettext_lazy("Conversations of a case hidden from a colleague"),
            cases.CASE_UNSHIELDED: gettext_lazy("Conversations of a case shown to a colleague again"),
            cases.CASE_PEOPLE_CHANGED: gettext_lazy("People of a case changed"),
            cases.CASE_STEP_DONE: gettext_lazy("Step of a case done or left out"),
            cases.CASE_STEP_UNDONE: gettext_lazy("Step of a case taken back"),
            cases.CASE_STEP_MOVED: gettext_lazy("Time of a step of a case changed"),
            cases.CASE_DECISION_ASKED: gettext_lazy("Decision proposed in a case"),
            cases.CASE_DECIDED: gettext_lazy("Decision made by a second person"),
            cases.CASE_DECISION_WITHDRAWN: gettext_lazy("Proposal of a decision taken back"),
            cases.CASE_DUE_SOON: gettext_lazy("Step of a case due soon"),
            cases.CASE_DUE_PASSED: gettext_lazy("Time of a step of a case has passed"),
            cases.CASE_REVIEW_DUE: gettext_lazy("Decision in a case to be looked at again"),
            cases.EVIDENCE_LOCKED: gettext_lazy("Evidence locked"),
            cases.EVIDENCE_VERIFIED: gettext_lazy("Evidence verified"),
            cases.CASE_EXPORTED: gettext_lazy("Case exported"),
            cases.HARASSMENT_POLICY_CHANGED: gettext_lazy("Policy on harassment changed"),
            cases.ANONYMOUS_REPORTS_CAME: gettext_lazy("Reports without a name came in"),
            cases.CARE_OFFERED: gettext_lazy("Care for a colleague noted"),
            cases.CARE_ANSWERED: gettext_lazy("Care for a colleague answered"),
        },
    ),
    "filing": (
        gettext_lazy("Tags and categories"),
        {
            conversations.TAG_CREATED: gettext_lazy("Tag added"),
            conversations.TAG_RENAMED: gettext_lazy("Tag renamed"),
            conversations.TAG_DELETED: gettext_lazy("Tag deleted or merged"),
            conversations.CATEGORY_CREATED: gettext_lazy("Category added"),
            conversations.CATEGORY_RENAMED: gettext_lazy("Category renamed or moved"),
            conversations.CATEGORY_DELETED: gettext_lazy("Category deleted"),
        },
    ),
    "wording": (
        gettext_lazy("Templates"),
        {
            wording.TEMPLATE_CREATED: gettext_lazy("Template made"),
            wording.TEMPLATE_CHANGED: gettext_lazy("Template changed"),
            wording.TEMPLATE_ARCHIVED: gettext_lazy("Template archived"),
            wording.TEMPLATE_UNARCHIVED: gettext_lazy("Template taken out of the archive"),
            wording.TEMPLATE_RESTORED: gettext_lazy("Template put back to a former version"),
            wording.TEMPLATE_GIVEN: gettext_lazy("Template handed over"),
            wording.TEMPLATE_DELETED: gettext_lazy("Template deleted"),
            wording.TEMPLATES_IMPORTED: gettext_lazy("Templates imported"),
            wording.FOLDER_RENAMED: gettext_lazy("Folder of templates renamed"),
        },
    ),
    "knowledge": (
        gettext_lazy("Knowledge"),
        {
            knowledge.ARTICLE_CREATED: gettext_lazy("Article written"),
            knowledge.ARTICLE_CHANGED: gettext_lazy("Article changed"),
            knowledge.ARTICLE_RESTORED: gettext_lazy("Article put back to a former version"),
            knowledge.ARTICLE_PUBLISHED: gettext_lazy("Article published"),
            knowledge.ARTICLE_WITHDRAWN: gettext_lazy("Article made a draft again"),
            knowledge.ARTICLE_ARCHIVED: gettext_lazy("Article archived"),
            knowledge.ARTICLE_UNARCHIVED: gettext_lazy("Article taken out of the archive"),
            knowledge.ARTICLE_GIVEN: gettext_lazy("Article handed over"),
            knowledge.ARTICLE_DELETED: gettext_lazy("Article deleted"),
            knowledge.ARTICLE_CATEGORY_CREATED: gettext_lazy("Category of articles added"),
            knowledge.ARTICLE_CATEGORY_CHANGED: gettext_lazy("Category of articles changed"),
            knowledge.ARTICLE_CATEGORY_DELETED: gettext_lazy("Category of articles deleted"),
        },
    ),
    "desk": (
        gettext_lazy("Workspace and desks"),
        {
            staff.WORKSPACE_CHANGED: gettext_lazy("Workspace changed"),
            staff.ROLE_LIMIT_CHANGED: gettext_lazy("Protection of personal data changed"),
            staff.WORKSPACE_SET_UP: gettext_lazy("First run finished"),
            channels.INBOX_CREATED: gettext_lazy("Desk added"),
            channels.INBOX_CHANGED: gettext_lazy("Desk changed"),
            channels.INBOX_FAILING: gettext_lazy("Desk cannot be reached"),
            channels.INBOX_RECOVERED: gettext_lazy("Desk can be reached again"),
            calls.CALLBACK_PAGE_CHANGED: gettext_lazy("Public form for callbacks changed"),
            calendars.CALENDAR_CREATED: gettext_lazy("Business hours added"),
            calendars.CALENDAR_CHANGED: gettext_lazy("Business hours changed"),
            calendars.CALENDAR_DELETED: gettext_lazy("Business hours deleted"),
            conversations.OWN_STATUS_CREATED: gettext_lazy("Status added"),
            conversations.OWN_STATUS_UPDATED: gettext_lazy("Status changed"),
            conversations.OWN_STATUS_RETIRED: gettext_lazy("Status retired"),
            conversations.OWN_STATUS_RESTORED: gettext_lazy("Status offered again"),
            conversations.OWN_STATUS_DELETED: gettext_lazy("Status deleted"),
            conversations.FOLDER_CREATED: gettext_lazy("Folder added"),
            conversations.FOLDER_UPDATED: gettext_lazy("Folder changed"),
            conversations.FOLDER_DELETED: gettext_lazy("Folder deleted"),
            conversations.VIEW_CREATED: gettext_lazy("Shared view added"),
            conversations.VIEW_UPDATED: gettext_lazy("Shared view changed"),
            conversations.VIEW_DELETED: gettext_lazy("Shared view deleted"),
            guides.CHECKLIST_KEPT: gettext_lazy("Checklist template saved"),
            guides.CHECKLIST_DELETED: gettext_lazy("Checklist template deleted"),
            guides.SCRIPT_KEPT: gettext_lazy("Talk script saved"),
            guides.SCRIPT_DELETED: gettext_lazy("Talk script deleted"),
            conversations.FIELD_CREATED: gettext_lazy("Custom field added"),
            conversations.FIELD_UPDATED: gettext_lazy("Custom field changed"),
            conversations.FIELD_RETIRED: gettext_lazy("Custom field retired"),
            conversations.FIELD_RESTORED: gettext_lazy("Custom field offered again"),
            conversations.FIELD_DELETED: gettext_lazy("Custom field deleted"),
            customers.CUSTOMER_FIELD_CREATED: gettext_lazy("Custom field of customers added"),
            customers.CUSTOMER_FIELD_UPDATED: gettext_lazy("Custom field of customers changed"),
            customers.CUSTOMER_FIELD_RETIRED: gettext_lazy("Custom field of customers retired"),
            customers.CUSTOMER_FIELD_RESTORED: gettext_lazy("Custom field of customers offered again"),
            customers.CUSTOMER_FIELD_DELETED: gettext_lazy("Custom field of customers deleted"),
            conversations.APPROVAL_RULE_CREATED: gettext_lazy("Approval rule added"),
            conversations.APPROVAL_RULE_CHANGED: gettext_lazy("Approval rule changed"),
            conversations.APPROVAL_RULE_DELETED: gettext_lazy("Approval rule deleted"),
            conversations.APPROVAL_POLICY_CHANGED: gettext_lazy("Settings of approval changed"),
            conversations.UNDONE: gettext_lazy("Status or folder brought back"),
            preflight.CHECKS_CHANGED: gettext_lazy("Checks before sending changed"),
            preflight.WORDS_CHANGED: gettext_lazy("Watched words changed"),
            preflight.RULE_SILENCED: gettext_lazy("Rule of polite wording silenced"),
            preflight.RULE_RESTORED: gettext_lazy("Rule of polite wording heard again"),
            channels.RAW_QUARANTINED: gettext_lazy("Mail put into quarantine"),
            channels.RAW_RELEASED: gettext_lazy("Mail taken out of quarantine"),
            channels.RAW_DISCARDED: gettext_lazy("Quarantined mail discarded"),
        },
    ),
}


def kinds_of(group: str) -> list[str]:
    """The kinds of one group, or of all when none is named."""
    groups = [GROUPS[group]] if group in GROUPS else GROUPS.values()
    return [kind for _word, kinds in groups for kind in kinds]


def words_of_kinds() -> dict[str, Promise]:
    """What happened, in words, by the kind of event."""
    return {kind: word for _word, kinds in GROUPS.values() for kind, word in kinds.items()}
