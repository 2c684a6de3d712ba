"""Notices to the staff inside the product: mentions, assignments, failed sends, mailbox alarms.

Owns Notification and Reminder. Never talks to customers.
"""
