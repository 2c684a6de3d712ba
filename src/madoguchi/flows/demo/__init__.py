"""The demo workspace: はるかぜ日用品店, a fictional mail-order shop with staff, customers and 90 days of mail.

The inquiries of today come in by the real door, one by one; the history before them is written in bulk. Everything
ends in .example and nothing ever leaves (Workspace.is_demo).
"""

from madoguchi.flows.demo.people import LOGINS
from madoguchi.flows.demo.workspace import load_demo

__all__ = ["LOGINS", "load_demo"]
