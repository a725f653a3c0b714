"""Why a draw says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import InvalidInput, NotFound, Refused


class DrawNotFound(NotFound):
    """没有找到这次抽签，可能网址有误，或者名单还没有封好。请从这一轮报名的页面重新打开。"""

    code = "draw_not_found"


class DrawWrongState(Refused):
    """这一轮报名现在{state_words}，办不了这一步。请刷新页面，看看下一步是什么。"""

    code = "draw_wrong_state"


class WishesStillOpen(Refused):
    """填志愿的时间还没到头：{closes} 截止，名单不能提前封。请在截止以后再来。"""

    code = "wishes_still_open"


class FreezeTooLate(Refused):
    """公开随机数 {due} 就知道了，名单没有赶在它之前封好，这次抽签不能作数。请取消这一轮，另定一个以后的随机数再开。"""

    code = "freeze_too_late"


class SourceNotDue(Refused):
    """公开随机数要到 {due} 才有，现在填不了。请等公布以后再填。"""

    code = "source_not_due"


class SourceUnreadable(InvalidInput):
    """这个公开随机数写得不对：{what}。请看着公告再填一遍。"""

    code = "source_unreadable"


class SourceDiffers(Refused):
    """您填的和第一位同事填的不一样，没有记下。请两人各自再看一遍公告：是您填错了就重填，是同事填错了就请她改。"""

    code = "source_differs"


class SourceSettled(Refused):
    """公开随机数已经由两位同事核对过，不能再改。如果认为有误，请联系主管部门。"""

    code = "source_settled"


class SourceNotSettled(Refused):
    """公开随机数还没有由两位同事分别填好，不能抽签。请先填好、核对好。"""

    code = "source_not_settled"


class SecretCannotBeOpened(Refused):
    """平台封存的那一半种子打不开，多半是服务器密钥换过。请先找运维恢复密钥；实在找不回来，写明原因后只用公开随机数抽签，原因会一起公布。"""

    code = "secret_cannot_be_opened"


class SecretIsThere(Refused):
    """平台封存的那一半种子好好的，不能不用。请去掉原因，直接按“开始抽签”。"""

    code = "secret_is_there"


class FrozenListChanged(Refused):
    """封好的名单和当时公布的对不上（{what}），已经停下，什么都没有抽。请保留现场，马上联系运维和主管部门。"""

    code = "frozen_list_changed"


class ReceiptNotReady(Refused):
    """名单还没有封好，封好以后才有回执。请在 {closes} 以后再来看。"""

    code = "receipt_not_ready"
