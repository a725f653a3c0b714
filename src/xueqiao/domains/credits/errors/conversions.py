"""Why a conversion, or a step on it, is refused."""

from xueqiao.foundation.reasons import InvalidInput, NotAllowed, NotFound, Refused


class ConversionUnknown(NotFound):
    """没有找到这笔学分转换，什么都没有改动。请回到“学分护照”重新选择。"""

    code = "conversion_unknown"


class ProgrammeUnknown(NotFound):
    """您所在的地区现在没有这个项目，没有预留学分。可能规则已经暂停或换了新版，请回到“换成什么用”重新选择。"""

    code = "programme_unknown"


class NothingToConvert(Refused):
    """现在没有可以用在这个项目里的学分，没有预留。请先存入学分，或选别的项目。"""

    code = "nothing_to_convert"


class OutcomeNotUsable(Refused):
    """选中的成果里有一项现在不能用，没有预留。它可能已经用在别处、还没有存入，或者已经过期、撤销。请刷新页面，按最新情况再选。"""

    code = "outcome_not_usable"


class PlanNotLegal(Refused):
    """这样用学分现在不合规则，没有预留。可能上限、有效期或互认协议有了变化，请刷新页面，按最新情况再选。"""

    code = "plan_not_legal"


class NotTheReceiver(Refused):
    """这所学校不接收这个项目的学分，没有预留。请从页面列出的学校里选一所。"""

    code = "not_the_receiver"


class SeveralAgreements(Refused):
    """这些成果来自不同的互认协议，一次只能按一份协议转换，没有预留。请分几次办理。"""

    code = "several_agreements"


class AgreementCapReached(Refused):
    """按互认协议每人最多转换 {limit} 学分，您已经用了 {used}，这次没有预留。请少选几项。"""

    code = "agreement_cap_reached"


class NotEnoughCredit(Refused):
    """账户里的可用学分不够，没有预留。可能有学分正在等别的学校确认，或要先补上被撤销的学分。请到“学分护照”查看。"""

    code = "not_enough_credit"


class UuidUsed(InvalidInput):
    """这个编号已经用在另一笔转换上，没有预留。请刷新页面再试。"""

    code = "conversion_uuid_used"


class ConversionNotAtThisStep(Refused):
    """这笔转换现在不在这一步，什么都没有改动。请刷新页面看最新状态。"""

    code = "conversion_not_at_this_step"


class ReservationOver(Refused):
    """预留已经过期，学分退回给本人，没有确认。请本人重新申请。"""

    code = "reservation_over"


class OwnConversion(NotAllowed):
    """这是您本人或家人的学分转换，您不能办理，什么都没有改动。请交给其他同事。"""

    code = "own_conversion"


class RecognitionGone(Refused):
    """这笔转换用到的一项认定已经撤销，不能确认，什么都没有改动。请写明原因，退回本人。"""

    code = "recognition_gone"


class ReasonNeeded(InvalidInput):
    """请写一两句本人看得懂的理由，什么都没有改动。"""

    code = "reason_needed"


class CreditInUse(Refused):
    """这笔学分已经用在一次转换里，不能撤回，什么都没有改动。请先撤回那次转换。"""

    code = "credit_in_use"
