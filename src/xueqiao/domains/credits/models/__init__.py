"""Tables, by subject."""

from xueqiao.domains.credits.models.certificates import Certificate, SigningKey
from xueqiao.domains.credits.models.deposits import CreditAccount, CreditProposal

__all__ = ["Certificate", "CreditAccount", "CreditProposal", "SigningKey"]
