"""Schedules of the credit bank."""

from datetime import datetime

from xueqiao.domains.credits.actions.accounts.announce_credit_expiry import announce_credit_expiry
from xueqiao.domains.credits.actions.accounts.count_bank_figures import count_bank_figures
from xueqiao.domains.credits.actions.accounts.expire_credits import expire_credits
from xueqiao.domains.credits.actions.certificates.issue_ordered_certificates import issue_ordered_certificates
from xueqiao.domains.credits.actions.conversions.expire_conversions import expire_conversions
from xueqiao.domains.credits.actions.signing.seal_certificates import seal_certificates
from xueqiao.foundation.outbox.api import enqueue, job


@job("credits.seal_certificates", every="* * * * *")
def enter_in_the_time_log(*, now: datetime) -> None:
    """Every minute: new certificates get their place under a published head."""
    seal_certificates(now=now)


@job("credits.issue_ordered_certificates")
def go_on_with_order(*, batch_id: int, now: datetime) -> None:
    """The next fifty certificates of an order, and the part after them."""
    if issue_ordered_certificates(batch_id=batch_id, now=now).done_at is None:
        enqueue("credits.issue_ordered_certificates", {"batch_id": batch_id})


@job("credits.expire_conversions", every="*/5 * * * *")
def give_back_overdue_conversions(*, now: datetime) -> None:
    """Reservations a school did not answer in time go back to their learners."""
    expire_conversions(now=now)


@job("credits.end_by_rule", every="30 3 * * *")
def end_credit_by_rule(*, now: datetime) -> None:
    """Every night: credit that was announced long enough ends by its rule, and what ends next is announced."""
    expire_credits(now=now)
    announce_credit_expiry(now=now)


@job("credits.count_bank_figures", every="50 3 * * *")
def count_what_is_published(*, now: datetime) -> None:
    """Every night: the bank's public figures, from province to county."""
    count_bank_figures(now=now)
