"""Why a class by list says no."""

from xueqiao.foundation.reasons import Refused


class NotOnTheList(Refused):
    """没有给{name}占座：这个班是{host}给员工订的，凭名单报名，名单上没有这个姓名和手机号。请找{host}的经办人加进名单；姓名或手机号写错了，也请经办人改。"""

    code = "not_on_the_list"


class ListUnfit(Refused):
    """这个班不能凭名单录取：{what}。请另选一个先到先得、还没有人报名的班。"""

    code = "list_unfit"


class ListedHasSeat(Refused):
    """{name}已经占了这个班的座位，没有从名单上拿掉，名单没有改动。请本人先退课，再改名单。"""

    code = "listed_has_seat"


class TargetIsByList(Refused):
    """《{title}》是{host}给员工订的，凭名单报名，不能并进去。请另选一个班，或停办退费。"""

    code = "merge_target_by_list"
