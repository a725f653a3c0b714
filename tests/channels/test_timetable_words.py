"""What the timetable could not place is told in the reader's language, with rooms, teachers and times by name."""

import pytest
from django.utils.translation import override

from xueqiao.channels.web.centre.timetables import _words
from xueqiao.domains.classes.api import Said, Slot

EVENINGS = tuple(Slot(weekday, 19 * 60) for weekday in range(1, 6))
TAKEN = Said(
    "{times}：{rooms}都有课", names={"rooms": ("101 室", "舞蹈室"), "teachers": ("陈老师",)}, times={"times": EVENINGS}
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", "周一 19:00、周二 19:00、周三 19:00、周四 19:00等 5 个时段：101 室、舞蹈室都有课"),
        ("en", "Mon 19:00, Tue 19:00, Wed 19:00, Thu 19:00 and others, 5 times in all: classes in 101 室, 舞蹈室"),
    ],
)
def test_a_reason_names_times_and_rooms_in_both_languages(language, words):
    with override(language):
        assert _words(TAKEN) == words


def test_a_sentence_kept_since_before_is_shown_as_it_was_written():
    assert _words("多一间教室或多一位老师才能排") == "多一间教室或多一位老师才能排"
