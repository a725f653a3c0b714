"""Why a certificate's standing is not changed, and why a key is not."""

from xueqiao.foundation.reasons import InvalidInput, NotAllowed, NotFound, Refused


class ChangeUnknown(NotFound):
    """没有找到这份撤销申请，什么都没有改动。请刷新页面，从列表里重新打开。"""

    code = "change_unknown"


class ChangeAlreadyDecided(Refused):
    """这份撤销申请已经有人办过，没有再次改动。请刷新页面看结果。"""

    code = "change_already_decided"


class SecondPersonNeeded(NotAllowed):
    """撤销要两个人：提出的人不能自己批准，证书没有撤销。请另一位有权限的同事来批准。"""

    code = "second_person_needed"


class RevocationAlreadyAsked(Refused):
    """这张证书已经有一份撤销申请在等批准，没有重复提出。请等另一位同事办理。"""

    code = "revocation_already_asked"


class AlreadySuspended(Refused):
    """这张证书已经暂停，没有再次改动。"""

    code = "already_suspended"


class NotSuspended(Refused):
    """这张证书没有暂停，什么都没有改动。"""

    code = "not_suspended"


class WordsMissing(InvalidInput):
    """请写明理由，什么都没有改动。本人和查证书的同事以后要看得懂。"""

    code = "words_missing"


class ListUnknown(NotFound):
    """没有这份状态名单。请核对网址。"""

    code = "list_unknown"


class NameUnchanged(Refused):
    """本人现在的姓名和证书上的一样，没有换发。请先更正个人资料里的姓名。"""

    code = "name_unchanged"


class KeyUnknown(NotFound):
    """没有找到这把签发密钥，什么都没有改动。请用 xueqiao keys list 核对。"""

    code = "key_unknown"


class TheftAlreadyNoted(Refused):
    """这把密钥已经登记失窃，而且登记的时间更早，没有改动。"""

    code = "theft_already_noted"


class TheftInTheFuture(InvalidInput):
    """失窃时间不能晚于现在，没有登记。请核对日期和时间。"""

    code = "theft_in_the_future"


class NotInForce(Refused):
    """这张证书已暂停、撤销或者换发，没有出具证明。请联系办学单位，或打开新证书再办。"""

    code = "not_in_force"
