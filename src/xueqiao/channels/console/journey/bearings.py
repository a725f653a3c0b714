"""How the journey finds its bearings: who walks, what was learned, and how a page or an answer is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

from xueqiao.channels.console.journey.steps import Region, expect
from xueqiao.channels.console.journey.visitor import Page, Visitor

ELDER_NAME, ELDER_PHONE, ELDER_BORN = "李大山", "10099900001", ("1954", "5", "20")
HOME_VILLAGE, HOME_TOWN, HOME_COUNTY = "320924100007", "320924100", "320924"
LINEAGE = ("32", "3209", HOME_COUNTY, HOME_TOWN, HOME_VILLAGE)
CLASS_TITLE = "合作社管理（旅程）"
INDICATOR = "elderly_participation_rate"
SEARCHES = {
    "hanzi": "太极拳",
    "pinyin": "taijiquan",
    "initials": "tjq",
    "traditional": "太極拳",
    "typo": "太级拳",
}


class Bearings:
    """Visitors, shared findings and the ways of reading pages; `Walk` adds the steps."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.people = region.demo_people()
        self.visitors: dict[str, Visitor] = {}
        self.run_code = self.source_code = self.place = self.paid_place = ""
        self.before: dict[str, int] = {}
        self.after: dict[str, int] = {}
        self.evidence = ""
        self.certificate: bytes = b""
        self.certificate_code = ""

    def close(self) -> None:
        for visitor in self.visitors.values():
            visitor.close()

    def visitor(self, who: str) -> Visitor:
        """The browser of one person; a fresh one at first."""
        if who not in self.visitors:
            self.visitors[who] = Visitor(who, self.region.address)
        return self.visitors[who]

    # -- reading pages ------------------------------------------------------------------------------------------------

    def _sign_in(self, visitor: Visitor, phone: str) -> Page:
        page = visitor.send(visitor.open("/sign-in/"), "send-code", press="sms", phone=phone)
        expect(page.says("演练短信"), f"no labelled rehearsal message: {page.status} {page.words[:300]}")
        return visitor.send(page, "sign-in", code=six_digits(page))

    def open_account(self, visitor: Visitor, phone: str, name: str, born: tuple[str, str, str]) -> None:
        """Sign in with a phone nobody has used, and open an account in the home village."""
        page = self._sign_in(visitor, phone)
        year, month, day = born
        page = visitor.send(
            page,
            "/sign-in/profile/" if "/sign-in/profile/" in page.url else "open-account",
            name=name,
            year=year,
            month=month,
            day=day,
            home_text="城东社区",
            region=f"{HOME_VILLAGE}",
            consent="1",
        )
        if any(form.data_action == "open-account" for form in page.forms):
            visitor.send(page, "open-account", region=HOME_VILLAGE, consent="1")
        me = visitor.open("/me/")
        expect(me.status == 200 and me.says("我"), f"the new account does not open: {me.words[:200]}")

    def signed_in(self, who: str, path: str = "/me/") -> Visitor:
        """A demo person's browser; when the weeks have ended her session, she enters again by a fresh link."""
        visitor = self.visitor(who)
        page = visitor.open(path)
        if page.status != 200 or "/sign-in" in page.url:
            visitor.send(visitor.open(self.region.demo_people()[who].entry_path), "enter-demo")
        return visitor

    def _open_class(self, kind: str, later_than: datetime | None = None) -> str:
        """A class of the county that can be entered now, free or paid, by the API's own words."""
        query = "page_size=50&region=" + HOME_COUNTY + ("&free=true" if kind == "free" else "")
        for card in json.loads(self.visitor("guest").fetch(f"/api/v1/classes?{query}").text)["items"]:
            if card["seats_left_shown"] < 3 or card["code"] == self.run_code or card["admission"] != "first_come":
                continue
            opens, closes = (datetime.fromisoformat(card[key]) for key in ("enrol_opens_at", "enrol_closes_at"))
            if not opens <= (later_than or self.region.now()) < closes:
                continue
            if (card["to_pay_fen"] == 0) == (kind == "free") and not card.get("suits_elders_only"):
                return str(card["code"])
        raise LookupError(f"no {kind} class is open in {HOME_COUNTY}")

    def _seats_left(self, code: str) -> int:
        return int(json.loads(self.visitor("guest").fetch(f"/api/v1/classes/{code}").text)["seats_left_shown"])

    def _shortest(self, codes: list[str]) -> str:
        """The earlier class with the fewest meetings: four, so that the journey does not take a year."""
        guest = self.visitor("guest")
        counts = {
            code: len(guest.fetch(f"/api/v1/classes/{code}").json().get("sessions", [])) or 99 for code in codes[:60]
        }
        return min(counts, key=lambda code: counts[code])

    def _sessions(self) -> list[tuple[datetime, datetime]]:
        """Start and end of each session of the journey's class, in order."""
        answer = self.visitor("guest").fetch(f"/api/v1/classes/{self.run_code}").json()
        return [
            (datetime.fromisoformat(s["starts_at"]), datetime.fromisoformat(s["ends_at"])) for s in answer["sessions"]
        ]

    def _roll(self) -> Page:
        """The roll of today's session, found as the teacher finds it: on the page of her day."""
        teacher = self.visitor("teacher")
        day = teacher.open("/teacher/")
        for article in day.response.text.split("<article")[1:]:
            found = re.search(r"/teacher/sessions/\d+/roll/", article)
            if CLASS_TITLE in article and found:
                return teacher.open(found.group(0))
        raise LookupError(f"the class is not on the teacher's day: {day.words[:400]}")

    def _sign_roll(self) -> None:
        teacher = self.visitor("teacher")
        page = self._roll()
        signed = teacher.send(page, "sign-roll", absent=[self._person_on(page, "吴阿婆")])
        expect(signed.status == 200, f"the roll is not signed: {signed.words[:300]}")

    @staticmethod
    def _person_on(page: Page, name: str) -> str:
        found = re.search(r'name="absent" value="(\d+)"[^>]*><span><b>' + name, page.response.text)
        expect(found, f"{name} is not on the roll: {page.words[:300]}")
        assert found is not None
        return found.group(1)

    @staticmethod
    def _option(page: Page, name: str, words: str) -> str:
        select = re.search(rf'<select[^>]*name="{name}".*?</select>', page.response.text, re.S)
        found = re.search(rf'value="(\d+)"[^>]*>\s*{words}', select.group(0)) if select else None
        return found.group(1) if found else str(page.form("/centre/open/").fields[name])

    def _figures(self) -> dict[str, int]:
        province, counts = self.visitor("province_officer"), {}
        for unit in LINEAGE:
            answer = province.fetch(f"/api/v1/indicators/{INDICATOR}/{unit}/board")
            expect(answer.status_code == 200, f"board of {unit}: {answer.status_code} {answer.text[:200]}")
            counts[unit] = int(answer.json()["figure"]["numerator"])
        return counts

    def _until(self, read: Callable[[], Page], phrase: str, tries: int = 60) -> Page:
        for _ in range(tries):
            page = read()
            if page.says(phrase):
                return page
            self.region.wait_for_worker(5)
        raise LookupError(f"{phrase!r} never appeared: {page.words[:300]}")


def six_digits(page: Page) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", page.words)
    expect(found, f"no six digits on the page: {page.words[:300]}")
    assert found is not None
    return found.group(0)


def uuid_in(address: str) -> str:
    found = re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", address)
    expect(found, f"no place in the address {address}")
    assert found is not None
    return found.group(0)
