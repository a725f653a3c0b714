import pytest

from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.converting import a_story
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.people.models import Notice
from xueqiao.gateways.messages.texts import text_of

pytestmark = pytest.mark.django_db


def texts() -> list[str]:
    rows = Notice.objects.within(EVERYTHING).filter(template="conversion_news").order_by("pk")
    assert all(len(text_of(row.template, row.values)) <= 70 for row in rows)
    return [row.text for row in rows if row.person_id == row.recipient_id]


def test_the_learner_is_told_of_every_answer_with_its_reason() -> None:
    story = a_story("面点", "茶艺", "插花")
    view = story.confirm(story.reserve("面点"))
    story.confirm(view)
    story.reverse(view)
    story.refuse(story.reserve("茶艺"), "已经修过同样的课")
    late = story.reserve("插花")
    credit_bank.expire_conversions(now=late.expires_at)
    assert texts() == [
        "张桂兰的学分转换“行政管理（专科）”：学校已经确认。",
        "张桂兰的学分转换“行政管理（专科）”：已经冲回，学分已退回。理由：本人退学",
        "张桂兰的学分转换“行政管理（专科）”：学校没有接收，学分已退回。理由：已经修过同样的课",
        "张桂兰的学分转换“行政管理（专科）”：学校没有按时答复，学分已退回。",
    ]
    story.withdraw(story.reserve("茶艺"))
    assert len(texts()) == 4, "nobody is told what she did herself"
