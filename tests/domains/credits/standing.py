"""An issued certificate with two officers of its county, for tests of its standing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.domains.credits.completed import EVERYTHING, SYSTEM, Completed, completed
from tests.worlds.small_county import COUNTY, add_person, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.values.certificates import CertificateView
from xueqiao.foundation.audit.values import Actor

WHY = {"reason": "record_error", "words": "点名记错了人"}


@dataclass
class Issued:
    """A certificate; `first` and `second` are officers of the county."""

    done: Completed
    view: CertificateView
    first: Actor
    second: Actor

    @property
    def now(self) -> datetime:
        return self.done.now

    @property
    def row(self) -> Certificate:
        return Certificate.objects.within(EVERYTHING).get(pk=self.view.id)

    def another(self) -> "Issued":
        """Issue the certificate of the next learner of the class."""
        held = set(Certificate.objects.within(EVERYTHING).values_list("completion_id", flat=True))
        completion = next(row for row in self.done.completions if row.pk not in held)
        view = credit_bank.issue_certificate(actor=SYSTEM, completion_id=completion.pk, now=self.now)
        return Issued(self.done, view, self.first, self.second)

    def state(self, now: datetime | None = None) -> str:
        return credit_bank.verify_certificate(code=self.view.code, now=now or self.now).state


def issued(learner_count: int = 1, **wanted: Any) -> Issued:
    """Issue the certificate of the first learner of a class of eight meetings."""
    done = completed(learner_count, **wanted)
    view = credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    first = on_duty(done.room.world.officer, "county_officer", COUNTY)
    second = on_duty(add_person("第二位"), "county_officer", COUNTY)
    return Issued(done, view, first, second)


def revoked(made: Issued) -> CertificateView:
    """Have it revoked by the two officers."""
    asked = credit_bank.ask_revocation(actor=made.first, certificate_uuid=made.view.uuid, now=made.now, **WHY)
    return credit_bank.revoke_certificate(actor=made.second, change_uuid=asked.uuid, now=made.now)
