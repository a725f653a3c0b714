"""Tables, by subject."""

from xueqiao.domains.payments.models.bills import Bill, BillShare, CallbackReceipt, GatewaySecret, Payment, Refund
from xueqiao.domains.payments.models.certificates import PlatformCertificate

__all__ = ["Bill", "BillShare", "CallbackReceipt", "GatewaySecret", "Payment", "PlatformCertificate", "Refund"]
