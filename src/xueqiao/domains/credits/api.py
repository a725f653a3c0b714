"""The door of credits: proposals by rule, deposits on the ledger, the passport, certificates and their verification."""

from xueqiao.domains.credits.actions import (
    ask_revocation,
    deposit_credit,
    issue_certificate,
    lift_suspension,
    make_signing_key,
    propose_credit,
    publish_status_list,
    refuse_revocation,
    reissue_certificate,
    report_stolen_key,
    revoke_certificate,
    rotate_signing_key,
    seal_certificates,
    suspend_certificate,
    take_back_deposit,
)
from xueqiao.domains.credits.events import (
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    CertificateSuspended,
    CreditDeposited,
    CreditProposed,
    DepositTakenBack,
    SigningKeyStolen,
    SuspensionLifted,
)
from xueqiao.domains.credits.queries.certificates import (
    access_certificate,
    certificate_pdf,
    credential_text,
    credential_token,
    trusted_keys,
    verify_certificate,
)
from xueqiao.domains.credits.queries.deposits import access_proposal
from xueqiao.domains.credits.queries.keys import (
    published_keys,
    signing_keys,
    time_heads,
    time_receipt,
    verify_time_log,
)
from xueqiao.domains.credits.queries.passports import passport_of
from xueqiao.domains.credits.queries.standing import (
    access_certificate_by_code,
    access_revocations_asked,
    access_suspended,
)
from xueqiao.domains.credits.signing.file_check import verify_file
from xueqiao.domains.credits.signing.trust import BadTrust, Trust, checked_list, trust_from
from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.domains.credits.values.certificates import CertificateView, FileVerdict, PublicVerdict
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.domains.credits.values.passports import Passport, Stamp, StampYear
from xueqiao.domains.credits.values.standing import HeadView, KeyView, LogVerdict, StatusChangeView

__all__ = [
    "BadTrust",
    "CertificateIssued",  # fact
    "CertificateReissued",  # fact
    "CertificateRevoked",  # fact
    "CertificateSuspended",  # fact
    "CertificateView",
    "CreditDeposited",  # fact
    "CreditProposed",  # fact
    "DepositTakenBack",  # fact
    "FileVerdict",
    "HeadView",
    "KeyView",
    "LogVerdict",
    "Passport",
    "ProposalView",
    "PublicVerdict",
    "SigningKeyStolen",  # fact
    "Stamp",
    "StampYear",
    "StatusChangeView",
    "SuspensionLifted",  # fact
    "Trust",  # what an offline check leans on
    "access_certificate",  # one certificate of a person the actor may see
    "access_certificate_by_code",  # a certificate of the staff's units with what was done to it
    "access_proposal",
    "access_revocations_asked",  # requests to revoke that wait in the staff's units
    "access_suspended",
    "ask_revocation",  # staff ask that a certificate be revoked
    "certificate_pdf",  # the certificate drawn as PDF/A-3, the signed credential attached
    "checked_list",  # a status list, its signature checked
    "credential_text",  # the signed Open Badges 3.0 credential, byte for byte as issued
    "credential_token",  # the certificate as vc+jwt
    "credits_text",  # 250 -> "2.5"
    "deposit_credit",  # one press: pay a proposal into the account on the ledger; safe to repeat
    "hours_text",
    "issue_certificate",  # sign a certificate for a completion; safe to repeat
    "lift_suspension",  # staff give a suspended certificate back its standing
    "make_signing_key",  # the key is made at first use; `xueqiao init` may make it earlier
    "passport_of",  # total from the ledger, stamps by year, pending proposals, certificates
    "propose_credit",  # what the rule gives for a completion, in words and with sources
    "publish_status_list",  # the signed list of what is revoked or suspended, for anybody
    "published_keys",  # keys and heads as one file, for offline checks
    "refuse_revocation",  # the second officer keeps the certificate
    "reissue_certificate",  # after a change of name; the old one leads to the new
    "report_stolen_key",  # since when a key is in other hands; what is not proven to be older fails
    "revoke_certificate",  # staff, with a class of reason; the verify page says so at once
    "rotate_signing_key",  # retire the key in use and sign with a new one
    "seal_certificates",  # enter new certificates in the log that proves when they were signed
    "signing_keys",  # every key, newest first
    "suspend_certificate",  # staff suspend a certificate while something is looked into
    "take_back_deposit",  # ten minutes to change one's mind
    "time_heads",  # the published heads of the time log
    "time_receipt",  # that a certificate stood under a head; anybody with its code may ask
    "trust_from",  # a file of keys, read
    "trusted_keys",  # the issuer keys of this region, for offline checks
    "verify_certificate",  # three answers only: valid, revoked, unknown
    "verify_file",  # offline: a JSON or PDF file and nothing else
    "verify_time_log",  # recompute every head
]
