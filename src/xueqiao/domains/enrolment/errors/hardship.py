"""Why a request for money in hardship is refused. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class NothingToAskFor(Refused):
    """这个班现在没有可以申请退的钱：没有交过费，或者课已经上完。有疑问请打主办单位的电话。"""

    code = "nothing_to_ask_for"


class ProofNeeded(Refused):
    """要附上证明才能申请，例如诊断书、死亡证明、迁居证明的照片。请选好文件再提交，您填的内容还在。"""

    code = "proof_needed"
    status = 422


class ProofNotReadable(Refused):
    """证明要是 JPG、PNG 照片或 PDF，每个不超过 2 MB，最多 3 个。这个文件没有接收：{name}。请换一个再试。"""

    code = "proof_not_readable"
    status = 422


class AskedAlready(Refused):
    """这个班的退费申请已经交过，正在办理，不用再交。请在这一页查看进度。"""

    code = "asked_already"


class HardshipNotFound(Refused):
    """没有找到这份退费申请。请从退费申请列表重新打开。"""

    code = "hardship_not_found"
    status = 404


class DecidedAlready(Refused):
    """这份退费申请已经有结果了，没有再改动。请刷新页面查看。"""

    code = "decided_already"


class OtherPersonMustSign(Refused):
    """退费超过 {limit} 元，要由另一位县区或以上的工作人员再签一次，不能自己签两次。请交给同事。"""

    code = "other_person_must_sign"
