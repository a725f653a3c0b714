"""Why a rule file or a step of a rule set is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from xueqiao.foundation.reasons import InvalidInput


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
