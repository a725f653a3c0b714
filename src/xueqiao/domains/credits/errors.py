"""The reasons of credits."""

from xueqiao.foundation.reasons import InvalidInput, NotAllowed, NotFound, Refused


class ProposalUnknown(NotFound):
    """没有找到这笔待存入的学分。请回到“学分护照”重新选择。"""

    code = "proposal_unknown"


class NothingToDeposit(Refused):
    """这次折算不足 0.5 学分，没有可存入的。学时已经留存，下次一起折算。"""

    code = "nothing_to_deposit"


class AccountFrozen(Refused):
    """这个学分账户已冻结，没有存入。请带身份证件到就近社区教育中心核实。"""

    code = "account_frozen"


class NotYours(NotAllowed):
    """这份学习记录不是您的，也没有授权您代办，什么都没有改动。请先在“我的家人”里办理代办。"""

    code = "not_yours"


class CertificateUnknown(NotFound):
    """没有找到这张证书。请核对证书编号，或回到“学分护照”重新打开。"""

    code = "certificate_unknown"


class CompletionUnknown(NotFound):
    """没有找到这条结业记录，证书没有出具。请回到“学分护照”重新选择。"""

    code = "completion_unknown"


class AlreadyRevoked(Refused):
    """这张证书已经撤销过，没有再次改动。"""

    code = "already_revoked"


class UnknownRevokeReason(InvalidInput):
    """撤销原因只能从列表里选，证书没有撤销。请选好原因再办。"""

    code = "unknown_revoke_reason"


class CharacterCannotBePrinted(Refused):
    """证书字库里没有“{characters}”这个字，PDF 没有生成。电子凭证照常有效，请联系本中心手工补字。"""

    code = "character_cannot_be_printed"


class SealCannotBeOpened(Refused):
    """签名密钥打不开，证书没有签发。请运维人员检查服务器密钥是否换过。"""

    code = "seal_cannot_be_opened"
    status = 503


class ContextNotShipped(Refused):
    """凭证引用了系统没有收录的定义，无法核验：{address}"""

    code = "context_not_shipped"
    status = 422


class UndoOver(Refused):
    """存入已经超过 10 分钟，不能再撤回，什么都没有改动。确有错误，请联系就近社区教育中心。"""

    code = "undo_over"
