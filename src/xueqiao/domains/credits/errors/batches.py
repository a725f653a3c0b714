"""Why certificates are not issued or shown in bulk."""

from xueqiao.foundation.reasons import InvalidInput, NotFound, Refused


class BatchRunning(Refused):
    """这个中心正在批量出具证书，没有再开一批。请等这一批办完。"""

    code = "batch_running"


class NothingToIssue(Refused):
    """这个中心没有等着出具的证书，什么都没有办。"""

    code = "nothing_to_issue"


class BatchUnknown(NotFound):
    """没有找到这一批证书。请回到工作台重新打开。"""

    code = "batch_unknown"


class ShareUnknown(NotFound):
    """这个链接打不开：已经到期、已经停用，或者网址不完整。请向给您链接的人再要一个。"""

    code = "share_unknown"


class NothingToShare(InvalidInput):
    """请至少选一张有效的证书，链接没有生成。"""

    code = "nothing_to_share"


class ShareTooLong(InvalidInput):
    """链接最多有效 90 天，没有生成。请选短一些。"""

    code = "share_too_long"
