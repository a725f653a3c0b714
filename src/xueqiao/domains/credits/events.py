"""Past-tense facts of credits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class CreditProposed(Event):
    """The rules offer credit for a completion."""

    proposal_id: int
    person_id: int
    completion_id: int
    amount_hundredths: int


@dataclass(frozen=True)
class CreditDeposited(Event):
    """A proposal was paid into the person's account on the ledger."""

    proposal_id: int
    person_id: int
    amount_hundredths: int
    transfer_id: int


@dataclass(frozen=True)
class DepositTakenBack(Event):
    """A deposit was undone within ten minutes; the proposal is open again."""

    proposal_id: int
    person_id: int
    amount_hundredths: int


@dataclass(frozen=True)
class CertificateIssued(Event):
    """A certificate of completion was signed."""

    certificate_id: int
    person_id: int
    completion_id: int
    region: int
    issued_at: datetime


@dataclass(frozen=True)
class CertificateRevoked(Event):
    """A certificate was revoked for a stated class of reason."""

    certificate_id: int
    reason: str
    revoked_at: datetime


@dataclass(frozen=True)
class CertificateSuspended(Event):
    """A certificate was suspended while something is looked into."""

    certificate_id: int
    reason: str
    suspended_at: datetime


@dataclass(frozen=True)
class SuspensionLifted(Event):
    """A suspended certificate has its standing again."""

    certificate_id: int
    lifted_at: datetime


@dataclass(frozen=True)
class CertificateReissued(Event):
    """A certificate was issued anew under a new name; the old one is superseded."""

    certificate_id: int
    old_certificate_id: int
    person_id: int
    reissued_at: datetime


@dataclass(frozen=True)
class SigningKeyStolen(Event):
    """A signing key has been in other hands since `stolen_at`."""

    key_id: int
    stolen_at: datetime


@dataclass(frozen=True)
class RuleSetMoved(Event):
    """A version of a rule set took a step."""

    rule_set_id: int
    code: str
    version: int
    before: str
    after: str


@dataclass(frozen=True)
class OutcomeClaimed(Event):
    """Somebody asked that an outcome be recognised."""

    claim_id: int
    person_id: int


@dataclass(frozen=True)
class ClaimDecided(Event):
    """Reviewers decided on a claim; recognised ones are on the ledger."""

    claim_id: int
    person_id: int
    is_recognised: bool
    amount_hundredths: int


@dataclass(frozen=True)
class ConversionConfirmed(Event):
    """A school took credit into a programme. No person is named: the uuid leads to the conversion.

    givers: (institution id, hundredths) of who certified what is used, 0 for issuers outside the network; together they
    are `amount_hundredths`, counted in the programme's `unit`. agreement_code: empty without an agreement.
    """

    conversion_uuid: UUID
    givers: tuple[tuple[int, int], ...]
    receiver_id: int
    rules_code: str
    programme: str
    unit: str
    amount_hundredths: int
    agreement_code: str


@dataclass(frozen=True)
class ConversionReversed(Event):
    """A confirmed conversion was taken back, wholly, by a new transfer. Fields as in ConversionConfirmed."""

    conversion_uuid: UUID
    givers: tuple[tuple[int, int], ...]
    receiver_id: int
    rules_code: str
    programme: str
    unit: str
    amount_hundredths: int
    agreement_code: str


@dataclass(frozen=True)
class RecognitionRevoked(Event):
    """Two officers took recognised credit back. deficit_hundredths: what had been spent already."""

    revocation_id: int
    person_id: int
    amount_hundredths: int
    deficit_hundredths: int
