"""What the credit bank does when facts are reported."""

from datetime import datetime

from xueqiao.domains.credits.actions import propose_credit
from xueqiao.domains.learning.api import CompletionJudged
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import subscribe


@subscribe(CompletionJudged)
def offer_credit(event: CompletionJudged, *, now: datetime) -> None:
    """Whoever completes a class finds her credit waiting: no form, no application."""
    propose_credit(actor=Actor.system("offer_credit"), completion_id=event.completion_id, now=now)
