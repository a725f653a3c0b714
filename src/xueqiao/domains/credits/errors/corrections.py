"""Why recognised credit does not expire, is not restored or not revoked."""

from xueqiao.foundation.reasons import NotAllowed, NotFound, Refused


class ExpiryUnknown(NotFound):
    """没有找到这笔到期的学分，什么都没有改动。请从列表里重新打开。"""

    code = "expiry_unknown"


class RecognitionUnknown(NotFound):
    """没有找到这笔认定，什么都没有改动。请核对编号。"""

    code = "recognition_unknown"


class RevocationUnknown(NotFound):
    """没有找到这份撤销申请，什么都没有改动。请从列表里重新打开。"""

    code = "recognition_revocation_unknown"


class OwnCredit(NotAllowed):
    """这是您本人或家人的学分，您不能办理，什么都没有改动。请交给其他同事。"""

    code = "own_credit"


class NothingToRevoke(Refused):
    """这笔学分没有存入，没有可撤销的，什么都没有改动。"""

    code = "nothing_to_revoke"


class AnotherMustRevoke(NotAllowed):
    """撤销认定要两个人：提出的人不能自己批准，什么都没有改动。请另一位有权限的同事来批准。"""

    code = "another_must_revoke"


class RevocationAsked(Refused):
    """这笔认定已经有一份撤销申请，或者已经撤销，没有重复提出。"""

    code = "recognition_revocation_asked"


class RevocationDecided(Refused):
    """这份撤销申请已经有人办过，没有再次改动。请刷新页面看结果。"""

    code = "recognition_revocation_decided"
