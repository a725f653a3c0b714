"""Tables, by subject."""

from xueqiao.domains.credits.models.agreements import Agreement, ClearingYear, RuleSetVersion
from xueqiao.domains.credits.models.batches import CertificateBatch
from xueqiao.domains.credits.models.certificates import Certificate, SigningKey
from xueqiao.domains.credits.models.conversions import Conversion, ConversionHold, ConversionUse
from xueqiao.domains.credits.models.corrections import CreditExpiry, RecognitionRevocation
from xueqiao.domains.credits.models.deposits import CreditAccount, CreditProposal
from xueqiao.domains.credits.models.figures import BankFigure
from xueqiao.domains.credits.models.framework import Claim, Evidence, Opinion, Outcome, RecognitionUnit
from xueqiao.domains.credits.models.shares import CertificateShare
from xueqiao.domains.credits.models.status_lists import PublishedList, StatusChange, StatusList, StatusPlace
from xueqiao.domains.credits.models.time_seals import SealedCertificate, TimeSeal
from xueqiao.domains.credits.models.trainees import QualityCheck, TraineeDeposit

__all__ = [
    "Agreement",
    "BankFigure",
    "Certificate",
    "CertificateBatch",
    "CertificateShare",
    "Claim",
    "ClearingYear",
    "Conversion",
    "ConversionHold",
    "ConversionUse",
    "CreditAccount",
    "CreditExpiry",
    "CreditProposal",
    "Evidence",
    "Opinion",
    "Outcome",
    "PublishedList",
    "QualityCheck",
    "RecognitionRevocation",
    "RecognitionUnit",
    "RuleSetVersion",
    "SealedCertificate",
    "SigningKey",
    "StatusChange",
    "StatusList",
    "StatusPlace",
    "TimeSeal",
    "TraineeDeposit",
]
