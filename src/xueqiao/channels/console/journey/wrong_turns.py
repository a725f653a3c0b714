"""The wrong turns: each is refused with a reason people can act on, and nothing moves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from xueqiao.channels.console.journey.bearings import HOME_COUNTY, INDICATOR
from xueqiao.channels.console.journey.steps import StepResult, expect, take
from xueqiao.channels.console.journey.visitor import Page
from xueqiao.channels.console.journey.walk import Walk

NOBODY = "00000000-0000-7000-8000-000000000000"


class WrongTurns:
    """Tried after the right way, by the same people."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def steps(self) -> Iterator[StepResult]:
        plan: list[tuple[str, Callable[[], str]]] = [
            ("full_class_is_refused", self.full_class),
            ("closed_window_is_refused", self.closed_window),
            ("forged_callback_moves_nothing", self.forged_callback),
            ("expired_hold_is_given_up", self.expired_hold),
            ("someone_elses_family_member_is_refused", self.someone_elses_family_member),
            ("officer_of_another_county_is_refused", self.officer_of_another_county),
            ("resident_sees_no_workbench", self.resident_sees_no_workbench),
            ("certificate_of_nobody_is_not_found", self.certificate_of_nobody),
        ]
        for name, action in plan:
            yield take(name, action)

    def full_class(self) -> str:
        code = self._class_where(lambda card: card["seats_left_shown"] == 0)
        page = self._try_to_hold("rider", code)
        expect(page.says("满"), f"no reason: {page.words[:300]}")
        expect(self.walk._seats_left(code) == 0, "a seat moved")
        return f"{code}: {_reason(page)}"

    def closed_window(self) -> str:
        now = self.walk.region.now()
        code = self._class_where(
            lambda card: card["seats_left_shown"] > 0 and datetime.fromisoformat(card["enrol_closes_at"]) < now
        )
        left = self.walk._seats_left(code)
        page = self._try_to_hold("rider", code)
        expect(page.says("报名"), f"no reason: {page.words[:300]}")
        expect(self.walk._seats_left(code) == left, "a seat moved")
        return f"{code}: {_reason(page)}"

    def forged_callback(self) -> str:
        guest = self.walk.visitor("guest")
        body = json.dumps({"id": "forged-1", "event_type": "TRANSACTION.SUCCESS"}).encode()
        headers = {
            "Content-Type": "application/json",
            "Wechatpay-Timestamp": str(int(self.walk.region.now().timestamp())),
            "Wechatpay-Nonce": "journey",
            "Wechatpay-Signature": "Zm9yZ2Vk",
            "Wechatpay-Serial": "FORGED",
        }
        answer = guest.post("/pay/callback/rehearsal/", body, **headers)
        expect(answer.headers.get("X-Verdict") == "forged", f"{answer.status_code} {answer.headers.get('X-Verdict')}")
        expect(answer.status_code in (400, 401, 403), f"answered {answer.status_code}")
        return f"{answer.status_code}, verdict forged"

    def expired_hold(self) -> str:
        rider, code = self.walk.visitor("rider"), self._class_where(self._can_enter)
        left = self.walk._seats_left(code)
        check = self._try_to_hold("rider", code)
        expect(check.says("座位给您留到"), f"no hold: {check.words[:200]}")
        self.walk.region.advance_to(self.walk.region.now() + timedelta(minutes=16))
        late = rider.send(check, "/confirm/")
        expect(not late.says("报上了"), "an expired hold was confirmed")
        self.walk.region.wait_for_worker()
        again = rider.open(f"/classes/{code}/")
        expect(again.status == 200, "the class page broke")
        expect(self.walk._seats_left(code) in (left, left - 1), "the seat is lost")
        return _reason(late)

    def someone_elses_family_member(self) -> str:
        rider, code = self.walk.visitor("rider"), self._class_where(self._can_enter)
        left = self.walk._seats_left(code)
        page = rider.open(f"/enrol/{code}/")
        form = page.form(f"/enrol/{code}/")
        stranger = rider.call(
            "POST",
            f"/enrol/{code}/",
            data={**form.fields, "person": NOBODY},
            headers={"Referer": page.url, "Origin": self.walk.region.address},
        )
        expect(stranger.status_code in (403, 404, 409, 422), f"answered {stranger.status_code}")
        expect(self.walk._seats_left(code) == left, "a seat moved")
        peek = rider.open(f"/enrol/place/{self.walk.place}/done/")
        expect(peek.status in (403, 404), f"the rider sees another family's place: {peek.status}")
        return f"{stranger.status_code}; another family's place: {peek.status} {_reason(peek)}"

    def officer_of_another_county(self) -> str:
        other = self.walk.visitor("other_county_officer")
        page = other.open(f"/authority/{INDICATOR}/{HOME_COUNTY}/")
        expect(page.status == 403, f"answered {page.status}")
        evidence = other.open(f"/authority/{INDICATOR}/{HOME_COUNTY}/evidence/")
        expect(evidence.status == 403, f"evidence answered {evidence.status}")
        approve = other.open("/authority/approvals/")
        expect(self.walk.run_code not in approve.response.text, "another county's class is in the inbox")
        return _reason(page)

    def resident_sees_no_workbench(self) -> str:
        elder = self.walk.visitor("elder")
        seen = {path: elder.open(path).status for path in ("/centre/", "/teacher/", "/authority/", "/centre/counter/")}
        expect(set(seen.values()) == {403}, f"{seen}")
        return "403 on every door of staff"

    def certificate_of_nobody(self) -> str:
        page = self.walk.visitor("guest").open("/verify/XQ-0000-0000-0000/")
        expect(page.says("查不到"), f"{page.words[:200]}")
        return "查不到"

    def _try_to_hold(self, who: str, code: str) -> Page:
        visitor = self.walk.visitor(who)
        page = visitor.open(f"/enrol/{code}/")
        if not any(form.action.endswith(f"/enrol/{code}/") for form in page.forms):
            return page
        return visitor.send(page, f"/enrol/{code}/", press=self.walk.people[who].name)

    def _class_where(self, suits: Callable[[dict[str, Any]], bool]) -> str:
        guest = self.walk.visitor("guest")
        for page in range(1, 12):
            query = f"region={HOME_COUNTY}&page_size=50&seats=false&page={page}"
            answer = guest.fetch(f"/api/v1/classes?{query}").json()
            for card in answer["items"]:
                if card["admission"] == "first_come" and suits(card) and card["code"] != self.walk.run_code:
                    return str(card["code"])
            if page >= answer["page_count"]:
                break
        raise LookupError("the demo has no such class")

    def _can_enter(self, card: dict[str, Any]) -> bool:
        now = self.walk.region.now()
        opens = datetime.fromisoformat(str(card["enrol_opens_at"]))
        closes = datetime.fromisoformat(str(card["enrol_closes_at"]))
        starts = card.get("next_starts_at")
        soon = starts is not None and datetime.fromisoformat(str(starts)) < now + timedelta(hours=2)
        return opens <= now < closes and int(str(card["seats_left_shown"])) > 3 and card["to_pay_fen"] == 0 and not soon


def _reason(page: Page) -> str:
    """The sentence of refusal as the page says it."""
    main = page.response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())[:120]
