"""What the credit bank can do: one verb per file."""

from xueqiao.domains.credits.actions.ask_revocation import ask_revocation
from xueqiao.domains.credits.actions.deposit_credit import deposit_credit
from xueqiao.domains.credits.actions.issue_certificate import issue_certificate
from xueqiao.domains.credits.actions.lift_suspension import lift_suspension
from xueqiao.domains.credits.actions.make_signing_key import make_signing_key
from xueqiao.domains.credits.actions.propose_credit import propose_credit
from xueqiao.domains.credits.actions.publish_status_list import publish_status_list
from xueqiao.domains.credits.actions.refuse_revocation import refuse_revocation
from xueqiao.domains.credits.actions.reissue_certificate import reissue_certificate
from xueqiao.domains.credits.actions.report_stolen_key import report_stolen_key
from xueqiao.domains.credits.actions.revoke_certificate import revoke_certificate
from xueqiao.domains.credits.actions.rotate_signing_key import rotate_signing_key
from xueqiao.domains.credits.actions.seal_certificates import seal_certificates
from xueqiao.domains.credits.actions.sign_certificate import sign_certificate
from xueqiao.domains.credits.actions.suspend_certificate import suspend_certificate
from xueqiao.domains.credits.actions.take_back_deposit import take_back_deposit
from xueqiao.domains.credits.actions.take_status_place import take_status_place

__all__ = [
    "ask_revocation",
    "deposit_credit",
    "issue_certificate",
    "lift_suspension",
    "make_signing_key",
    "propose_credit",
    "publish_status_list",
    "refuse_revocation",
    "reissue_certificate",
    "report_stolen_key",
    "revoke_certificate",
    "rotate_signing_key",
    "seal_certificates",
    "sign_certificate",
    "suspend_certificate",
    "take_back_deposit",
    "take_status_place",
]
