import pytest

from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.trainees import a_line, agreed, deposit
from tests.worlds.small_county import acting, link_family, small_county
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import Notice
from xueqiao.gateways.messages.texts import text_of

pytestmark = pytest.mark.django_db


def notices() -> list[Notice]:
    return list(Notice.objects.within(EVERYTHING).filter(template="outcomes_deposited").order_by("pk"))


def test_one_message_a_person_and_list_however_many_lines_are_hers() -> None:
    world = small_county()
    agreed(world)
    mine = [a_line(world.rider, unit=unit, hours=hours) for unit, hours in (("ROB-1", "48"), ("ROB-2", "96"))]
    told = deposit(world, *mine, a_line(world.teacher))
    assert told.deposited == 3
    assert [(row.person_id, row.sms_state) for row in notices()] == [
        (world.rider.pk, "waiting"),
        (world.teacher.pk, "waiting"),
    ]
    (read, *others) = people.notices_of(acting(world.rider))
    assert others == []
    assert read.text == (
        "合德镇社区教育中心给王小骑存入学习成果：机器人操作、机器人调试，认定 9 学分。如果不对，请打社区教育中心电话。"
    )
    assert all(len(text_of(row.template, row.values)) <= 70 for row in notices())
    deposit(world, *mine)  # the same list again deposits nothing and tells nobody
    assert len(notices()) == 2
    deposit(world, a_line(world.rider, unit="ROB-P", hours="160", kind="岗位实践", occupation="6-31-07-03"))
    assert len(notices()) == 3


def test_who_acts_for_her_is_told_too_and_a_wrong_line_tells_nobody() -> None:
    world = small_county()
    agreed(world)
    link_family(agent=world.daughter, subject=world.rider, relation="other")
    told = deposit(world, a_line(world.rider), a_line(world.teacher, unit="NONE"))
    assert (told.deposited, told.wrong) == (1, 1)
    assert {row.recipient_id for row in notices()} == {world.rider.pk, world.daughter.pk}
