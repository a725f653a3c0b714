"""The door of demand: what enterprises order for their people, and how their money comes and goes."""

from xueqiao.domains.demand.actions.accept_quote import accept_quote
from xueqiao.domains.demand.actions.add_member import add_member
from xueqiao.domains.demand.actions.admit_partner import admit_partner
from xueqiao.domains.demand.actions.answer_enterprise import answer_enterprise
from xueqiao.domains.demand.actions.ask_invoice import ask_invoice
from xueqiao.domains.demand.actions.ask_order import ask_order
from xueqiao.domains.demand.actions.ask_refund import ask_refund
from xueqiao.domains.demand.actions.end_order import end_order
from xueqiao.domains.demand.actions.forget_named_learners import forget_named_learners
from xueqiao.domains.demand.actions.issue_invoice import issue_invoice
from xueqiao.domains.demand.actions.name_learners import name_learners
from xueqiao.domains.demand.actions.open_order_class import open_order_class
from xueqiao.domains.demand.actions.quote_order import quote_order
from xueqiao.domains.demand.actions.register_enterprise import register_enterprise
from xueqiao.domains.demand.actions.resolve_bank_line import resolve_bank_line
from xueqiao.domains.demand.actions.send_refund import send_refund
from xueqiao.domains.demand.actions.settle_order import settle_order
from xueqiao.domains.demand.actions.take_bank_file import BYTES_MAX as BANK_FILE_BYTES_MAX
from xueqiao.domains.demand.actions.take_bank_file import take_bank_file
from xueqiao.domains.demand.actions.unname_learner import unname_learner
from xueqiao.domains.demand.errors import (
    BadOrder,
    BankFileBroken,
    BankLineChanged,
    BankLineNotFound,
    BankLineSettled,
    CreditCodeWrong,
    EnterpriseKnown,
    EnterpriseNotFound,
    EnterpriseNotVerified,
    GroupTooSmall,
    InvoiceAsked,
    InvoiceNotFound,
    LearnerListShut,
    LearnersRefused,
    NamedLearnerNotFound,
    NoLearnerLines,
    NothingToInvoice,
    OrderNotFound,
    OrderNotInThisState,
    PhoneNamedOtherwise,
    PhoneTwice,
    QuoteRanOut,
    RefundNeedsAnother,
    RefundNotFound,
    RefundSettled,
    RefundTooMuch,
    RunDoesNotFit,
    TooManyLearners,
)
from xueqiao.domains.demand.events import (
    EnterpriseRefunded,
    EnterpriseVerified,
    InvoiceIssued,
    OrderAccepted,
    OrderPaid,
    OrderQuoted,
)
from xueqiao.domains.demand.queries import (
    DESK_ROLES,
    FINANCE_ROLES,
    access_bank_lines,
    access_checked_learners,
    access_enterprise,
    access_enterprises,
    access_my_enterprises,
    access_named_learners,
    access_order,
    access_orders,
    access_orders_of,
    access_refunds_asked,
    acting_for_firms,
)
from xueqiao.domains.demand.rules import is_credit_code, learner_lines_of
from xueqiao.domains.demand.values import (
    BankFileView,
    BankLineView,
    CheckedLearner,
    EnterpriseView,
    InvoiceView,
    LearnerLine,
    NamedLearnerView,
    NamedList,
    OrderView,
    QuoteView,
    RefundView,
)

__all__ = [
    "BANK_FILE_BYTES_MAX",
    "DESK_ROLES",  # who verifies, quotes and opens classes
    "FINANCE_ROLES",  # who keeps the bank and the invoices
    "BadOrder",
    "BankFileBroken",
    "BankFileView",
    "BankLineChanged",
    "BankLineNotFound",
    "BankLineSettled",
    "BankLineView",
    "CheckedLearner",  # a line of a dry run
    "CreditCodeWrong",
    "EnterpriseKnown",
    "EnterpriseNotFound",
    "EnterpriseNotVerified",
    "EnterpriseRefunded",  # fact: money went back to a firm
    "EnterpriseVerified",  # fact: a firm may order
    "EnterpriseView",
    "GroupTooSmall",
    "InvoiceAsked",
    "InvoiceIssued",  # fact: an invoice has its number
    "InvoiceNotFound",
    "InvoiceView",
    "LearnerLine",
    "LearnerListShut",
    "LearnersRefused",
    "NamedLearnerNotFound",
    "NamedLearnerView",
    "NamedList",
    "NoLearnerLines",
    "NothingToInvoice",
    "OrderAccepted",  # fact: a quote was taken, there is a bill
    "OrderNotFound",
    "OrderNotInThisState",
    "OrderPaid",  # fact: all of a bill came in
    "OrderQuoted",  # fact: a price stands
    "OrderView",
    "PhoneNamedOtherwise",
    "PhoneTwice",
    "QuoteRanOut",
    "QuoteView",
    "RefundNeedsAnother",
    "RefundNotFound",
    "RefundSettled",
    "RefundTooMuch",
    "RefundView",
    "RunDoesNotFit",
    "TooManyLearners",
    "accept_quote",  # the firm takes the quote it saw
    "access_bank_lines",
    "access_checked_learners",  # the dry run of a list
    "access_enterprise",
    "access_enterprises",  # of the actor's units
    "access_my_enterprises",  # those the actor acts for
    "access_named_learners",  # whom an order is for, and who has her seat
    "access_order",
    "access_orders",  # of the actor's units
    "access_orders_of",  # of one firm
    "access_refunds_asked",  # that wait to be sent
    "acting_for_firms",  # the actor with her duties at the institutions of her firms
    "add_member",  # a colleague acts for the firm too
    "admit_partner",  # a verified firm becomes an institution that agreements can name
    "answer_enterprise",  # its licence was seen, or does not fit
    "ask_invoice",
    "ask_order",  # a course for a group of its people
    "ask_refund",  # by one person
    "end_order",  # withdrawn by the firm, refused by the desk
    "forget_named_learners",  # a job's work: lists whose class is over
    "is_credit_code",  # the check letter is right
    "issue_invoice",
    "learner_lines_of",  # people of pasted lines
    "name_learners",  # people for the seats a firm ordered
    "open_order_class",  # the class an order is given
    "quote_order",  # by the price rule, binding until a day
    "register_enterprise",
    "resolve_bank_line",  # a person says what an unclear line is for
    "send_refund",  # by another person, with the bank's number
    "settle_order",  # earned so far, to the fen
    "take_bank_file",  # a bank's lines, each once
    "unname_learner",  # one of them does not come
]
