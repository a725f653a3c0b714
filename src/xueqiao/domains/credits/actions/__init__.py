"""What the credit bank can do: one verb per file."""

from xueqiao.domains.credits.actions.accounts.announce_credit_expiry import announce_credit_expiry
from xueqiao.domains.credits.actions.accounts.count_bank_figures import count_bank_figures
from xueqiao.domains.credits.actions.accounts.deposit_credit import deposit_credit
from xueqiao.domains.credits.actions.accounts.expire_credits import expire_credits
from xueqiao.domains.credits.actions.accounts.fill_deficit import fill_deficit
from xueqiao.domains.credits.actions.accounts.print_worth import print_worth
from xueqiao.domains.credits.actions.accounts.propose_credit import propose_credit
from xueqiao.domains.credits.actions.accounts.restore_expired_credit import restore_expired_credit
from xueqiao.domains.credits.actions.accounts.take_back_deposit import take_back_deposit
from xueqiao.domains.credits.actions.agreements.deposit_trainees import deposit_trainees
from xueqiao.domains.credits.actions.agreements.end_agreement import end_agreement
from xueqiao.domains.credits.actions.agreements.record_quality_check import record_quality_check
from xueqiao.domains.credits.actions.agreements.sign_agreement import sign_agreement
from xueqiao.domains.credits.actions.agreements.suspend_agreement import suspend_agreement
from xueqiao.domains.credits.actions.agreements.tell_trainees import tell_trainees
from xueqiao.domains.credits.actions.certificates.ask_revocation import ask_revocation
from xueqiao.domains.credits.actions.certificates.end_share import end_share
from xueqiao.domains.credits.actions.certificates.issue_certificate import issue_certificate
from xueqiao.domains.credits.actions.certificates.issue_ordered_certificates import issue_ordered_certificates
from xueqiao.domains.credits.actions.certificates.lift_suspension import lift_suspension
from xueqiao.domains.credits.actions.certificates.order_certificates import order_certificates
from xueqiao.domains.credits.actions.certificates.prove_completion import prove_completion
from xueqiao.domains.credits.actions.certificates.publish_status_list import publish_status_list
from xueqiao.domains.credits.actions.certificates.refuse_revocation import refuse_revocation
from xueqiao.domains.credits.actions.certificates.reissue_certificate import reissue_certificate
from xueqiao.domains.credits.actions.certificates.revoke_certificate import revoke_certificate
from xueqiao.domains.credits.actions.certificates.share_certificates import share_certificates
from xueqiao.domains.credits.actions.certificates.sign_certificate import sign_certificate
from xueqiao.domains.credits.actions.certificates.suspend_certificate import suspend_certificate
from xueqiao.domains.credits.actions.certificates.take_status_place import take_status_place
from xueqiao.domains.credits.actions.certificates.write_statement import write_statement
from xueqiao.domains.credits.actions.claims.accept_claim import accept_claim
from xueqiao.domains.credits.actions.claims.appeal_claim import appeal_claim
from xueqiao.domains.credits.actions.claims.ask_recognition_revocation import ask_recognition_revocation
from xueqiao.domains.credits.actions.claims.claim_outcome import claim_outcome
from xueqiao.domains.credits.actions.claims.judge_claim import judge_claim
from xueqiao.domains.credits.actions.claims.publish_unit import publish_unit
from xueqiao.domains.credits.actions.claims.refuse_recognition_revocation import refuse_recognition_revocation
from xueqiao.domains.credits.actions.claims.revoke_recognition import revoke_recognition
from xueqiao.domains.credits.actions.claims.tell_revocation import tell_revocation
from xueqiao.domains.credits.actions.conversions.book_claims import book_claims
from xueqiao.domains.credits.actions.conversions.confirm_conversion import confirm_conversion
from xueqiao.domains.credits.actions.conversions.expire_conversions import expire_conversions
from xueqiao.domains.credits.actions.conversions.refuse_conversion import refuse_conversion
from xueqiao.domains.credits.actions.conversions.release_conversion import release_conversion
from xueqiao.domains.credits.actions.conversions.reserve_conversion import reserve_conversion
from xueqiao.domains.credits.actions.conversions.reverse_conversion import reverse_conversion
from xueqiao.domains.credits.actions.conversions.settle_year import settle_year
from xueqiao.domains.credits.actions.conversions.tell_conversion import tell_conversion
from xueqiao.domains.credits.actions.conversions.withdraw_conversion import withdraw_conversion
from xueqiao.domains.credits.actions.rulesets.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.actions.rulesets.advance_rule_set import advance_rule_set
from xueqiao.domains.credits.actions.rulesets.draft_rule_set import draft_rule_set
from xueqiao.domains.credits.actions.signing.make_signing_key import make_signing_key
from xueqiao.domains.credits.actions.signing.report_stolen_key import report_stolen_key
from xueqiao.domains.credits.actions.signing.rotate_signing_key import rotate_signing_key
from xueqiao.domains.credits.actions.signing.seal_certificates import seal_certificates

__all__ = [
    "accept_claim",
    "adopt_shipped_rules",
    "advance_rule_set",
    "announce_credit_expiry",
    "appeal_claim",
    "ask_recognition_revocation",
    "ask_revocation",
    "book_claims",
    "claim_outcome",
    "confirm_conversion",
    "count_bank_figures",
    "deposit_credit",
    "deposit_trainees",
    "draft_rule_set",
    "end_agreement",
    "end_share",
    "expire_conversions",
    "expire_credits",
    "fill_deficit",
    "issue_certificate",
    "issue_ordered_certificates",
    "judge_claim",
    "lift_suspension",
    "make_signing_key",
    "order_certificates",
    "print_worth",
    "propose_credit",
    "prove_completion",
    "publish_status_list",
    "publish_unit",
    "record_quality_check",
    "refuse_conversion",
    "refuse_recognition_revocation",
    "refuse_revocation",
    "reissue_certificate",
    "release_conversion",
    "report_stolen_key",
    "reserve_conversion",
    "restore_expired_credit",
    "reverse_conversion",
    "revoke_certificate",
    "revoke_recognition",
    "rotate_signing_key",
    "seal_certificates",
    "settle_year",
    "share_certificates",
    "sign_agreement",
    "sign_certificate",
    "suspend_agreement",
    "suspend_certificate",
    "take_back_deposit",
    "take_status_place",
    "tell_conversion",
    "tell_revocation",
    "tell_trainees",
    "withdraw_conversion",
    "write_statement",
]
