"""One page for the counter: what learning is worth, by which version of which rules, and the classes to take."""

from __future__ import annotations

import io
import re
from datetime import date

import pypdf
import pytest

from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.worlds.small_county import HEDE, LINHAI, SmallCounty, acting, add_course, add_run, on_duty, small_county
from xueqiao.domains.classes.api import refresh_listings
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import CharacterCannotBePrinted
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.paper import draw_worth
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SmallCounty:
    made = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=made.now, samples_in_force=True)
    judged(accepted(made), reviewers(), [True] * 3, made)
    refresh_listings(region=made.run.region, now=made.now)
    return made


def at_desk(person: Person, *, region: int = HEDE, channel: str = "counter") -> Actor:
    return on_duty(person, "centre_clerk", region, channel=channel)


def printed(world: SmallCounty, actor: Actor) -> str:
    reader = pypdf.PdfReader(io.BytesIO(credit_bank.print_worth(actor=actor, person_id=world.elder.pk, now=world.now)))
    assert len(reader.pages) == 1
    return "".join(reader.pages[0].extract_text().split())


def test_the_page_says_what_it_is_worth_by_which_rules_and_what_comes_next(world: SmallCounty) -> None:
    text = printed(world, at_desk(world.clerk))
    assert "2026年3月4日" in text
    assert world.elder.name in text
    assert "最多能用上2学分，要76学分，还差74学分。" in text
    assert "《开放大学学习成果转换办法（样例）》第1版。" in text
    assert f"手机支付与防诈骗（{world.run.code}）" in text
    assert "3月4日开课，周三19:00，共12学时" in text
    assert "还有20个座位，免费" in text


def test_the_printing_is_recorded_with_the_rules(world: SmallCounty) -> None:
    printed(world, at_desk(world.clerk))
    entry = AuditEntry.objects.get(verb="print_worth")
    assert (entry.actor_person_id, entry.acting_for_id) == (world.clerk.pk, world.elder.pk)
    assert entry.detail["rules"] == ["open-university/1"]


def test_nobody_else_gets_the_page_and_nothing_is_recorded(world: SmallCounty) -> None:
    for actor in (
        acting(world.rider),
        at_desk(world.other_officer, region=LINHAI),
        at_desk(world.clerk, channel="web"),
    ):
        with pytest.raises(NotYours):
            credit_bank.print_worth(actor=actor, person_id=world.elder.pk, now=world.now)
    assert not AuditEntry.objects.filter(verb="print_worth").exists()


def test_she_and_who_acts_for_her_may_print_it_too(world: SmallCounty) -> None:
    assert printed(world, acting(world.elder)) == printed(world, acting(world.daughter))


def test_a_name_the_fonts_lack_is_refused_by_its_character(world: SmallCounty) -> None:
    Person.objects.within(Scope.everything("test")).filter(pk=world.elder.pk).update(name="张\U00031350")
    with pytest.raises(CharacterCannotBePrinted, match="\U00031350"):
        credit_bank.print_worth(actor=at_desk(world.clerk), person_id=world.elder.pk, now=world.now)
    assert not AuditEntry.objects.filter(verb="print_worth").exists()


def test_the_longest_words_still_make_one_page(world: SmallCounty) -> None:
    title = "中华优秀传统文化与现代社区生活融合发展专题研修班（第三期）"
    for n in range(3):
        course = add_course(f"C70{n}", f"{'一二三'[n]}{title}", session_minutes=270)
        add_run(world, course=course, hour=9, first_day=date(2026, 3, 9 + n), price_fen=123400)
    refresh_listings(region=world.run.region, now=world.now)
    assert "…" in printed(world, at_desk(world.clerk))


def test_nothing_is_smaller_than_sixteen_points() -> None:
    text = (draw_worth.FOLDER / "worth.typ").read_text(encoding="utf-8")
    sizes = [int(each) for each in re.findall(r"size: (\d+)pt", text)]
    assert min(sizes) == 16
