"""A full class: two wait, one leaves at night, the first lets the offer run out, the second pays."""

from __future__ import annotations

from datetime import timedelta

from xueqiao.channels.console.journey.bearings import uuid_in
from xueqiao.channels.console.journey.draw import FRIEND, LINE, NEWCOMER, Draw, kept_until, wait_for
from xueqiao.channels.console.journey.steps import expect
from xueqiao.foundation.clock import local


class Line:
    """Beside the round, in the same weeks and with the same people."""

    def __init__(self, draw: Draw) -> None:
        self.draw, self.walk, self.region = draw, draw.walk, draw.region
        self.place = ""
        self.entries: dict[str, str] = {}

    @property
    def code(self) -> str:
        return self.draw.classes[LINE]

    def class_fills_and_two_wait(self) -> str:
        friend = self.walk.visitor("friend")
        check = friend.send(friend.open(f"/enrol/{self.code}/"), f"/enrol/{self.code}/", press=FRIEND[1])
        self.place = uuid_in(check.url)
        self.walk._pay(friend, friend.send(check, f"/enrol/place/{self.place}/confirm/"))
        page = self.walk.visitor("guest").open(f"/classes/{self.code}/")
        expect(page.says("座位已满，可以排候补"), f"not full: {page.words[-300:]}")
        for position, who in enumerate(("rider", "daughter"), 1):
            visitor = self.walk.visitor(who)
            name = self.walk.people[who].name
            page = visitor.open(f"/enrol/{self.code}/wait/")
            page = visitor.press(page, page.form_with(f"给{name}排候补"), press=f"给{name}排候补")
            expect(page.says(f"排在第 {position} 位"), f"{who} does not stand at {position}: {page.words[:300]}")
            self.entries[who] = uuid_in(page.url)
        return "one seat, taken and paid; the rider first in line, the daughter second"

    def seat_freed_at_night_is_told_in_the_morning(self) -> str:
        now = local(self.region.now())
        expect(now.hour >= 20, f"it is {now:%H:%M}: not a quiet hour")
        friend = self.walk.visitor("friend")
        page = friend.open(f"/mine/places/{self.place}/withdraw/")
        expect(page.says("元"), f"the refund is not shown beforehand: {page.words[:300]}")
        friend.send(page, "withdraw-place")
        rider = self.walk.signed_in("rider")
        told = wait_for(lambda: rider.open(f"/mine/waiting/{self.entries['rider']}/"), "有座位留给您了")
        offer = rider.open(told.link("open-offer"))
        until = (now + timedelta(days=2)).replace(hour=8, minute=0)
        expect(offer.says(kept_until(until)), f"not 24 hours from eight o'clock: {offer.words[:300]}")
        seats = self._seats_for_all()
        expect(seats == 0, f"the kept seat is shown to everybody: {seats}")
        return f"left at {now:%H:%M}; offered to the first in line until {until:%m-%d %H:%M}: 24 hours from 08:00"

    def unanswered_offer_moves_on(self) -> str:
        """Somebody new tries at that very minute: the seat is kept for the line."""
        ends = local(self.draw.dates["source_due_at"] + timedelta(days=2)).replace(hour=8, minute=1)
        self.region.advance_to(ends)
        newcomer = self.walk.visitor("newcomer")
        page = newcomer.open(f"/enrol/{self.code}/")
        if any(form.action.endswith(f"/enrol/{self.code}/") for form in page.forms):
            page = newcomer.send(page, f"/enrol/{self.code}/", press=NEWCOMER[1])
        expect(page.says("满"), f"somebody new took the line's seat: {page.status} {page.words[:300]}")
        self.region.advance_to(self.region.now() + timedelta(minutes=1), jobs_at_once=True)
        daughter = self.walk.signed_in("daughter")
        wait_for(lambda: daughter.open(f"/mine/waiting/{self.entries['daughter']}/"), "有座位留给您了", seconds=75)
        rider = self.walk.signed_in("rider").open(f"/mine/waiting/{self.entries['rider']}/")
        expect(rider.says("排在第 1 位"), f"the first offer let go cost the place: {rider.words[:300]}")
        return "the rider let it run out and keeps the place in line; the daughter is offered the seat; nobody slips in"

    def next_in_line_accepts_and_pays(self) -> str:
        daughter = self.walk.visitor("daughter")
        offer = daughter.open(daughter.open(f"/mine/waiting/{self.entries['daughter']}/").link("open-offer"))
        paid = self.walk._pay(daughter, self.draw._accept(daughter, offer))
        ended = daughter.open(f"/mine/waiting/{self.entries['daughter']}/")
        expect(ended.says("已经报上了，不用再排"), f"she still waits: {ended.words[:300]}")
        line = self.walk.signed_in("clerk", "/centre/").open(f"/centre/runs/{self.code}/line/")
        expect(line.says("没有答复", "要了"), f"the desk cannot tell why: {line.words[:400]}")
        return paid + "; the desk's page says who was offered the seat before, and why it went on"

    def _seats_for_all(self) -> int:
        return self.walk._seats_left(self.code)
