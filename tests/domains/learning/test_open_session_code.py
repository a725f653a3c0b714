import pytest

from tests.domains.learning.classroom import classroom
from tests.worlds.small_county import acting
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.errors import NotYourSession
from xueqiao.domains.learning.models import SessionCode
from xueqiao.foundation.reasons import NotFound

pytestmark = pytest.mark.django_db


def test_two_screens_show_the_same_code() -> None:
    room, tokens = classroom(1), []
    for _ in range(2):
        learning.open_session_code(actor=room.teacher, session_id=room.first.pk, now=room.during())
        code = learning.access_rotating_code(actor=room.teacher, session_id=room.first.pk, now=room.during())
        tokens.append(code.token)
    assert tokens[0] == tokens[1]
    assert 1 <= code.next_in_seconds <= 30
    assert len(bytes(SessionCode.objects.get().secret)) == 32


def test_a_learner_neither_opens_nor_reads_the_code() -> None:
    room = classroom(1)
    with pytest.raises(NotYourSession):
        learning.open_session_code(actor=acting(room.learners[0]), session_id=room.first.pk, now=room.during())
    assert not SessionCode.objects.exists()
    learning.open_session_code(actor=room.teacher, session_id=room.first.pk, now=room.during())
    with pytest.raises(NotYourSession):
        learning.access_rotating_code(actor=acting(room.learners[0]), session_id=room.first.pk, now=room.during())


def test_a_code_that_was_never_opened_is_not_shown() -> None:
    room = classroom(1)
    with pytest.raises(NotFound):
        learning.access_rotating_code(actor=room.teacher, session_id=room.first.pk, now=room.during())
