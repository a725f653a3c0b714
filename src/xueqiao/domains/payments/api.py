"""The door of payments. Amounts are whole fen."""

from xueqiao.domains.payments.actions.approve_share_scheme import approve_share_scheme
from xueqiao.domains.payments.actions.close_bill import close_bill
from xueqiao.domains.payments.actions.close_cash_day import close_cash_day
from xueqiao.domains.payments.actions.close_voucher_scheme import close_voucher_scheme
from xueqiao.domains.payments.actions.count_cash_day import count_cash_day
from xueqiao.domains.payments.actions.cover_bill import cover_bill
from xueqiao.domains.payments.actions.end_concession import end_concession
from xueqiao.domains.payments.actions.fund_voucher_scheme import fund_voucher_scheme
from xueqiao.domains.payments.actions.grant_concession import grant_concession
from xueqiao.domains.payments.actions.hand_over_cash import hand_over_cash
from xueqiao.domains.payments.actions.issue_voucher import issue_voucher
from xueqiao.domains.payments.actions.keep_gateway_secret import keep_gateway_secret
from xueqiao.domains.payments.actions.keep_platform_certificate import keep_platform_certificate
from xueqiao.domains.payments.actions.make_bill import make_bill
from xueqiao.domains.payments.actions.make_pay_link import make_pay_link
from xueqiao.domains.payments.actions.make_share_scheme import make_share_scheme
from xueqiao.domains.payments.actions.make_voucher_scheme import make_voucher_scheme
from xueqiao.domains.payments.actions.move_parts import move_parts
from xueqiao.domains.payments.actions.open_cash_day import open_cash_day
from xueqiao.domains.payments.actions.owe_part import owe_part
from xueqiao.domains.payments.actions.own_difference import own_difference
from xueqiao.domains.payments.actions.pay_at_counter import pay_at_counter
from xueqiao.domains.payments.actions.plan_parts import plan_parts
from xueqiao.domains.payments.actions.postpone_bill import postpone_bill
from xueqiao.domains.payments.actions.query_payment import query_payment
from xueqiao.domains.payments.actions.refund_bill import refund_bill
from xueqiao.domains.payments.actions.rehearse_callback import rehearse_callback
from xueqiao.domains.payments.actions.release_part import release_part
from xueqiao.domains.payments.actions.resolve_difference import resolve_difference
from xueqiao.domains.payments.actions.return_parts import return_parts
from xueqiao.domains.payments.actions.settle_statement import settle_statement
from xueqiao.domains.payments.actions.start_inside import start_inside
from xueqiao.domains.payments.actions.start_payment import start_payment
from xueqiao.domains.payments.actions.take_back_release import take_back_release
from xueqiao.domains.payments.actions.take_callback import take_callback
from xueqiao.domains.payments.actions.take_statement import take_statement
from xueqiao.domains.payments.actions.warn_late_refunds import warn_late_refunds
from xueqiao.domains.payments.errors.bills import GatewayIsDown, PayerNotKnown, UnknownGateway
from xueqiao.domains.payments.errors.quotes import VoucherGone
from xueqiao.domains.payments.events import BillPaid, RefundAsked, RefundDone, RefundOverdue
from xueqiao.domains.payments.queries.bills import (
    access_bill,
    access_cash_refunds_waiting,
    authorise_address,
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
from xueqiao.domains.payments.queries.cash_days import (
    access_cash_day,
    access_cash_days_due,
    find_my_cash_day,
)
from xueqiao.domains.payments.queries.certificates import platform_certificates
from xueqiao.domains.payments.queries.quotes import (
    access_concessions,
    access_concessions_checked,
    access_share_schemes,
    access_voucher_scheme,
    access_voucher_schemes,
    access_vouchers,
    quote_bill,
    quote_of_bill,
    share_scheme_at,
    shares_at,
)
from xueqiao.domains.payments.queries.reconciliation import (
    FINANCE_ROLES,
    access_differences,
    access_money_of_day,
    access_statements,
    count_differences,
)
from xueqiao.domains.payments.queries.settlement import (
    access_refunds_waiting,
    bills_owing,
    bills_paying_for,
    bills_without_parts,
    deliveries_waiting,
    earned_by_payer,
    owes_parts,
    parts_of,
    parts_owed_before,
    shares_now,
)
from xueqiao.domains.payments.rules.bills import (
    CNY,
    SOURCES,
    account_of_payer,
    budget_account,
    clearing_account,
    held_account,
    income_account,
    shares_of,
)
from xueqiao.domains.payments.rules.quotes import subsidy_by_scheme
from xueqiao.domains.payments.values.bills import (
    BillView,
    CallbackVerdict,
    InsideStart,
    PayLinkView,
    PaymentStart,
    PaymentView,
    RefundView,
    Share,
)
from xueqiao.domains.payments.values.cash_days import CashDayView, CashMovementView
from xueqiao.domains.payments.values.quotes import (
    BillQuote,
    ConcessionUse,
    ConcessionView,
    ShareSchemeRow,
    ShareSchemeView,
    VoucherPart,
    VoucherSchemeView,
    VoucherView,
)
from xueqiao.domains.payments.values.reconciliation import DifferenceView, MoneyOfDay, StatementView
from xueqiao.domains.payments.values.settlement import EarnedLine, LateRefund, PartView

__all__ = [
    "CNY",  # the ledger unit of money
    "FINANCE_ROLES",  # who sits at the finance desk
    "SOURCES",  # prefixes of its accounts that may go below zero
    "BillPaid",  # fact: the learner's share came in, perhaps late
    "BillQuote",
    "BillView",
    "CallbackVerdict",
    "CashDayView",
    "CashMovementView",
    "ConcessionUse",
    "ConcessionView",
    "DifferenceView",
    "EarnedLine",
    "GatewayIsDown",
    "InsideStart",
    "LateRefund",
    "MoneyOfDay",
    "PartView",
    "PayLinkView",
    "PayerNotKnown",
    "PaymentStart",
    "PaymentView",
    "RefundAsked",  # fact: money is owed back
    "RefundDone",  # fact: money went back
    "RefundOverdue",  # fact: a refund should have arrived by now
    "RefundView",
    "Share",
    "ShareSchemeRow",
    "ShareSchemeView",
    "StatementView",
    "UnknownGateway",
    "VoucherGone",
    "VoucherPart",
    "VoucherSchemeView",
    "VoucherView",
    "access_bill",  # the bill, for those who may see it
    "access_cash_day",  # one box of one clerk on one day
    "access_cash_days_due",  # boxes to be counted or confirmed
    "access_cash_refunds_waiting",  # cash a clerk still has to hand over
    "access_concessions",  # of one person, for herself and her desk
    "access_concessions_checked",  # those the desks of a unit recorded
    "access_differences",  # where a gateway's list and our books disagree
    "access_money_of_day",  # in and out of a unit, by way
    "access_refunds_waiting",  # refunds on their way in a unit, longest first
    "access_share_schemes",  # of a unit, with who signed
    "access_statements",  # the lists that were taken
    "access_voucher_scheme",
    "access_voucher_schemes",  # of a unit, with their budgets
    "access_vouchers",  # what a person can use, soonest to expire first
    "account_of_payer",  # the ledger account of a payer other than the learner
    "approve_share_scheme",  # the second signature
    "authorise_address",  # where a browser inside an app goes so that the company says who pays
    "bill_by_link",  # what a relative sees who pays by link
    "bills_owing",  # which of many owe a meeting that fell out
    "bills_paying_for",  # which bills wait for a meeting
    "bills_without_parts",  # which of many have nothing planned yet
    "budget_account",  # what a voucher scheme can still pay
    "clearing_account",  # what a gateway collected
    "close_bill",  # expire or cancel an unpaid bill; False when it was paid meanwhile
    "close_cash_day",  # a second person agrees; nothing of the day changes any more
    "close_voucher_scheme",  # the rest goes back to the sponsor
    "count_cash_day",  # the clerk has counted; or opens it again
    "count_differences",  # how many wait
    "cover_bill",  # settle a bill of which the learner owes nothing
    "deliveries_waiting",  # which meetings a bill still pays for
    "earned_by_payer",  # who owes an institution how much for delivered meetings
    "end_concession",
    "find_bill_for",  # the bill of one thing, for the domain that made it
    "find_bills_for",  # the same for many
    "find_gateway_secret",
    "find_my_cash_day",  # the clerk's own box of today
    "find_refund",  # the refund of one cause
    "fund_voucher_scheme",
    "gateway_named",  # a plugged gateway, or UnknownGateway
    "get_payment",  # one attempt, for the rehearsal cashier
    "grant_concession",  # a proof was seen: this person pays less until a day
    "hand_over_cash",  # a clerk gave a cash refund back
    "held_account",  # what was paid for a bill
    "income_account",  # what an institution has earned
    "issue_voucher",
    "keep_gateway_secret",  # sealed key material of a gateway, made once
    "keep_platform_certificate",  # a public certificate of a gateway, once
    "make_bill",  # one bill per thing, shares to the fen
    "make_pay_link",  # a secret by which a relative pays
    "make_share_scheme",  # who carries how much of a price, written and dated
    "make_voucher_scheme",
    "move_parts",  # the learner goes on in another class
    "open_cash_day",  # change in the box in the morning
    "open_gateways",  # what a payer can choose online
    "owe_part",  # a meeting fell out: owed until made up or returned
    "owes_parts",  # has a meeting of this bill fallen out
    "own_difference",  # take one upon oneself
    "parts_of",  # the meetings of a bill and what became of them
    "parts_owed_before",
    "pay_at_counter",  # cash, by a clerk of the unit
    "plan_parts",  # which meetings a paid bill pays for
    "platform_certificates",  # by serial
    "postpone_bill",  # a later end for a due bill
    "query_payment",  # ask a gateway about a payment whose message has not come
    "quote_bill",  # what somebody would pay now, concession and vouchers applied
    "quote_of_bill",  # the quote a bill was made at
    "refund_bill",  # money back to every payer in proportion; never above what was paid
    "refunds_of",  # refunds of one bill
    "rehearse_callback",  # signed messages of the rehearsal gateway, for the cashier page
    "release_part",  # a meeting was held: its part is earned
    "resolve_difference",  # close it with words
    "return_parts",  # meetings that will not take place: all of their money goes back to every payer
    "settle_statement",  # clearing to bank, once nothing is open
    "share_scheme_at",  # the written split in force
    "shares_at",  # who carries a class's price, for its page
    "shares_now",  # released, returned and held by payer
    "shares_of",  # who carries how much, to the fen
    "start_inside",  # an attempt inside the company's app: who pays, and what the page hands to the app
    "start_payment",  # one attempt through one gateway; where the payer goes
    "subsidy_by_scheme",
    "take_back_release",  # the correction of release_part
    "take_callback",  # judge a gateway's message: signature first, money once
    "take_statement",  # a gateway's list of one day, compared
    "warn_late_refunds",
]
