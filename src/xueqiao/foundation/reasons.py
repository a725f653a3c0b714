"""Refusals that people can act on.

Every expected refusal of an action is a `Refused`: its docstring is the message in Chinese (msgid for gettext), saying
what happened, why, and what to do next; `code` is the stable word machines read (problem+json `type`). A refusal means
that nothing moved: actions raise inside their transaction.
"""

from typing import Any, ClassVar

from django.utils.translation import gettext


class Refused(Exception):
    """这一步没有办成，什么都没有改动。请返回上一页再试，或打电话给就近的社区教育中心。"""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409  # the HTTP status a channel answers with

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details

    @property
    def message(self) -> str:
        """The docstring in the reader's language, with `{name}` filled from the details."""
        return gettext((type(self).__doc__ or "").strip()).format(**self.details)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotAllowed(Refused):
    """您没有办理这件事的权限，什么都没有改动。如果需要，请联系本单位管理员或就近的社区教育中心。"""

    code = "not_allowed"
    status = 403


class NotFound(Refused):
    """没有找到您要的内容，可能已经下架或网址有误。请返回首页重新查找。"""

    code = "not_found"
    status = 404


class InvalidInput(Refused):
    """填写的内容有误：{what}。请改正后再试。"""

    code = "invalid_input"
    status = 422
