"""注文・契約: what customers bought and agreed to, wherever a shop keeps it; to be looked at beside the conversation.

Owns OrderSource, Order with items and shipments, Delivery (what a webhook brought, as it came), and what goes on:
Subscription, Contract with its MRR, RevenueEntry, OnboardingStep. A source's connector lives in `connectors/<name>`
and fulfils `contract.Source`. Who may see an order is decided by who may see its customer (`models.orders`).
"""
