"""Why many classes at once are not opened."""

from xueqiao.foundation.reasons import Refused


class NothingChosen(Refused):
    """一个班都没有选，什么都没有做。请至少勾一个班再按。"""

    code = "nothing_chosen"
    status = 422


class TooManyChosen(Refused):
    """一次最多 {limit} 个班，您选了 {chosen} 个，什么都没有做。请分几次办。"""

    code = "too_many_chosen"
    status = 422


class BatchClash(Refused):
    """一个草稿都没有做：“{title}”排不进去，{why}。请按页面上的建议改，或不勾这个班，再按一次。"""

    code = "batch_clash"


class BatchNotPublished(Refused):
    """一个班都没有发布：“{title}”发布不了，{why}。请先改好这个班，或不勾它，再按一次。"""

    code = "batch_not_published"


class SheetRefused(Refused):
    """这个文件没有收下，什么都没有做：{what}。请下载空表，照它的格式填好再传。"""

    code = "sheet_refused"
    status = 422


class ListHasErrors(Refused):
    """一个班都没有开：{lines} 行里有 {wrong} 行要改，先看第 {first} 行：{why}。请按表里写的改好，再传一次。"""

    code = "list_has_errors"
    status = 422


class CellMissing(Refused):
    """“{column}”这一格是空的，这个班开不成。请写{wanted}。"""

    code = "cell_missing"
    status = 422


class CellUnreadable(Refused):
    """“{column}”写的是“{typed}”，看不懂。请写{wanted}。"""

    code = "cell_unreadable"
    status = 422


class NotInList(Refused):
    """“{column}”写的是“{typed}”，本单位没有。请从“可以填的值”那张表里照抄。"""

    code = "not_in_list"
    status = 422


class NumberOutside(Refused):
    """“{column}”写的是 {typed}，不在 {low} 到 {high} 之间。请改成这中间的数。"""

    code = "number_outside"
    status = 422


class SameListClash(Refused):
    """和第 {other} 行《{title}》撞了：{who}在{when}两个班都要用。请改其中一行的教室、老师或时间。"""

    code = "same_list_clash"
    status = 422
