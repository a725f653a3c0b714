"""Tables, by subject."""

from xueqiao.domains.payments.models.bills import Bill, BillShare, CallbackReceipt, GatewaySecret, Payment, Refund
from xueqiao.domains.payments.models.cash_days import CashDay, CashMovement
from xueqiao.domains.payments.models.certificates import PlatformCertificate
from xueqiao.domains.payments.models.concessions import Concession
from xueqiao.domains.payments.models.reconciliation import Difference, Statement, StatementEntry
from xueqiao.domains.payments.models.schemes import ShareScheme
from xueqiao.domains.payments.models.settlement import BillPart, ShareMove
from xueqiao.domains.payments.models.vouchers import Voucher, VoucherScheme, VoucherUse

__all__ = [
    "Bill",
    "BillPart",
    "BillShare",
    "CallbackReceipt",
    "CashDay",
    "CashMovement",
    "Concession",
    "Difference",
    "GatewaySecret",
    "Payment",
    "PlatformCertificate",
    "Refund",
    "ShareMove",
    "ShareScheme",
    "Statement",
    "StatementEntry",
    "Voucher",
    "VoucherScheme",
    "VoucherUse",
]
