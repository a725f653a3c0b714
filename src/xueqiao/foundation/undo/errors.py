"""Why a step is not taken back. A refusal changes nothing."""

from xueqiao.foundation.reasons import NotFound, Refused


class UndoTooLate(Refused):
    """“{what}”已经超过 {minutes} 分钟，不能直接撤回，什么都没有改动。请打电话或到就近的服务点办理。"""

    code = "undo_too_late"


class AlreadyUndone(Refused):
    """“{what}”已经撤回过了，不需要再次操作。请刷新页面查看最新状态。"""

    code = "already_undone"


class NotYoursToUndo(NotFound):
    """没有找到您可以撤回的这一步，什么都没有改动。请核对网址，或由办理人本人操作。"""

    code = "not_yours_to_undo"
