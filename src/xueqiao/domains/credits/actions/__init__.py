"""What the credit bank can do: one verb per file."""

from xueqiao.domains.credits.actions.deposit_credit import deposit_credit
from xueqiao.domains.credits.actions.issue_certificate import issue_certificate
from xueqiao.domains.credits.actions.make_signing_key import make_signing_key
from xueqiao.domains.credits.actions.propose_credit import propose_credit
from xueqiao.domains.credits.actions.revoke_certificate import revoke_certificate
from xueqiao.domains.credits.actions.take_back_deposit import take_back_deposit

__all__ = [
    "deposit_credit",
    "issue_certificate",
    "make_signing_key",
    "propose_credit",
    "revoke_certificate",
    "take_back_deposit",
]
