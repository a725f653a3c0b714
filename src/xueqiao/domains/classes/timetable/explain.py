"""Says in words what a timetable changes, and why a class found no place: counts, not guesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xueqiao.domains.classes.timetable.candidates import Calendar, big_enough, choices_of
from xueqiao.domains.classes.values.timetable import (
    BOTH_TAKEN,
    ROOMS_TAKEN,
    TEACHERS_TAKEN,
    NotPlaced,
    Seating,
    Slot,
    TimetableTask,
    WantedClass,
)

_WORDS = {
    ROOMS_TAKEN: "{n} 个时段没有空教室",
    TEACHERS_TAKEN: "{n} 个时段老师排了别的课",
    BOTH_TAKEN: "{n} 个时段教室和老师都没有空",
}


def changes_of(task: TimetableTask, wanted: WantedClass, seating: Seating) -> tuple[str, ...]:
    """What differs from last term, one short sentence each."""
    found = []
    if wanted.last_slot not in (None, seating.slot) and wanted.last_slot is not None:
        found.append(f"时间从{wanted.last_slot.words}改到{seating.slot.words}")
    if wanted.last_room_id not in (None, seating.room_id):
        found.append(f"换到{_room_name(task, seating.room_id)}")
    if seating.teacher_id != wanted.teacher_ids[0]:
        found.append(f"由{task.teacher_names[seating.teacher_id]}老师上")
    return tuple(found)


def not_placed(task: TimetableTask, wanted: WantedClass, seatings: Sequence[Seating], calendar: Calendar) -> NotPlaced:
    """Why this class has no place beside these, slot by slot, and the nearest change that would make room."""
    rooms = big_enough(task, wanted)
    if not rooms:
        largest = max((room.seats for room in task.rooms), default=0)
        return NotPlaced(
            wanted.key,
            (f"要 {wanted.capacity} 个座位，最大的教室只有 {largest} 座",),
            f"座位数减到 {largest} 就能排" if largest else "先登记教室",
        )
    if not wanted.teacher_ids:
        return NotPlaced(wanted.key, ("没有能上这门课的老师",), "先指定老师")
    if not wanted.slots:
        return NotPlaced(wanted.key, ("没有选可以上课的时段",), "至少选一个时段")
    why: Counter[str] = Counter()
    too_late = 0
    for slot in wanted.slots:
        free_rooms, free_teachers, fits = _free_beside(task, wanted, slot, seatings, calendar)
        if not fits:
            too_late += 1
        elif not free_rooms and not free_teachers:
            why[BOTH_TAKEN] += 1
        elif not free_rooms:
            why[ROOMS_TAKEN] += 1
        else:
            why[TEACHERS_TAKEN] += 1
    reasons = [
        f"可选的 {len(wanted.slots)} 个时段里：" + "，".join(_WORDS[k].format(n=n) for k, n in why.most_common())
    ]
    if too_late:
        reasons.append(f"{too_late} 个时段到学期末上不满 {wanted.session_count} 次")
    if not why:
        reasons = reasons[1:]
    advice_slot = _first_opening(task, wanted, seatings, calendar)
    advice = f"改到{advice_slot.words}就能排" if advice_slot else "多一间教室或多一位老师才能排"
    return NotPlaced(wanted.key, tuple(reasons), advice, advice_slot)


def _free_beside(
    task: TimetableTask, wanted: WantedClass, slot: Slot, seatings: Sequence[Seating], calendar: Calendar
) -> tuple[list[int], list[int], bool]:
    """Rooms and teachers free for this class in this slot beside the seatings; whether the term is long enough."""
    choices = choices_of(task, wanted, calendar, [slot])
    if slot not in choices.rooms:
        return [], [], False
    length = {each.key: each.session_minutes for each in task.classes}
    beside = [
        each
        for each in seatings
        if each.slot.weekday == slot.weekday
        and each.slot.start_minute < slot.start_minute + wanted.session_minutes
        and slot.start_minute < each.slot.start_minute + length[each.key]
    ]
    used_rooms, used_teachers = {each.room_id for each in beside}, {each.teacher_id for each in beside}
    load = Counter(each.teacher_id for each in seatings)
    teachers = [
        t for t in choices.teachers[slot] if t not in used_teachers and load[t] < task.sessions_per_teacher_and_week
    ]
    return [r for r in choices.rooms[slot] if r not in used_rooms], teachers, True


def _first_opening(
    task: TimetableTask, wanted: WantedClass, seatings: Sequence[Seating], calendar: Calendar
) -> Slot | None:
    """The first time outside the wished ones at which a room and a teacher are free: the same hour on another day
    first, then the hours other classes use."""
    hours = [slot.start_minute for slot in wanted.slots]
    hours += sorted({slot.start_minute for each in task.classes for slot in each.slots} - set(hours))
    for minute in dict.fromkeys(hours):
        for weekday in range(1, 8):
            slot = Slot(weekday, minute)
            if slot in wanted.slots:
                continue
            rooms, teachers, fits = _free_beside(task, wanted, slot, seatings, calendar)
            if fits and rooms and teachers:
                return slot
    return None


def _room_name(task: TimetableTask, room_id: int) -> str:
    return next(room.name for room in task.rooms if room.id == room_id)
