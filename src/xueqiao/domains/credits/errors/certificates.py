"""Why a certificate is not issued, found, drawn or revoked."""

from xueqiao.foundation.reasons import InvalidInput, NotFound, Refused


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
