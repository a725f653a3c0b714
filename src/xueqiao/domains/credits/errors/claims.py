"""Why a claim or a step on it is refused."""

from xueqiao.foundation.reasons import InvalidInput, NotAllowed, NotFound, Refused


class ClaimUnknown(NotFound):
    """没有找到这份认定申请，什么都没有改动。请回到“学分护照”重新选择。"""

    code = "claim_unknown"


class IssuerUnknown(InvalidInput):
    """没有登记过出具单位“{name}”，申请没有交上。请从列表里选出具单位；列表里没有的，不选，只写名称。"""

    code = "issuer_unknown"


class PaperNeeded(InvalidInput):
    """没有收到证明，申请没有交上。请拍一张证书或证明的照片。"""

    code = "paper_needed"


class PaperNotReadable(InvalidInput):
    """“{name}”打不开，申请没有交上。请用 JPG、PNG 或 PDF，每份不超过 2 MB，最多 3 份。"""

    code = "paper_not_readable"


class PaperUsedBefore(Refused):
    """这份证明已经交过一次，申请没有交上。如果是您本人交的，请到“学分护照”查看进度；如有疑问请联系就近社区教育中心。"""

    code = "paper_used_before"


class WorkClaimedBefore(Refused):
    """这件作品的奖项已经有人申请，申请没有交上。合作作品请到就近社区教育中心办理。"""

    code = "work_claimed_before"


class ClaimNotAtThisStep(Refused):
    """这份申请现在不在这一步，什么都没有改动。请刷新页面看最新状态。"""

    code = "claim_not_at_this_step"


class OwnInstitution(NotAllowed):
    """这项成果是您所在单位出具的，您不能评审，什么都没有改动。请交给其他单位的评审。"""

    code = "own_institution"


class OwnClaim(NotAllowed):
    """这是您本人或家人的申请，您不能评审，什么都没有改动。请交给其他评审。"""

    code = "own_claim"


class JudgedAlready(Refused):
    """您已经对这份申请发表过意见，什么都没有改动。申诉要由没有参与过的评审决定。"""

    code = "judged_already"


class SecondPersonNeeded(InvalidInput):
    """核对原件要两名工作人员，什么都没有改动。请填上另一名在场工作人员。"""

    code = "second_person_needed"


class NotWorthAnything(Refused):
    """按规则折算不出学分，不能认定，什么都没有改动：{why} 请补上缺的材料再评，或者写明理由，不予认定。"""

    code = "not_worth_anything"


class AppealOver(Refused):
    """申诉期已经过了，没有提交。确有新的证明，请重新申请。"""

    code = "appeal_over"
