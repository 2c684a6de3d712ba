"""Tables of orders and contracts."""

from madoguchi.commerce.models.ongoing import (
    Contract,
    ContractPrice,
    OnboardingStep,
    RevenueEntry,
    Subscription,
)
from madoguchi.commerce.models.orders import Order, OrderItem, Shipment
from madoguchi.commerce.models.sources import Delivery, OrderSource

__all__ = [
    "Contract",
    "ContractPrice",
    "Delivery",
    "OnboardingStep",
    "Order",
    "OrderItem",
    "OrderSource",
    "RevenueEntry",
    "Shipment",
    "Subscription",
]
