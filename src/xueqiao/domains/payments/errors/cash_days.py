"""Why the cash box says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class CashDayClosed(Refused):
    """您今天的现金已经点数或日结，不能再收、再退。还没确认的，请先到“现金日结”页重新打开；已经日结的，请明天再办。"""

    code = "cash_day_closed"


class CashDayNotFound(Refused):
    """没有找到这一天的现金日结，或者它不归您的单位管。请回“现金日结”页重新打开。"""

    code = "cash_day_not_found"
    status = 404


class CashDayNotCounted(Refused):
    """这一天的现金还没有点数，不能确认。请经手人先点数。"""

    code = "cash_day_not_counted"


class CashDifferenceUnexplained(Refused):
    """点出来的钱和应有的差 {difference} 元。请再点一遍；还是不符，请写明原因。"""

    code = "cash_difference_unexplained"
    status = 422


class SecondPersonNeeded(Refused):
    """日结要由另一个人确认，您不能确认自己的现金。请同事或县区管理人员来点一遍。"""

    code = "second_person_needed"
    status = 403
