"""Tables, by subject."""

from xueqiao.domains.payments.models.bills import Bill, BillShare, CallbackReceipt, GatewaySecret, Payment, Refund

__all__ = ["Bill", "BillShare", "CallbackReceipt", "GatewaySecret", "Payment", "Refund"]
