"""Who the customer is: one person or company with all their addresses.

Owns Customer, Organisation, Identity. What they asked is in conversations, what they bought in commerce.
"""
