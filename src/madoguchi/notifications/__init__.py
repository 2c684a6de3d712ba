"""Notices to the staff inside the product: mentions, assignments, failed sends, mailbox alarms.

Owns Notification. Never talks to customers.
"""
