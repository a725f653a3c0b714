from __future__ import annotations

from datetime import datetime

from xueqiao.domains.classes.models import Timetable
from xueqiao.domains.classes.queries.timetables import answer_form, task_form
from xueqiao.domains.classes.timetable import SECONDS_MAX, solve_timetable_task


def solve_timetable(*, timetable_id: int, now: datetime, seconds_max: float = SECONDS_MAX) -> bool:
    """Solve an asked timetable and keep the answer; False when it was solved or dropped meanwhile.

    No transaction is open while the solver works. Safe to repeat: only one caller moves asked -> solved.
    """
    row = Timetable.objects.filter(pk=timetable_id, state="asked").first()
    if row is None:
        return False
    answer = solve_timetable_task(task_form().validate_python(row.task), seconds_max=seconds_max)
    return bool(
        Timetable.objects.filter(pk=timetable_id, state="asked").update(
            state="solved", answer=answer_form().dump_python(answer, mode="json"), solved_at=now
        )
    )
