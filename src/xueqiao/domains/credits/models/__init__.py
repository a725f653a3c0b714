"""Tables, by subject."""

from xueqiao.domains.credits.models.certificates import Certificate, SigningKey
from xueqiao.domains.credits.models.deposits import CreditAccount, CreditProposal
from xueqiao.domains.credits.models.status_lists import PublishedList, StatusChange, StatusList, StatusPlace
from xueqiao.domains.credits.models.time_seals import SealedCertificate, TimeSeal

__all__ = [
    "Certificate",
    "CreditAccount",
    "CreditProposal",
    "PublishedList",
    "SealedCertificate",
    "SigningKey",
    "StatusChange",
    "StatusList",
    "StatusPlace",
    "TimeSeal",
]
