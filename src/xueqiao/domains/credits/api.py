"""The door of credits: proposals by rule, deposits on the ledger, the passport, certificates and their verification."""

from xueqiao.domains.credits.actions import (
    deposit_credit,
    issue_certificate,
    make_signing_key,
    propose_credit,
    revoke_certificate,
    take_back_deposit,
)
from xueqiao.domains.credits.events import (
    CertificateIssued,
    CertificateRevoked,
    CreditDeposited,
    CreditProposed,
    DepositTakenBack,
)
from xueqiao.domains.credits.queries.certificates import (
    access_certificate,
    certificate_pdf,
    credential_text,
    trusted_keys,
    verify_certificate,
)
from xueqiao.domains.credits.queries.deposits import access_proposal
from xueqiao.domains.credits.queries.passports import passport_of
from xueqiao.domains.credits.signing.file_check import verify_file
from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.domains.credits.values.certificates import CertificateView, FileVerdict, PublicVerdict
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.domains.credits.values.passports import Passport, Stamp, StampYear

__all__ = [
    "CertificateIssued",  # fact
    "CertificateRevoked",  # fact
    "CertificateView",
    "CreditDeposited",  # fact
    "CreditProposed",  # fact
    "DepositTakenBack",  # fact
    "FileVerdict",
    "Passport",
    "ProposalView",
    "PublicVerdict",
    "Stamp",
    "StampYear",
    "access_certificate",  # one certificate of a person the actor may see
    "access_proposal",
    "certificate_pdf",  # the certificate drawn as PDF/A-3, the signed credential attached
    "credential_text",  # the signed Open Badges 3.0 credential, byte for byte as issued
    "credits_text",  # 250 -> "2.5"
    "deposit_credit",  # one press: pay a proposal into the account on the ledger; safe to repeat
    "hours_text",
    "issue_certificate",  # sign a certificate for a completion; safe to repeat
    "make_signing_key",  # the key is made at first use; `xueqiao init` may make it earlier
    "passport_of",  # total from the ledger, stamps by year, pending proposals, certificates
    "propose_credit",  # what the rule gives for a completion, in words and with sources
    "revoke_certificate",  # staff, with a class of reason; the verify page says so at once
    "take_back_deposit",  # ten minutes to change one's mind
    "trusted_keys",  # the issuer keys of this region, for offline checks
    "verify_certificate",  # three answers only: valid, revoked, unknown
    "verify_file",  # offline: a JSON or PDF file and nothing else
]
