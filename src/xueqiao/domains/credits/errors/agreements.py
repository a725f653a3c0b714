"""Why an agreement does not carry an outcome, and why a line of a list of trainees is refused."""

from xueqiao.foundation.reasons import InvalidInput, NotFound, Refused


class AgreementOtherWay(Refused):
    """互认协议《{title}》只管由{giver}出具、由{receiver}认定的成果，方向不对。请选用相反方向的协议，或先签一份。"""

    code = "agreement_other_way"


class AgreementNotBegun(Refused):
    """互认协议《{title}》从 {day} 起才有效。请到那天再办。"""

    code = "agreement_not_begun"


class AgreementOver(Refused):
    """互认协议《{title}》到 {day} 已经结束，不能新办；以前认定和转换的不受影响。请联系{receiver}续签。"""

    code = "agreement_over"


class AgreementSuspended(Refused):
    """互认协议《{title}》已暂停，不能新办；以前认定和转换的不受影响。请联系{receiver}，恢复后再办。"""

    code = "agreement_suspended"


class ProgrammeOutside(Refused):
    """学习项目“{programme}”不在互认协议《{title}》的范围里，范围是：{scope}。请换一个学习项目。"""

    code = "programme_outside"


class OccupationOutside(Refused):
    """职业“{occupation}”不在互认协议《{title}》的范围里，范围是：{scope}。请核对职业代码。"""

    code = "occupation_outside"


class AgreementCapUsedUp(Refused):
    """互认协议《{title}》每人最多 {limit} 学分，已用 {used}，还剩 {left}，这项要 {asked}，办不了。请走别的途径认定。"""

    code = "agreement_cap_used_up"


class AgreementHasNoRules(Refused):
    """互认协议《{title}》没有附上施行中的认定规则，什么都没有存。请联系{receiver}补上规则。"""

    code = "agreement_has_no_rules"


class TraineeUnknown(NotFound):
    """没有找到这位学员，或姓名和号码对不上。请核对；还没有登记的，请本人先用手机号登录一次。"""

    code = "trainee_unknown"


class OwnTrainee(Refused):
    """这一行是您本人，不能给自己存。请由另一位经办人上传。"""

    code = "own_trainee"


class UnitNotInCatalogue(Refused):
    """认证单元“{unit}”在 {day} 不在目录里，不能按规则直接认定。请核对代号，或请主管单位先发布这个单元。"""

    code = "unit_not_in_catalogue"


class NumberUsedForAnother(Refused):
    """证明编号“{number}”已经用在另一位学员名下，没有存。请核对编号；一个编号只能存一次。"""

    code = "number_used_for_another"


class NumberUsedOtherwise(Refused):
    """证明编号“{number}”以前存过，但学时、单元或日期和这次不一样，没有改动。请核对；要更正请联系受理单位。"""

    code = "number_used_otherwise"


class NumberTwiceInList(Refused):
    """证明编号“{number}”在第 {other} 行已经有了。请一项成果只写一行。"""

    code = "number_twice_in_list"


class TraineeCellMissing(InvalidInput):
    """“{column}”这一格是空的。请写{wanted}。"""

    code = "trainee_cell_missing"


class TraineeCellUnreadable(InvalidInput):
    """“{column}”写的是“{typed}”，看不懂。请写{wanted}。"""

    code = "trainee_cell_unreadable"


class CompletedLater(InvalidInput):
    """完成日期 {day} 还没有到。请等学完再存。"""

    code = "completed_later"


class TooManyTrainees(InvalidInput):
    """一次最多 {limit} 行，这次有 {lines} 行，什么都没有存。请分几次传。"""

    code = "too_many_trainees"


class NotDrawn(Refused):
    """这一项不在当年的抽查名单里，什么都没有记。请从名单里选。"""

    code = "not_drawn"


class CheckedAlready(Refused):
    """这一项已经查过，什么都没有改动。请刷新页面看结果。"""

    code = "checked_already"
