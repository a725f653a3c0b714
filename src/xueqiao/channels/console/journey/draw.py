"""A round, from the plan to the place: wishes by every channel, the frozen list, the value typed by two, the draw."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from xueqiao.channels.console.journey.bearings import ELDER_NAME, HOME_VILLAGE, uuid_in
from xueqiao.channels.console.journey.steps import expect
from xueqiao.channels.console.journey.visitor import Page, Visitor
from xueqiao.channels.console.journey.walk import Walk
from xueqiao.foundation.clock import at_local, local

# What is wanted of each class. Contested: 16 seats, 35 people. Together: two seats that only the household wishes for.
# Single: one seat, wished by two friends who want to come together and by one person who comes alone.
CONTESTED, TOGETHER, SINGLE, LINE = "旅程抽签班", "旅程二人班", "旅程一人班", "旅程候补班"
SEATS = {CONTESTED: 16, TOGETHER: 2, SINGLE: 1, LINE: 1}
FIRST_DAY_AHEAD = 160  # the demo's centre is fully booked for this term
WEEKS_EACH = 5  # copies keep the weekday and hour of the earlier class: one after another, nobody is in two at once
PAPERS = 30
PATIENCE_SECONDS = 60.0  # for what a job does after the commit; a busy machine is slow
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚"
VALUE, SLIP = "03 08 11 20 25 31 07", "03 08 11 20 25 31 08"
FRIEND = ("10099900002", "周晓燕", ("1996", "3", "8"))
NEWCOMER = ("10099900003", "孙新学", ("1971", "9", "2"))
HEAD = "number,pseudonym,size,weight,turn,buckets,wishes"


class Draw:
    """Steps share the codes of classes and round, whose entry is whose, and the folder that was published."""

    def __init__(self, walk: Walk, folder: Path) -> None:
        self.walk, self.region, self.folder = walk, walk.region, folder
        self.classes: dict[str, str] = {}
        self.runs: dict[str, str] = {}  # title -> the number forms use
        self.round = ""
        self.dates: dict[str, datetime] = {}
        self.entries: dict[str, str] = {}
        self.learners: list[str] = []
        self.receipts: dict[str, dict[str, Any]] = {}
        self.results: dict[int, list[str]] = {}

    # -- classes and the plan -----------------------------------------------------------------------------------------

    def clerk_opens_classes(self) -> str:
        """Three to be drawn and one first come, first served; the officer approves their price."""
        clerk = self.walk.signed_in("clerk", "/centre/")
        for title, seats in SEATS.items():
            self.classes[title] = self._open(clerk, title, seats, "first_come" if title == LINE else "draw")
        officer = self.walk.signed_in("county_officer", "/authority/approvals/")
        for code in self.classes.values():
            inbox = officer.open("/authority/approvals/")
            if code in inbox.response.text:
                officer.send(inbox, f"/authority/approvals/{code}/approve/")
        page = self.walk.visitor("guest").open(f"/classes/{self.classes[CONTESTED]}/")
        expect(page.says("抽签录取", "还没公布什么时候报名"), f"the class page: {page.words[:300]}")
        return "，".join(f"{title} {code}" for title, code in self.classes.items())

    def _open(self, clerk: Visitor, title: str, seats: int, admission: str) -> str:
        """A draft in a free room of next term, after the classes opened before it, published."""
        today, page = local(self.region.now()).date(), clerk.open("/centre/open/", **{"from": self.walk.source_code})
        teachers = _options(page, "teacher")
        earliest = FIRST_DAY_AHEAD + WEEKS_EACH * 7 * len(self.classes)
        for offset in range(earliest, earliest + WEEKS_EACH * 7, 7):
            for room in _options(page, "room"):
                sent = clerk.send(
                    page,
                    "/centre/open/",
                    press="做成草稿",
                    first_day=(today + timedelta(days=offset)).isoformat(),
                    room=room,
                    teacher=teachers[len(self.classes) % len(teachers)],
                    title=title,
                    capacity=str(seats),
                    admission=admission,
                )
                found = re.search(r"/centre/runs/([^/]+)/", sent.url)
                if found:
                    published = clerk.send(sent, "publish")
                    expect(published.status == 200, f"publishing failed: {published.words[:300]}")
                    return found.group(1)
        raise AssertionError(f"no free day for {title}: {sent.response.text.partition('notice error')[2][:300]}")

    def round_is_planned_and_opened_by_two(self) -> str:
        clerk, officer, guest = (self.walk.visitor(who) for who in ("clerk", "county_officer", "guest"))
        page = clerk.open("/rounds/staff/plan/")
        chosen: dict[str, str | list[str]] = {}
        for title in (CONTESTED, TOGETHER, SINGLE):
            self.runs[title] = self._run_number(page, self.classes[title])
            chosen[f"take-{self.runs[title]}"] = "1"
        form = page.form("plan-form")
        for name in ("info_opens_at", "wishes_open_at", "wishes_close_at", "source_due_at"):
            self.dates[name] = _moment(str(form.fields[name]))
        source = f"双色球 {self.dates['source_due_at']:%Y-%m-%d} 开奖号码"
        sent = clerk.press(page, form, None, title="旅程春季班", source_name=source, **chosen)
        found = re.search(r"/rounds/staff/(L\w+)/", sent.url)
        expect(found, f"the plan was not kept: {sent.words[:300]}")
        assert found is not None
        self.round = found.group(1)
        expect(not _offers(sent, "/open/"), "who planned the round is offered to open it")
        alone = self._post(clerk, sent, f"/rounds/staff/{self.round}/open/")
        expect(alone.status in (403, 409, 422), f"one person planned and opened: {alone.status}")
        expect(guest.open(f"/rounds/{self.round}/").status == 404, "residents see a round that nobody opened")
        opened = officer.send(officer.open(f"/rounds/staff/{self.round}/"), f"/rounds/staff/{self.round}/open/")
        expect(opened.says("已经开放"), f"the second person could not open it: {opened.words[:300]}")
        expect(guest.open(f"/rounds/{self.round}/").says("旅程春季班", "早填晚填机会一样"), "the round is not public")
        return f"{self.round}, wishes {self.dates['wishes_open_at']:%m-%d} to {self.dates['wishes_close_at']:%m-%d}"

    @staticmethod
    def _run_number(page: Page, code: str) -> str:
        for part in page.response.text.split("<fieldset"):
            found = re.search(r'name="take-(\d+)"', part)
            if found and f"{code} ·" in part:
                return found.group(1)
        raise LookupError(f"the plan does not offer {code}: {page.words[:300]}")

    # -- wishes -------------------------------------------------------------------------------------------------------

    def wishes_before_the_window_are_refused(self) -> str:
        newcomer = self.walk.visitor("newcomer")
        self.walk.open_account(newcomer, *NEWCOMER)
        page = self._wish(newcomer, [CONTESTED])
        expect(page.status in (409, 422) and page.says("没有收下"), f"answered {page.status} {page.words[:200]}")
        expect("/rounds/entries/" not in page.url, "a wish was taken before its time")
        self.region.advance_to(self.dates["wishes_open_at"] + timedelta(hours=1))
        return f"refused with {page.status}, days before the window"

    def household_enters_one_wish(self) -> str:
        daughter = self.walk.signed_in("daughter")
        wished = daughter.open(f"/classes/{self.classes[CONTESTED]}/")
        expect("/enter/" in wished.link("enter-round"), "the class page does not lead to the wishes")
        page = self._wish(daughter, [CONTESTED, TOGETHER])
        self.entries["household"] = uuid_in(page.url)
        page = daughter.press(page, page.form_with(f"加上{ELDER_NAME}"))
        expect(page.says("要么都录取，要么都不录取", ELDER_NAME), f"her father is not in it: {page.words[:300]}")
        self.entries["newcomer"] = uuid_in(self._wish(self.walk.visitor("newcomer"), [CONTESTED]).url)
        return f"two people, one entry with two ranked wishes: {_entry_code(page)}"

    def companions_agree_themselves(self) -> str:
        rider, friend = self.walk.signed_in("rider"), self.walk.visitor("friend")
        self.walk.open_account(friend, *FRIEND)
        page = self._wish(rider, [SINGLE])
        self.entries["companions"] = uuid_in(page.url)
        asked = rider.send(page, "invite", who=FRIEND[0])
        expect(asked.says("等他回答"), f"agreed without being asked: {asked.words[:300]}")
        mine = friend.open("/mine/")
        expect(mine.says("等您回答"), f"she does not learn of it: {mine.words[:300]}")
        page = friend.open(mine.link("open-entry"))
        page = friend.press(page, page.form_with("同意一起报"), press="yes")
        expect(page.says("已经算您一份"), f"she could not agree: {page.words[:300]}")
        stranger = self.walk.visitor("newcomer").open(f"/rounds/entries/{self.entries['companions']}/")
        expect(stranger.status in (403, 404), f"a stranger sees the entry: {stranger.status}")
        return f"{self.walk.people['rider'].name} and {FRIEND[1]} for one seat, each agreed"

    def _wish(self, visitor: Visitor, titles: list[str]) -> Page:
        """Rank the classes by the buttons of the page, look, hand in; handing in twice is one entry."""
        page = visitor.open(f"/rounds/{self.round}/enter/", run=self.classes[titles[0]])
        for title in titles[1:]:
            page = visitor.send(page, "wishes-form", press=f"add:{self.runs[title]}")
        check = visitor.send(page, "wishes-form", press="check")
        expect(check.says("请核对"), f"no page to check the wishes: {check.words[:300]}")
        done = visitor.send(check, "wishes-form", press="confirm")
        if "/rounds/entries/" in done.url:
            again = visitor.send(check, "wishes-form", press="confirm")
            expect(again.url == done.url, "the same form made two entries")
        return done

    def clerk_enters_people_without_phones(self) -> str:
        """Paper forms in a heap, one person at the counter, one on the telephone: the same page, the same odds."""
        clerk = self.walk.signed_in("clerk", "/centre/")
        self._register(clerk, PAPERS + 3)
        number = {title: sorted(self.runs, key=lambda each: self.classes[each]).index(title) + 1 for title in self.runs}
        lines = [f"XQ1/{self.round}/{code} {number[CONTESTED]}" for code in self.learners[:PAPERS]]
        lines.append(f"XQ1/{self.round}/{self.learners[PAPERS]} {number[SINGLE]}")
        page = clerk.open(f"/rounds/staff/{self.round}/bulk/")
        looked = clerk.send(page, "/bulk/", press="look", forms="\n".join([*lines, f"XQ1/{self.round}/0000000 1"]))
        expect(looked.says(f"没有错的 {len(lines)} 份，有错的 1 份"), f"the dry run says {looked.words[:300]}")
        expect("纸质" not in self._channels(clerk), "a dry run entered somebody")
        for _twice in range(2):
            done = clerk.send(looked, "/bulk/", press="enter", forms="\n".join(lines))
            expect(done.says(f"录入了 {len(lines)} 份"), f"not entered: {done.words[:300]}")
        for channel, code in zip(("counter", "phone"), self.learners[PAPERS + 1 :], strict=True):
            line = f"XQ1/{self.round}/{code} {number[CONTESTED]}"
            looked = clerk.send(page, "/bulk/", press="look", forms=line, channel=channel)
            done = clerk.send(looked, "/bulk/", press="enter", forms=line, channel=channel)
            expect(done.says("录入了 1 份"), f"{channel}: {done.words[:300]}")
        found = self._channels(clerk)
        wanted = {"网上": 3, "纸质": len(lines), "窗口": 1, "电话": 1}
        expect(found == wanted, f"the round counts {found}")
        return "，".join(f"{name} {count}" for name, count in found.items()) + "; the same heap twice is one entry each"

    def _register(self, clerk: Visitor, count: int) -> None:
        """Register people who have no phone, on their paper consent."""
        page = clerk.open("/centre/counter/")
        for number in range(count):
            page = clerk.send(
                page,
                "counter-register",
                name=f"{SURNAMES[number]}桂香",
                birth_date=f"{1951 + number % 9}-0{number % 9 + 1}-12",
                sex="f",
                region=HOME_VILLAGE,
                has_consented="1",
            )
            found = re.search(r"学员号 ?(\d{7,16})", page.words)
            expect(found, f"not registered: {page.words[:300]}")
            assert found is not None
            self.learners.append(found.group(1))
        expect(len(set(self.learners)) == count, "two people have one learner number")

    def _channels(self, clerk: Visitor) -> dict[str, int]:
        """Entries of the round by channel, as its staff reads them."""
        aside = clerk.open(f"/rounds/staff/{self.round}/").response.text.partition("<aside")[2]
        pairs = re.findall(r"<dt>(网上|窗口|电话|纸质)</dt><dd>(\d+)", re.sub(r">\s+<", "><", aside))
        return {name: int(count) for name, count in pairs}

    # -- the frozen list, the value, the draw -------------------------------------------------------------------------

    def list_is_frozen_with_a_fingerprint(self) -> str:
        self.region.advance_to(self.dates["wishes_close_at"] + timedelta(minutes=2))
        clerk, guest = self.walk.signed_in("clerk", "/centre/"), self.walk.visitor("guest")
        late = self._wish(self.walk.visitor("elder"), [CONTESTED])
        expect("/rounds/entries/" not in late.url, "a wish was taken after the close")
        steps = clerk.open(f"/centre/draws/{self.round}/")
        if _offers(steps, "/freeze/"):  # else the platform was faster: it closes the list by itself
            steps = clerk.send(steps, f"/centre/draws/{self.round}/freeze/")
        expect(not _offers(steps, "/value/"), "the value can be typed before it falls")
        freeze = json.loads(self._file("freeze.json"))
        entries = self._file("entries.csv").decode("ascii").splitlines()
        expect(entries[0] == HEAD and len(entries) == freeze["entries"] + 1, f"the list: {entries[:2]}")
        count = PAPERS + 1 + 2 + 3
        expect(freeze["entries"] == count, f"{freeze['entries']} entries, {count} were handed in")
        page = guest.open(f"/draws/{self.round}/")
        mark = freeze["fingerprints"]["list"]
        expect(page.says(mark), f"the fingerprint {mark} is not on the page: {page.words[:300]}")
        expect(guest.fetch(f"/draws/{self.round}/files/result.csv").status_code == 404, "a result before the draw")
        self._read_receipts()
        papers = sum(line.split(",")[3] == "2" for line in entries[1:])
        weight = self.receipts["newcomer"]["line"].split(",")[3]
        expect(papers >= PAPERS + 3 and weight == "2", f"{papers} lines weigh 2, her line from the web {weight}")
        return f"{count} entries, {mark}; a first-time learner weighs {weight} on the web as on paper"

    def _read_receipts(self) -> None:
        for who, entry in self.entries.items():
            visitor = self.walk.visitor({"household": "daughter", "companions": "rider"}.get(who, who))
            self.receipts[who] = json.loads(visitor.fetch(f"/mine/receipts/{entry}/file/").text)

    def value_is_typed_by_two(self) -> str:
        self.region.advance_to(self.dates["source_due_at"] + timedelta(minutes=1))
        clerk, officer = self.walk.signed_in("clerk", "/centre/"), self.walk.signed_in("county_officer", "/authority/")
        steps = f"/centre/draws/{self.round}/"
        page = clerk.open(steps)
        early = self._post(clerk, page, steps + "hold/")
        expect(early.status in (403, 409, 422), f"drawn without a value: {early.status}")
        page = clerk.send(clerk.open(steps), "type-value", value=VALUE)
        page = clerk.send(page, "type-value", value=VALUE)
        expect(not _offers(page, "/hold/"), "one person typed the value twice and it counts")
        slip = officer.send(officer.open(steps), "type-value", value=SLIP)
        expect(slip.status in (409, 422), f"two different values: {slip.status} {slip.words[:200]}")
        page = officer.send(officer.open(steps), "type-value", value=VALUE)
        expect(page.says("两位填得一样") and _offers(page, "/hold/"), f"not settled: {page.words[:300]}")
        return f"{VALUE}; once by one, once by another; a slip of one digit is refused"

    def draw_is_held_and_published(self) -> str:
        officer, guest = self.walk.visitor("county_officer"), self.walk.visitor("guest")
        page = officer.send(officer.open(f"/centre/draws/{self.round}/"), "hold-draw")
        expect(page.says("已经抽完"), f"not drawn: {page.words[:300]}")
        archive = guest.fetch(f"/draws/{self.round}/files/draw-{self.round}.zip").content
        with zipfile.ZipFile(BytesIO(archive)) as packed:
            packed.extractall(self.folder)
        for line in (self.published / "result.csv").read_text("ascii").splitlines()[1:]:
            self.results[int(line.split(",")[1])] = line.split(",")
        won = sum(each[2] == "won" and each[3] == self.classes[CONTESTED] for each in self.results.values())
        expect(SEATS[CONTESTED] - 1 <= won <= SEATS[CONTESTED], f"{won} entries won {SEATS[CONTESTED]} seats")
        return f"{len(archive):,} bytes published; {won} entries won the {SEATS[CONTESTED]} contested seats"

    @property
    def published(self) -> Path:
        """The folder as anybody downloads it."""
        return self.folder / f"draw-{self.round}"

    def two_verifiers_agree(self) -> str:
        first = self._verify()
        second = self._verify_alone()
        expect(first.returncode == 0 and second.returncode == 0, f"{first.stdout[-300:]} {second.stdout[-300:]}")
        one, two = json.loads(first.stdout), json.loads(second.stdout)
        same = {"result": one["result_hash"] == two["result_sha256"], "list": one["list_root"] == two["list_root"]}
        expect(all(same.values()), f"the two differ: {same}")
        page = self.walk.visitor("guest").open(f"/draws/{self.round}/")
        expect(one["result_hash"] in page.response.text, "the page shows another result")
        result = self.published / "result.csv"
        before = result.read_bytes()
        result.write_bytes(before.replace(b",won,", b",wen,", 1))
        codes = (self._verify().returncode, self._verify_alone().returncode)
        result.write_bytes(before)
        expect(codes == (1, 1), f"one changed letter: exit {codes}")
        return (
            f"xueqiao draw verify and verify.py give {one['result_hash'][:16]}…; one changed letter: exit 1 from both"
        )

    def _verify(self) -> subprocess.CompletedProcess[str]:
        return self.region.command("draw", "verify", str(self.published), "--json")

    def _verify_alone(self) -> subprocess.CompletedProcess[str]:
        """The verifier that came in the folder, by a Python that sees nothing of the platform."""
        program = [sys.executable, "-I", "-S", str(self.published / "verify.py"), str(self.published), "--json"]
        return subprocess.run(program, capture_output=True, text=True, timeout=60, check=False, cwd=self.folder)

    def receipt_proves_her_line(self) -> str:
        newcomer, uuid = self.walk.visitor("newcomer"), self.entries["newcomer"]
        page = newcomer.open(f"/mine/receipts/{uuid}/")
        receipt = self.receipts["newcomer"]
        expect(page.says("名单行号", str(receipt["number"])), f"the receipt page: {page.words[:300]}")
        file = self.folder / "receipt.json"
        file.write_text(json.dumps(receipt), "utf-8")
        said = self.region.command("draw", "receipt", str(file), "--folder", str(self.published))
        expect(said.returncode == 0, f"exit {said.returncode}: {said.stdout[-300:]}")
        heavier = receipt | {"line": receipt["line"].replace(",1,2,", ",1,9,", 1)}
        expect(heavier != receipt, f"nothing to change in {receipt['line']}")
        file.write_text(json.dumps(heavier), "utf-8")
        said = self.region.command("draw", "receipt", str(file), "--folder", str(self.published))
        expect(said.returncode == 1, f"a heavier line: exit {said.returncode}")
        peek = self.walk.visitor("rider").open(f"/mine/receipts/{uuid}/")
        expect(peek.status in (403, 404), f"somebody else's receipt opens: {peek.status}")
        expect(NEWCOMER[1] not in (self.published / "entries.csv").read_text("ascii"), "a name in the list")
        return f"line {receipt['number']} of {receipt['entries']}, {len(receipt['path'])} hashes up to the list's root"

    def all_or_nothing(self) -> str:
        """The household has two seats of one class; the friends, for whom one seat was left, have none."""
        household, companions = (self._result_of(who) for who in ("household", "companions"))
        expect(household[2] == "won", f"the household lost two seats that nobody else wished: {household}")
        expect(companions[2] == "lost", f"two friends won one seat: {companions}")
        winners = [each for each in self.results.values() if each[3] == self.classes[SINGLE]]
        expect(len(winners) == 1, f"the single seat went to {winners}")
        places = self._until(self.walk.visitor("daughter"), "等您确认的座位")
        for name in (self.walk.people["daughter"].name, ELDER_NAME):
            expect(places.says(name), f"no seat for {name}: {places.words[:300]}")
        for who in ("rider", "friend"):
            links = self.walk.visitor(who).open("/mine/places/").links
            expect(all(link.data_action != "open-offer" for link in links), f"{who} has half of a pair's seat")
        return f"both of the household in {household[3]}; neither friend; the single seat to who came alone"

    def losers_wait_in_drawn_order(self) -> str:
        seen = []
        for who, visitor in (("companions", "rider"), ("newcomer", "newcomer")):
            result = self._result_of(who)
            if result[2] == "lost":
                place = result[5].split(" ")[0]
                self._until(self.walk.visitor(visitor), f"候补中（第 {place} 位）")
                seen.append(f"{who} {place}")
        return "the pages show the places the published result gives: " + "，".join(seen)

    def fairness_report_names_every_channel(self) -> str:
        report = json.loads((self.published / "report.json").read_text("utf-8"))
        channels = {cell["group"]: cell for cell in report["by"]["channel"]}
        expect(set(channels) == {"web", "paper", "counter", "phone"}, f"channels: {sorted(channels)}")
        paper = channels["paper"]
        expect(paper.get("people") == PAPERS + 1, f"paper: {paper}")
        hidden = [name for name, cell in channels.items() if cell.get("hidden")]
        expect(sorted(hidden) == ["counter", "phone", "web"], f"hidden: {hidden}")
        page = self.walk.visitor("guest").open(f"/draws/{self.round}/")
        expect(page.says("公平报告", "纸质", "少于十人，不公布"), f"the page: {page.words[:300]}")
        return f"paper {paper['won']} of {paper['people']}; web, counter, phone are fewer than ten and stay hidden"

    def household_accepts_and_pays(self) -> str:
        """The offers are told from eight o'clock, and hold 72 hours from then."""
        morning = local(self.dates["source_due_at"] + timedelta(days=1)).replace(hour=8, minute=0)
        self.region.advance_to(morning + timedelta(minutes=5))
        daughter = self.walk.signed_in("daughter")
        until = morning + timedelta(hours=72)
        won = self._result_of("household")[3]
        title = next(each for each, code in self.classes.items() if code == won)  # of either wish
        for _person in range(2):
            places = wait_for(lambda: daughter.open("/mine/places/"), title)
            page = daughter.open(seats_offered(places, title)[0])
            expect(page.says(kept_until(until)), f"not 72 hours from eight o'clock: {page.words[:300]}")
            self.walk._pay(daughter, self._accept(daughter, page))
        left = seats_offered(daughter.open("/mine/places/"), title)
        expect(not left, f"an offer is left: {left}")
        roster = self.walk.signed_in("clerk", "/centre/").open(f"/centre/runs/{won}/")
        for name in (self.walk.people["daughter"].name, ELDER_NAME):
            expect(roster.says(name), f"{name} is not on the roster: {roster.words[:300]}")
        return "two offers accepted, two bills paid by signed messages, both on the roster"

    # -- what several steps do ----------------------------------------------------------------------------------------

    @staticmethod
    def _accept(visitor: Visitor, offer: Page) -> Page:
        """要这个座位, then the check: return the bill."""
        check = visitor.send(offer, "accept-offer")
        return visitor.send(check, f"/enrol/place/{uuid_in(check.url)}/confirm/")

    def _result_of(self, who: str) -> list[str]:
        return self.results[int(self.receipts[who]["number"])]

    def _file(self, name: str) -> bytes:
        answer = self.walk.visitor("guest").fetch(f"/draws/{self.round}/files/{name}")
        expect(answer.status_code == 200, f"{name}: {answer.status_code}")
        return answer.content

    def _until(self, visitor: Visitor, phrase: str, path: str = "/mine/places/") -> Page:
        return wait_for(lambda: visitor.open(path), phrase)

    @staticmethod
    def _post(visitor: Visitor, page: Page, path: str) -> Page:
        """Press a button the page does not offer."""
        token = next(form.fields["csrfmiddlewaretoken"] for form in page.forms if "csrfmiddlewaretoken" in form.fields)
        headers = {"Referer": page.url, "Origin": visitor.address}
        return Page(visitor.call("POST", path, data={"csrfmiddlewaretoken": token}, headers=headers))


def seats_offered(places: Page, title: str) -> list[str]:
    """The addresses of the seats of this class that wait for a yes."""
    return [link.href for link in places.links if link.data_action == "open-offer" and title in link.words]


def kept_until(until: datetime) -> str:
    """How an offer says until when its seat is kept."""
    weekday = "一二三四五六日"[until.weekday()]
    return f"座位给您留到 {until.month} 月 {until.day} 日 周{weekday} {until:%-H:%M}"


def wait_for(read: Callable[[], Page], phrase: str, seconds: float = PATIENCE_SECONDS) -> Page:
    """Read again until the phrase stands there: what a job does after the commit."""
    deadline = time.monotonic() + seconds
    while True:
        page = read()
        if page.says(phrase):
            return page
        if time.monotonic() > deadline:
            raise LookupError(f"{phrase!r} never appeared: {page.words[:300]}")
        time.sleep(0.3)


def _offers(page: Page, part: str) -> bool:
    return any(part in form.action for form in page.forms)


def _options(page: Page, name: str) -> list[str]:
    """Values of a choice, the first the page's own."""
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', page.response.text, re.S)
    return re.findall(r'value="(\d+)"', select.group(0)) if select else []


def _moment(text: str) -> datetime:
    typed = datetime.fromisoformat(text)
    return at_local(typed.date(), typed.hour, typed.minute)


def _entry_code(page: Page) -> str:
    found = re.search(r"Z[\d ]{8,}", page.words)
    return found.group(0).replace(" ", "") if found else ""
