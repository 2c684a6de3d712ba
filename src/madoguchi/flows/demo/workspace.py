"""Putting the demo workspace together."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions import set_up_workspace
from madoguchi.accounts.queries import all_users
from madoguchi.conversations.counts import fold_counts
from madoguchi.core.errors import DomainError
from madoguchi.flows.demo.acknowledging import acknowledge_inquiries
from madoguchi.flows.demo.approval import show_approval
from madoguchi.flows.demo.calling import take_calls
from madoguchi.flows.demo.caring import open_cases
from madoguchi.flows.demo.checks import set_up_checks
from madoguchi.flows.demo.history import write_history
from madoguchi.flows.demo.knowledge import create_articles
from madoguchi.flows.demo.macros import create_macros
from madoguchi.flows.demo.ordering import create_orders, create_subscriptions
from madoguchi.flows.demo.own import create_fields, create_folders, create_own_statuses, create_table_view, fill_fields
from madoguchi.flows.demo.people import (
    BY,
    create_categories,
    create_customers,
    create_inboxes,
    create_staff,
    create_views,
    note_companies,
)
from madoguchi.flows.demo.segments import create_segments
from madoguchi.flows.demo.source import SUPPORT
from madoguchi.flows.demo.today import receive_today
from madoguchi.flows.demo.wording import create_templates, write_uses
from madoguchi.flows.sweeping import match_customers


class NotEmpty(DomainError):
    """The demo workspace goes into an empty database only."""

    code = "not_empty"


@transaction.atomic
def load_demo(*, days: int = 90) -> None:
    """Fill an empty database with the demo workspace: all of it or nothing. Takes some seconds.

    Raises NotEmpty when there is anybody on the staff.
    """
    if all_users().exists():
        raise NotEmpty(_("There are people here already. The demo workspace needs an empty data folder."))
    staff = create_staff()
    set_up_workspace(name="はるかぜ日用品店", is_demo=True, by=BY)
    inboxes = create_inboxes()
    categories = create_categories()
    customers = create_customers()
    note_companies()
    create_views(staff["桜井"])
    write_history(staff, inboxes, categories, days=days)
    write_uses(create_templates(staff), categories)
    create_articles(staff)
    receive_today(staff, inboxes, categories, customers)
    take_calls(staff, inboxes[SUPPORT], customers)
    fields = create_fields(staff["桜井"], categories)
    fill_fields(fields, staff["桜井"])
    create_segments(staff["桜井"])
    create_table_view(fields, staff["桜井"])
    create_own_statuses(staff["桜井"])
    create_folders(inboxes[SUPPORT], staff["桜井"])
    create_orders(staff["桜井"])
    create_macros(staff["渡辺"], categories, fields)
    create_subscriptions(customers, staff["桜井"])
    set_up_checks(staff)
    show_approval(staff)
    acknowledge_inquiries(inboxes[SUPPORT], staff["桜井"])
    open_cases(staff)
    fold_counts()
    match_customers(1_000)
