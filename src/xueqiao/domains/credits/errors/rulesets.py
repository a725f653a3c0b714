"""Why a rule file or a step of a rule set is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from xueqiao.foundation.reasons import InvalidInput, NotAllowed, NotFound, Refused


@dataclass(frozen=True)
class Problem:
    """One mistake in a rule file. line: counted from 1; 0 when something is missing altogether."""

    line: int
    field: str
    what: str
    cure: str

    def __str__(self) -> str:
        return f"第 {self.line} 行 {self.field}：{self.what}。{self.cure}。"


class RuleFileWrong(InvalidInput):
    """规则文件有 {count} 处错误，没有采用。{first}"""

    code = "rule_file_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(count=len(problems), first=str(problems[0]))
        self.problems = tuple(problems)


class RuleSetUnknown(NotFound):
    """没有找到这套规则，什么都没有改动。请回到规则列表重新选择。"""

    code = "rule_set_unknown"


class RuleSetExists(Refused):
    """这套规则的这一版已经有了，没有保存。请把文件里的 version 加 1。"""

    code = "rule_set_exists"


class WrongRuleStep(Refused):
    """规则现在不能走这一步，什么都没有改动。次序是：起草、审核、备案，到施行日自动施行；施行后可以暂停或废止。"""

    code = "wrong_rule_step"


class AnotherMustFile(NotAllowed):
    """起草的人不能备案，什么都没有改动。请由另一名负责人备案。"""

    code = "another_must_file"


class RuleDayTaken(Refused):
    """第 {version} 版也从 {day} 起施行，同一天只能有一版，没有备案。请先废止那一版，或者另起草一版，换一个施行日。"""

    code = "rule_day_taken"


class AlreadyOver(Refused):
    """这一版的失效日已经过了，什么都没有改动。请起草新的一版。"""

    code = "already_over"


class AgreementUnknown(NotFound):
    """没有找到这份互认协议，什么都没有改动。请核对协议代号。"""

    code = "agreement_unknown"


class AgreementWrong(InvalidInput):
    """互认协议填写有误，没有保存：{what}。请改正后再试。"""

    code = "agreement_wrong"
