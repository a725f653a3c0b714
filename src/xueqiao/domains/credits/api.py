"""The door of credits: proposals by rule, deposits on the ledger, the passport, certificates and their verification."""

from xueqiao.domains.credits.actions import (
    accept_claim,
    adopt_shipped_rules,
    advance_rule_set,
    announce_credit_expiry,
    appeal_claim,
    ask_recognition_revocation,
    ask_revocation,
    claim_outcome,
    confirm_conversion,
    count_bank_figures,
    deposit_credit,
    deposit_trainees,
    draft_rule_set,
    end_agreement,
    end_share,
    expire_conversions,
    expire_credits,
    issue_certificate,
    issue_ordered_certificates,
    judge_claim,
    lift_suspension,
    make_signing_key,
    order_certificates,
    print_worth,
    propose_credit,
    prove_completion,
    publish_status_list,
    publish_unit,
    record_quality_check,
    refuse_conversion,
    refuse_recognition_revocation,
    refuse_revocation,
    reissue_certificate,
    report_stolen_key,
    reserve_conversion,
    restore_expired_credit,
    reverse_conversion,
    revoke_certificate,
    revoke_recognition,
    rotate_signing_key,
    seal_certificates,
    settle_year,
    share_certificates,
    sign_agreement,
    suspend_agreement,
    suspend_certificate,
    take_back_deposit,
    withdraw_conversion,
    write_statement,
)
from xueqiao.domains.credits.errors.conversions import ProgrammeUnknown
from xueqiao.domains.credits.errors.rulesets import Problem, RuleFileWrong
from xueqiao.domains.credits.events import (
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    CertificateSuspended,
    ClaimDecided,
    ConversionConfirmed,
    ConversionReversed,
    CreditDeposited,
    CreditProposed,
    DepositTakenBack,
    OutcomeClaimed,
    RecognitionRevoked,
    RuleSetMoved,
    SigningKeyStolen,
    SuspensionLifted,
)
from xueqiao.domains.credits.queries.agreements import (
    READING_ROLES,
    SIGNING_ROLES,
    access_agreement,
    access_agreements,
    access_sample,
)
from xueqiao.domains.credits.queries.balances import access_balances
from xueqiao.domains.credits.queries.batches import (
    access_batch,
    access_batches,
    access_shares,
    shared_certificates,
    waiting_completions,
)
from xueqiao.domains.credits.queries.certificates import (
    access_certificate,
    certificate_pdf,
    credential_text,
    credential_token,
    trusted_keys,
    verify_certificate,
)
from xueqiao.domains.credits.queries.claims import (
    access_claim,
    access_claims_of,
    access_claims_waiting,
    access_evidence,
)
from xueqiao.domains.credits.queries.clearing import (
    access_clearing_parties,
    access_clearing_statement,
    clearing_closes,
    statement_csv,
)
from xueqiao.domains.credits.queries.conversions import (
    access_conversion,
    access_conversions_confirmed,
    access_conversions_of,
    access_conversions_waiting,
    conversion_plan,
)
from xueqiao.domains.credits.queries.corrections import (
    access_expiries_of,
    access_recognition_revocations,
    access_recognitions_of,
)
from xueqiao.domains.credits.queries.deposits import access_proposal
from xueqiao.domains.credits.queries.figures import bank_figures
from xueqiao.domains.credits.queries.keys import (
    published_keys,
    signing_keys,
    time_heads,
    time_receipt,
    verify_time_log,
)
from xueqiao.domains.credits.queries.passports import passport_of
from xueqiao.domains.credits.queries.recognitions import replay_recognitions, what_if
from xueqiao.domains.credits.queries.rulesets import (
    clauses_of_version,
    get_rule_version,
    programme_titles,
    rule_sets_in_reach,
    rule_steps,
    rule_versions,
)
from xueqiao.domains.credits.queries.standing import (
    access_certificate_by_code,
    access_revocations_asked,
    access_suspended,
    published_lists,
)
from xueqiao.domains.credits.queries.trainees import (
    access_agreement_to_deposit,
    access_agreements_to_deposit,
    access_checked_trainees,
)
from xueqiao.domains.credits.queries.worths import worth_everywhere
from xueqiao.domains.credits.rules.agreements import agreement_covers, sample_of
from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.rules.ruledrafts import changes, marked_lines, next_draft
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.rules.rulewords import clauses_of
from xueqiao.domains.credits.rules.trainees import HEADINGS as TRAINEE_HEADINGS
from xueqiao.domains.credits.rules.trainees import LINES_MAX as TRAINEE_LINES_MAX
from xueqiao.domains.credits.rules.trainees import NEEDED as TRAINEE_NEEDED
from xueqiao.domains.credits.rulesets import shipped_names, shipped_text
from xueqiao.domains.credits.signing.exchange import (
    NotIssuable,
    credential_errors,
    presentation_errors,
    sign_for_suite,
)
from xueqiao.domains.credits.signing.file_check import verify_file
from xueqiao.domains.credits.signing.sd_jwt import HOURS_STEPS
from xueqiao.domains.credits.signing.trust import BadTrust, Trust, checked_list, trust_from
from xueqiao.domains.credits.simulator import shortest_way, simulate
from xueqiao.domains.credits.values.agreements import (
    ENTERPRISE_MEMBER,
    AgreementTerms,
    AgreementUse,
    AgreementView,
    CheckedTrainee,
    Deposited,
    LineProblem,
    SampleLine,
    TraineeLine,
)
from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.domains.credits.values.batches import BatchView, SharedCertificates, ShareView
from xueqiao.domains.credits.values.certificates import CertificateView, FileVerdict, PublicVerdict
from xueqiao.domains.credits.values.claims import ClaimedOutcome, ClaimView, Paper
from xueqiao.domains.credits.values.clearing import ClearingLine, ClearingStatement, Counterpart, Settlement
from xueqiao.domains.credits.values.conversions import (
    CONVERSION_STATES,
    ConversionPlan,
    ConversionView,
    Receiver,
    UnitBalance,
    UseView,
)
from xueqiao.domains.credits.values.corrections import ExpiryView, RecognitionView, RevocationView
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.domains.credits.values.figures import BankCounts, BankFigures
from xueqiao.domains.credits.values.passports import Passport, Stamp, StampYear
from xueqiao.domains.credits.values.rulesets import OUTCOME_TYPES, OutcomeFacts, RuleSet
from xueqiao.domains.credits.values.ruleversions import Example, Replayed, RuleVersionView, Touched, WhatIf
from xueqiao.domains.credits.values.simulations import Offer, Simulated, Way
from xueqiao.domains.credits.values.standing import HeadView, KeyView, LogVerdict, StatusChangeView
from xueqiao.domains.credits.values.worths import ProgrammeWorth

__all__ = [
    "CONVERSION_STATES",  # codes and names
    "ENTERPRISE_MEMBER",  # the duty of who acts for an enterprise at its institution
    "HOURS_STEPS",
    "OUTCOME_TYPES",  # codes and names of the kinds of outcome
    "READING_ROLES",  # staff who see the agreements of their institution or range
    "SIGNING_ROLES",  # staff who sign, suspend and check
    "TRAINEE_HEADINGS",  # columns of a list of trainees
    "TRAINEE_LINES_MAX",
    "TRAINEE_NEEDED",
    "AgreementTerms",
    "AgreementUse",
    "AgreementView",
    "BadTrust",
    "BankCounts",
    "BankFigures",
    "BatchView",
    "CertificateIssued",  # fact
    "CertificateReissued",  # fact
    "CertificateRevoked",  # fact
    "CertificateSuspended",  # fact
    "CertificateView",
    "CheckedTrainee",
    "ClaimDecided",  # fact
    "ClaimView",
    "ClaimedOutcome",
    "ClearingLine",
    "ClearingStatement",
    "ConversionConfirmed",  # fact
    "ConversionPlan",
    "ConversionReversed",  # fact
    "ConversionView",
    "Counterpart",
    "CreditDeposited",  # fact
    "CreditProposed",  # fact
    "DepositTakenBack",  # fact
    "Deposited",
    "Example",  # the person a changed rule would touch most, without her name
    "ExpiryView",
    "FileVerdict",
    "HeadView",
    "KeyView",
    "LineProblem",
    "LogVerdict",
    "NotIssuable",
    "Offer",
    "OutcomeClaimed",  # fact
    "OutcomeFacts",
    "Paper",
    "Passport",
    "Problem",
    "ProgrammeUnknown",  # no such programme at a home
    "ProgrammeWorth",
    "ProposalView",
    "PublicVerdict",
    "Receiver",
    "RecognitionRevoked",  # fact
    "RecognitionView",
    "Replayed",
    "RevocationView",
    "RuleFileWrong",  # every mistake with line, field and cure
    "RuleSet",
    "RuleSetMoved",  # fact
    "RuleVersionView",
    "SampleLine",
    "Settlement",
    "ShareView",
    "SharedCertificates",
    "SigningKeyStolen",  # fact
    "Simulated",
    "Stamp",
    "StampYear",
    "StatusChangeView",
    "SuspensionLifted",  # fact
    "Touched",
    "TraineeLine",
    "Trust",  # what an offline check leans on
    "UnitBalance",
    "UseView",
    "Way",
    "WhatIf",
    "accept_claim",  # the papers were checked; the time for a decision begins
    "access_agreement",
    "access_agreement_to_deposit",
    "access_agreements",  # of the actor's institution or range
    "access_agreements_to_deposit",  # under which the actor may hand in trainees
    "access_balances",  # what there is in each kind of credit
    "access_batch",
    "access_batches",
    "access_certificate",  # one certificate of a person the actor may see
    "access_certificate_by_code",  # a certificate of the staff's units with what was done to it
    "access_checked_trainees",  # the dry run of a list of trainees
    "access_claim",
    "access_claims_of",
    "access_claims_waiting",  # the reviewers' desk
    "access_clearing_parties",  # whose statements the actor may read
    "access_clearing_statement",  # a month of claims of an institution
    "access_conversion",
    "access_conversions_confirmed",  # what a school took lately
    "access_conversions_of",
    "access_conversions_waiting",  # the desk of a school
    "access_evidence",
    "access_expiries_of",  # what ends or ended of a person's credit
    "access_proposal",
    "access_recognition_revocations",  # requests to revoke recognised credit
    "access_recognitions_of",  # what was credited to a person, for officers
    "access_revocations_asked",  # requests to revoke that wait in the staff's units
    "access_sample",  # what was drawn for a year's quality check
    "access_shares",  # links that still open
    "access_suspended",
    "adopt_shipped_rules",  # the shipped rule sets become versions decisions can cite; safe to repeat
    "advance_rule_set",  # reviewed, filed by another person, in force, suspended, expired
    "agreement_covers",  # None, or the exact reason why not; pure
    "announce_credit_expiry",  # in time, each once
    "appeal_claim",  # once, to reviewers who have not spoken
    "ask_recognition_revocation",  # staff ask that recognised credit be revoked
    "ask_revocation",  # staff ask that a certificate be revoked
    "bank_figures",  # what anybody may see of accounts, recognition, conversion and time to decide
    "certificate_pdf",  # the certificate drawn as PDF/A-3, the signed credential attached
    "changes",  # what became of a text, line by line
    "checked_list",  # a status list, its signature checked
    "claim_outcome",  # an outcome from elsewhere with its papers
    "clauses_of",  # a rule set in sentences, each section beside its lines
    "clauses_of_version",
    "clearing_closes",  # what A claims from B is what B owes A, for all
    "confirm_conversion",  # the school takes the credit; the hold is final
    "conversion_plan",  # the best use in one programme now, with its explanation and the schools that take it
    "count_bank_figures",  # the public figures, every night
    "credential_errors",  # of any credential, for outside test suites
    "credential_text",  # the signed Open Badges 3.0 credential, byte for byte as issued
    "credential_token",  # the certificate as vc+jwt
    "credits_text",  # 250 -> "2.5"
    "deposit_credit",  # one press: pay a proposal into the account on the ledger; safe to repeat
    "deposit_trainees",  # every good line of a list, decided by rule; safe to repeat
    "draft_rule_set",  # a rule file, word for word
    "end_agreement",  # for good; only what is new stops
    "end_share",  # before its time
    "evaluate",  # outcomes and a rule set -> the amount and the whole explanation; pure
    "expire_conversions",  # what a school did not answer in time goes back
    "expire_credits",  # what was announced, on its day
    "get_rule_version",
    "hours_text",
    "issue_certificate",  # sign a certificate for a completion; safe to repeat
    "issue_ordered_certificates",  # the next fifty of an order
    "judge_claim",  # an opinion; the last one decides and posts
    "lift_suspension",  # staff give a suspended certificate back its standing
    "make_signing_key",  # the key is made at first use; `xueqiao init` may make it earlier
    "marked_lines",  # the lines around each mistake of a rule file
    "next_draft",  # a text as the beginning of another version
    "order_certificates",  # everybody of a centre who completed and has none yet
    "passport_of",  # total from the ledger, stamps by year, pending proposals, certificates
    "presentation_errors",
    "print_worth",  # one page in large type for a person at the counter
    "programme_titles",  # what programmes are called, by their codes
    "propose_credit",  # what the rule gives for a completion, in words and with sources
    "prove_completion",  # show chosen claims and hide all others
    "publish_status_list",  # the signed list of what is revoked or suspended, for anybody
    "publish_unit",  # a version of a recognition unit
    "published_keys",  # keys and heads as one file, for offline checks
    "published_lists",  # every list, for the page that checks offline
    "read_rule_file",  # text -> RuleSet, or RuleFileWrong
    "record_quality_check",  # what the second look at a drawn outcome found
    "refuse_conversion",  # with a reason; the credit is free again
    "refuse_recognition_revocation",  # the second officer keeps the credit
    "refuse_revocation",  # the second officer keeps the certificate
    "reissue_certificate",  # after a change of name; the old one leads to the new
    "replay_recognitions",  # history under the rules of the day gives the same balances
    "report_stolen_key",  # since when a key is in other hands; what is not proven to be older fails
    "reserve_conversion",  # hold credit for a programme; the same uuid again is the same deed
    "restore_expired_credit",  # an officer gives it back, for good
    "reverse_conversion",  # a confirmed one goes back by new transfers
    "revoke_certificate",  # staff, with a class of reason; the verify page says so at once
    "revoke_recognition",  # back to the issuer; what was spent becomes a deficit
    "rotate_signing_key",  # retire the key in use and sign with a new one
    "rule_sets_in_reach",  # what applies at a place on a day
    "rule_steps",  # what a version may do next, and what stands in the way
    "rule_versions",
    "sample_of",  # which outcomes of a year are looked at again; pure
    "seal_certificates",  # enter new certificates in the log that proves when they were signed
    "settle_year",  # pay a year's claims between institutions; the same bytes again
    "share_certificates",  # a link for some days
    "shared_certificates",  # what a link shows, to anybody
    "shipped_names",
    "shipped_text",
    "shortest_way",  # the offers that complete a programme in the least time
    "sign_agreement",  # one direction of a mutual recognition agreement
    "sign_for_suite",  # any credential, with a key nobody trusts, for outside test suites
    "signing_keys",  # every key, newest first
    "simulate",  # the best legal use in every programme, with its proof; pure
    "statement_csv",
    "suspend_agreement",  # stops new conversions only
    "suspend_certificate",  # staff suspend a certificate while something is looked into
    "take_back_deposit",  # ten minutes to change one's mind
    "time_heads",  # the published heads of the time log
    "time_receipt",  # that a certificate stood under a head; anybody with its code may ask
    "trust_from",  # a file of keys, read
    "trusted_keys",  # the issuer keys of this region, for offline checks
    "verify_certificate",  # three answers only: valid, revoked, unknown
    "verify_file",  # offline: a JSON or PDF file and nothing else
    "verify_time_log",  # recompute every head
    "waiting_completions",  # how many of a centre have no certificate
    "what_if",  # whom another text of a rule would touch
    "withdraw_conversion",  # before the school has answered
    "worth_everywhere",  # what a person's outcomes are worth in every programme in reach, and the next classes
    "write_statement",  # every certificate in force, in one signed document
]
