"""What the credit bank can do: one verb per file."""

from xueqiao.domains.credits.actions.accept_claim import accept_claim
from xueqiao.domains.credits.actions.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.actions.advance_rule_set import advance_rule_set
from xueqiao.domains.credits.actions.announce_credit_expiry import announce_credit_expiry
from xueqiao.domains.credits.actions.appeal_claim import appeal_claim
from xueqiao.domains.credits.actions.ask_recognition_revocation import ask_recognition_revocation
from xueqiao.domains.credits.actions.ask_revocation import ask_revocation
from xueqiao.domains.credits.actions.book_claims import book_claims
from xueqiao.domains.credits.actions.claim_outcome import claim_outcome
from xueqiao.domains.credits.actions.confirm_conversion import confirm_conversion
from xueqiao.domains.credits.actions.count_bank_figures import count_bank_figures
from xueqiao.domains.credits.actions.deposit_credit import deposit_credit
from xueqiao.domains.credits.actions.deposit_trainees import deposit_trainees
from xueqiao.domains.credits.actions.draft_rule_set import draft_rule_set
from xueqiao.domains.credits.actions.end_agreement import end_agreement
from xueqiao.domains.credits.actions.end_share import end_share
from xueqiao.domains.credits.actions.expire_conversions import expire_conversions
from xueqiao.domains.credits.actions.expire_credits import expire_credits
from xueqiao.domains.credits.actions.fill_deficit import fill_deficit
from xueqiao.domains.credits.actions.issue_certificate import issue_certificate
from xueqiao.domains.credits.actions.issue_ordered_certificates import issue_ordered_certificates
from xueqiao.domains.credits.actions.judge_claim import judge_claim
from xueqiao.domains.credits.actions.lift_suspension import lift_suspension
from xueqiao.domains.credits.actions.make_signing_key import make_signing_key
from xueqiao.domains.credits.actions.order_certificates import order_certificates
from xueqiao.domains.credits.actions.print_worth import print_worth
from xueqiao.domains.credits.actions.propose_credit import propose_credit
from xueqiao.domains.credits.actions.prove_completion import prove_completion
from xueqiao.domains.credits.actions.publish_status_list import publish_status_list
from xueqiao.domains.credits.actions.publish_unit import publish_unit
from xueqiao.domains.credits.actions.record_quality_check import record_quality_check
from xueqiao.domains.credits.actions.refuse_conversion import refuse_conversion
from xueqiao.domains.credits.actions.refuse_recognition_revocation import refuse_recognition_revocation
from xueqiao.domains.credits.actions.refuse_revocation import refuse_revocation
from xueqiao.domains.credits.actions.reissue_certificate import reissue_certificate
from xueqiao.domains.credits.actions.release_conversion import release_conversion
from xueqiao.domains.credits.actions.report_stolen_key import report_stolen_key
from xueqiao.domains.credits.actions.reserve_conversion import reserve_conversion
from xueqiao.domains.credits.actions.restore_expired_credit import restore_expired_credit
from xueqiao.domains.credits.actions.reverse_conversion import reverse_conversion
from xueqiao.domains.credits.actions.revoke_certificate import revoke_certificate
from xueqiao.domains.credits.actions.revoke_recognition import revoke_recognition
from xueqiao.domains.credits.actions.rotate_signing_key import rotate_signing_key
from xueqiao.domains.credits.actions.seal_certificates import seal_certificates
from xueqiao.domains.credits.actions.settle_year import settle_year
from xueqiao.domains.credits.actions.share_certificates import share_certificates
from xueqiao.domains.credits.actions.sign_agreement import sign_agreement
from xueqiao.domains.credits.actions.sign_certificate import sign_certificate
from xueqiao.domains.credits.actions.suspend_agreement import suspend_agreement
from xueqiao.domains.credits.actions.suspend_certificate import suspend_certificate
from xueqiao.domains.credits.actions.take_back_deposit import take_back_deposit
from xueqiao.domains.credits.actions.take_status_place import take_status_place
from xueqiao.domains.credits.actions.tell_conversion import tell_conversion
from xueqiao.domains.credits.actions.withdraw_conversion import withdraw_conversion
from xueqiao.domains.credits.actions.write_statement import write_statement

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
    "withdraw_conversion",
    "write_statement",
]
