"""What the credit bank does when facts are reported."""

from datetime import datetime

from xueqiao.domains.credits.actions import book_claims, propose_credit
from xueqiao.domains.credits.events import ConversionConfirmed, ConversionReversed
from xueqiao.domains.learning.api import CompletionJudged
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import subscribe


@subscribe(CompletionJudged)
def offer_credit(event: CompletionJudged, *, now: datetime) -> None:
    """Whoever completes a class finds her credit waiting: no form, no application."""
    propose_credit(actor=Actor.system("offer_credit"), completion_id=event.completion_id, now=now)


@subscribe(ConversionConfirmed)
def claim_what_was_taught(event: ConversionConfirmed, *, now: datetime) -> None:
    """Who taught what a school takes in has a claim on that school."""
    _book(event, is_reversal=False, now=now)


@subscribe(ConversionReversed)
def take_claims_back(event: ConversionReversed, *, now: datetime) -> None:
    """A conversion that is taken back takes its claims back."""
    _book(event, is_reversal=True, now=now)


def _book(event: ConversionConfirmed | ConversionReversed, *, is_reversal: bool, now: datetime) -> None:
    book_claims(
        conversion_uuid=event.conversion_uuid,
        givers=event.givers,
        receiver_id=event.receiver_id,
        unit=event.unit,
        agreement_code=event.agreement_code,
        is_reversal=is_reversal,
        now=now,
    )
