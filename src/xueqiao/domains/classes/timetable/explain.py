"""Says what a timetable changes, and why a class found no place: by time, room and teacher, not by guesses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext_noop

from xueqiao.domains.classes.timetable.candidates import Calendar, big_enough, choices_of
from xueqiao.domains.classes.values.timetable import (
    BOTH_TAKEN,
    ROOMS_TAKEN,
    TEACHERS_TAKEN,
    NotPlaced,
    Said,
    Seating,
    Slot,
    TimetableTask,
    WantedClass,
)

_WORDS = {
    ROOMS_TAKEN: gettext_noop("{times}：{rooms}都有课"),
    TEACHERS_TAKEN: gettext_noop("{times}：{teachers}有别的课，或一周的课已经排满"),
    BOTH_TAKEN: gettext_noop("{times}：教室和老师都没有空"),
}


def changes_of(task: TimetableTask, wanted: WantedClass, seating: Seating) -> tuple[Said, ...]:
    """What differs from last term, one short sentence each."""
    found = []
    if wanted.last_slot not in (None, seating.slot) and wanted.last_slot is not None:
        text = gettext_noop("时间从{before}改到{after}")
        found.append(Said(text, times={"before": (wanted.last_slot,), "after": (seating.slot,)}))
    if wanted.last_room_id not in (None, seating.room_id):
        found.append(Said(gettext_noop("换到{room}"), names={"room": (_room_name(task, seating.room_id),)}))
    if seating.teacher_id != wanted.teacher_ids[0]:
        found.append(Said(gettext_noop("由{teacher}老师上"), names={"teacher": _teachers(task, [seating.teacher_id])}))
    return tuple(found)


def not_placed(task: TimetableTask, wanted: WantedClass, seatings: Sequence[Seating], calendar: Calendar) -> NotPlaced:
    """Why this class has no place beside these, slot by slot, and the nearest change that would make room."""
    rooms = big_enough(task, wanted)
    if not rooms:
        largest = max(task.rooms, key=lambda room: room.seats, default=None)
        if largest is None:
            return NotPlaced(wanted.key, (Said(gettext_noop("没有登记的教室")),), Said(gettext_noop("先登记教室")))
        text = gettext_noop("要 {wanted} 个座位，最大的教室{room}只有 {seats} 座")
        numbers = {"wanted": wanted.capacity, "seats": largest.seats}
        return NotPlaced(
            wanted.key,
            (Said(text, numbers, {"room": (largest.name,)}),),
            Said(gettext_noop("座位数减到 {seats} 就能排"), {"seats": largest.seats}),
        )
    if not wanted.teacher_ids:
        return NotPlaced(wanted.key, (Said(gettext_noop("没有能上这门课的老师")),), Said(gettext_noop("先指定老师")))
    if not wanted.slots:
        return NotPlaced(
            wanted.key, (Said(gettext_noop("没有选可以上课的时段")),), Said(gettext_noop("至少选一个时段"))
        )
    why: dict[str, list[Slot]] = defaultdict(list)
    too_late = []
    for slot in wanted.slots:
        free_rooms, free_teachers, fits = _free_beside(task, wanted, slot, seatings, calendar)
        if not fits:
            too_late.append(slot)
        elif not free_rooms and not free_teachers:
            why[BOTH_TAKEN].append(slot)
        elif not free_rooms:
            why[ROOMS_TAKEN].append(slot)
        else:
            why[TEACHERS_TAKEN].append(slot)
    names = {"rooms": tuple(room.name for room in rooms), "teachers": _teachers(task, wanted.teacher_ids)}
    reasons = [
        Said(_WORDS[kind], names=names, times={"times": tuple(slots)})
        for kind, slots in sorted(why.items(), key=lambda pair: -len(pair[1]))
    ]
    if too_late:
        text = gettext_noop("{times}：到学期末上不满 {n} 次")
        reasons.append(Said(text, {"n": wanted.session_count}, times={"times": tuple(too_late)}))
    advice_slot = _first_opening(task, wanted, seatings, calendar)
    advice = (
        Said(gettext_noop("改到{time}就能排"), times={"time": (advice_slot,)})
        if advice_slot
        else Said(gettext_noop("多一间教室或多一位老师才能排"))
    )
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


def _teachers(task: TimetableTask, teacher_ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(task.teacher_names[each] for each in teacher_ids)


def _room_name(task: TimetableTask, room_id: int) -> str:
    return next(room.name for room in task.rooms if room.id == room_id)
