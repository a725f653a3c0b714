"""The door of payments. Amounts are whole fen."""

from xueqiao.domains.payments.actions.close_bill import close_bill
from xueqiao.domains.payments.actions.hand_over_cash import hand_over_cash
from xueqiao.domains.payments.actions.keep_gateway_secret import keep_gateway_secret
from xueqiao.domains.payments.actions.keep_platform_certificate import keep_platform_certificate
from xueqiao.domains.payments.actions.make_bill import make_bill
from xueqiao.domains.payments.actions.make_pay_link import make_pay_link
from xueqiao.domains.payments.actions.pay_at_counter import pay_at_counter
from xueqiao.domains.payments.actions.postpone_bill import postpone_bill
from xueqiao.domains.payments.actions.query_payment import query_payment
from xueqiao.domains.payments.actions.refund_bill import refund_bill
from xueqiao.domains.payments.actions.rehearse_callback import rehearse_callback
from xueqiao.domains.payments.actions.start_payment import start_payment
from xueqiao.domains.payments.actions.take_callback import take_callback
from xueqiao.domains.payments.errors.bills import GatewayIsDown, UnknownGateway
from xueqiao.domains.payments.events import BillPaid, RefundAsked, RefundDone
from xueqiao.domains.payments.queries.bills import (
    access_bill,
    access_cash_refunds_waiting,
    bill_by_link,
    find_bill_for,
    find_bills_for,
    find_gateway_secret,
    find_refund,
    gateway_named,
    get_payment,
    open_gateways,
    refunds_of,
)
from xueqiao.domains.payments.queries.certificates import platform_certificates
from xueqiao.domains.payments.rules.bills import (
    CNY,
    SOURCES,
    account_of_payer,
    clearing_account,
    held_account,
    shares_of,
)
from xueqiao.domains.payments.values.bills import (
    BillView,
    CallbackVerdict,
    PayLinkView,
    PaymentStart,
    PaymentView,
    RefundView,
    Share,
)

__all__ = [
    "CNY",  # the ledger unit of money
    "SOURCES",  # prefixes of its accounts that may go below zero
    "BillPaid",  # fact: the learner's share came in, perhaps late
    "BillView",
    "CallbackVerdict",
    "GatewayIsDown",
    "PayLinkView",
    "PaymentStart",
    "PaymentView",
    "RefundAsked",  # fact: money is owed back
    "RefundDone",  # fact: money went back
    "RefundView",
    "Share",
    "UnknownGateway",
    "access_bill",  # the bill, for those who may see it
    "access_cash_refunds_waiting",  # cash a clerk still has to hand over
    "account_of_payer",  # the ledger account of a payer other than the learner
    "bill_by_link",  # what a relative sees who pays by link
    "clearing_account",  # what a gateway collected
    "close_bill",  # expire or cancel an unpaid bill; False when it was paid meanwhile
    "find_bill_for",  # the bill of one thing, for the domain that made it
    "find_bills_for",  # the same for many
    "find_gateway_secret",
    "find_refund",  # the refund of one cause
    "gateway_named",  # a plugged gateway, or UnknownGateway
    "get_payment",  # one attempt, for the rehearsal cashier
    "hand_over_cash",  # a clerk gave a cash refund back
    "held_account",  # what was paid for a bill
    "keep_gateway_secret",  # sealed key material of a gateway, made once
    "keep_platform_certificate",  # a public certificate of a gateway, once
    "make_bill",  # one bill per thing, shares to the fen
    "make_pay_link",  # a secret by which a relative pays
    "open_gateways",  # what a payer can choose online
    "pay_at_counter",  # cash, by a clerk of the unit
    "platform_certificates",  # by serial
    "postpone_bill",  # a later end for a due bill
    "query_payment",  # ask a gateway about a payment whose message has not come
    "refund_bill",  # money back to every payer in proportion; never above what was paid
    "refunds_of",  # refunds of one bill
    "rehearse_callback",  # signed messages of the rehearsal gateway, for the cashier page
    "shares_of",  # who carries how much, to the fen
    "start_payment",  # one attempt through one gateway; where the payer goes
    "take_callback",  # judge a gateway's message: signature first, money once
]
