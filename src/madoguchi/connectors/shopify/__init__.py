"""Shopify: orders by its Admin API, and its webhooks."""
