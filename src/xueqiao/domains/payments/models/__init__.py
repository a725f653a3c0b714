"""Tables, by subject."""

from xueqiao.domains.payments.models.bills import Bill, BillShare, CallbackReceipt, GatewaySecret, Payment, Refund
from xueqiao.domains.payments.models.certificates import PlatformCertificate
from xueqiao.domains.payments.models.concessions import Concession
from xueqiao.domains.payments.models.schemes import ShareScheme
from xueqiao.domains.payments.models.settlement import BillPart, ShareMove
from xueqiao.domains.payments.models.vouchers import Voucher, VoucherScheme, VoucherUse

__all__ = [
    "Bill",
    "BillPart",
    "BillShare",
    "CallbackReceipt",
    "Concession",
    "GatewaySecret",
    "Payment",
    "PlatformCertificate",
    "Refund",
    "ShareMove",
    "ShareScheme",
    "Voucher",
    "VoucherScheme",
    "VoucherUse",
]
