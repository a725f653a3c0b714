"""The whole way: from a phone code to the province's figure, each step through the page a person would use."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from xueqiao.channels.console.journey.bank import BankSteps
from xueqiao.channels.console.journey.bearings import (
    CLASS_TITLE,
    ELDER_BORN,
    ELDER_NAME,
    ELDER_PHONE,
    HOME_COUNTY,
    HOME_TOWN,
    HOME_VILLAGE,
    INDICATOR,
    LINEAGE,
    SEARCHES,
    six_digits,
    uuid_in,
)
from xueqiao.channels.console.journey.steps import StepResult, expect, take
from xueqiao.channels.console.journey.visitor import Page, Visitor
from xueqiao.foundation.clock import local


class Walk(BankSteps):
    """One journey through one region. Steps share what they learned: codes, uuids, figures."""

    def until_the_first_lesson(self) -> Iterator[StepResult]:
        """Finding, family, class, seats, money. A failed step does not stop the others."""
        plan: list[tuple[str, Callable[[], str]]] = [
            ("site_is_ready", self.site_is_ready),
            ("search_five_ways", self.search_five_ways),
            ("facet_counts_are_right", self.facet_counts_are_right),
            ("class_page_shows_seats", self.class_page_shows_seats),
            ("elder_signs_in_by_phone_code", self.elder_signs_in_by_phone_code),
            ("daughter_signs_in_and_chooses_place", self.daughter_signs_in_and_chooses_place),
            ("daughter_may_act_for_her_father", self.daughter_may_act_for_her_father),
            ("staff_enter", self.staff_enter),
            ("clerk_copies_last_term", self.clerk_copies_last_term),
            ("officer_approves_the_price", self.officer_approves_the_price),
            ("daughter_enrols_and_pays_for_her_father", self.daughter_enrols_her_father),
            ("double_submit_makes_one_place", self.double_submit_makes_one_place),
            ("rider_enrols_free_in_three_screens", self.rider_enrols_free),
            ("rider_pays", self.rider_pays),
            ("rider_withdraws_and_is_refunded", self.rider_withdraws),
            ("slip_and_calendar", self.slip_and_calendar),
            ("counter_enrols_without_phone", self.counter_enrols_without_phone),
            ("enrolment_through_the_api", self.enrolment_through_the_api),
        ]
        for name, action in plan:
            yield take(name, action)

    def from_the_first_lesson(self) -> Iterator[StepResult]:
        """The roll, the figure, completion, credit, certificate. The clock moves from lesson to lesson."""
        plan: list[tuple[str, Callable[[], str]]] = [
            ("figure_before", self.figure_before),
            ("teacher_calls_the_roll", self.teacher_calls_the_roll),
            ("figure_moved_by_one", self.figure_moved_by_one),
            ("evidence_leads_to_the_signature", self.evidence_leads_to_the_signature),
            ("elder_scans_the_rotating_code", self.elder_scans_the_rotating_code),
            ("class_completes_by_rule", self.class_completes_by_rule),
            ("credit_deposited_with_one_press", self.credit_deposited),
            ("claim_is_recognised_by_three", self.claim_is_recognised),
            ("credit_is_converted", self.credit_is_converted),
            ("certificate_issued", self.certificate_issued),
            ("certificate_verifies_online_and_offline", self.certificate_verifies),
            ("ledger_verifies", self.ledger_verifies),
            ("records_through_the_api", self.records_through_the_api),
        ]
        for name, action in plan:
            yield take(name, action)

    # -- finding ------------------------------------------------------------------------------------------------------

    def site_is_ready(self) -> str:
        guest = self.visitor("guest")
        for path in ("/-/live", "/-/ready", "/-/status"):
            expect(guest.fetch(path).status_code == 200, f"{path} did not answer 200")
        home = guest.open("/")
        expect(home.status == 200 and home.says("演示"), "home does not open, or does not say that it is a demo")
        return f"home answers, {len(home.response.content):,} bytes"

    def search_five_ways(self) -> str:
        guest = self.visitor("guest")
        found = {}
        for way, text in SEARCHES.items():
            page = guest.open("/find/", q=text, place=HOME_COUNTY)
            expect(page.says("太极拳"), f"{way} {text!r} does not find 太极拳: {page.words[:200]}")
            found[way] = text
        return "，".join(f"{way} {text}" for way, text in found.items())

    def facet_counts_are_right(self) -> str:
        guest = self.visitor("guest")
        answer = guest.fetch("/api/v1/classes?page_size=1").json()
        checked = 0
        for facet in answer["facets"]:
            name, value, count = facet["facet"], facet["value"], facet["count"]
            narrowed = guest.fetch(f"/api/v1/classes?page_size=1&{name}={quote(value)}").json()
            if "total" in narrowed and not facet["is_on"]:
                expect(narrowed["total"] == count, f"{name}={value} promises {count}, gives {narrowed['total']}")
                checked += 1
        expect(checked >= 8, f"only {checked} facet values could be checked: {answer['facets']}")
        return f"{checked} facet values, each gives the number it promises"

    def class_page_shows_seats(self) -> str:
        card = self._open_class("free")
        page = self.visitor("guest").open(f"/classes/{card}/")
        expect(page.says("座"), "the class page shows no seats")
        expect("<svg" in page.response.text, "the class page has no seat meter")
        return f"class {card}"

    # -- people -------------------------------------------------------------------------------------------------------

    def elder_signs_in_by_phone_code(self) -> str:
        elder = self.visitor("elder")
        self.open_account(elder, ELDER_PHONE, ELDER_NAME, ELDER_BORN)
        return f"{ELDER_NAME} has an account after one code and one page"

    def daughter_signs_in_and_chooses_place(self) -> str:
        daughter = self.visitor("daughter")
        self._sign_in(daughter, self.people["daughter"].phone)
        page = daughter.open("/place/", q="合德镇")
        page = daughter.send(page, "/place/", press="合德", region=f"{HOME_TOWN}000")
        home = daughter.open("/")
        expect(home.says("合德镇"), f"home does not show the chosen place: {home.words[:200]}")
        return "home is now about 合德镇"

    def daughter_may_act_for_her_father(self) -> str:
        daughter = self.visitor("daughter")
        page = daughter.open("/family/add/")
        page = daughter.send(page, "ask-link", name=ELDER_NAME, phone=ELDER_PHONE, relation="child")
        page = daughter.send(page, "confirm-link", code=six_digits(page))
        family = daughter.open("/family/")
        expect(family.says(ELDER_NAME), f"the family page does not name him: {family.words[:300]}")
        return "confirmed by the code on his phone"

    def staff_enter(self) -> str:
        for key in ("teacher", "clerk", "county_officer", "other_county_officer", "province_officer", "rider"):
            visitor = self.visitor(key)
            page = visitor.send(visitor.open(self.people[key].entry_path), "enter-demo")
            expect(page.status == 200, f"{key} cannot enter: {page.status} {page.words[:200]}")
        return "six demo people entered by one-time links"

    # -- the class ----------------------------------------------------------------------------------------------------

    def clerk_copies_last_term(self) -> str:
        clerk = self.visitor("clerk")
        choose = clerk.open("/centre/open/")
        sources = re.findall(r"from=(X\d+)", choose.response.text)
        expect(sources, f"no earlier class to copy: {choose.words[:300]}")
        source = self.source_code = self._shortest(sources)
        first_day = local(self.region.now()).date() + timedelta(days=1)
        for offset in range(21):
            page = clerk.open("/centre/open/", **{"from": source})
            sent = clerk.send(
                page,
                "/centre/open/",
                press="做成草稿",
                first_day=(first_day + timedelta(days=offset)).isoformat(),
                teacher=self._option(page, "teacher", self.people["teacher"].name),
                title=CLASS_TITLE,
            )
            match = re.search(r"/centre/runs/([^/]+)/", sent.url)
            if match:
                self.run_code = match.group(1)
                published = clerk.send(sent, "publish")
                expect(published.status == 200, f"publishing failed: {published.words[:300]}")
                return f"{self.run_code} from {source}, first session in {offset + 1} days"
        raise AssertionError(f"no free day in three weeks: {sent.words[:300]}")

    def officer_approves_the_price(self) -> str:
        officer = self.visitor("county_officer")
        inbox = officer.open("/authority/approvals/")
        if self.run_code not in inbox.response.text:
            return "the class costs nothing and needed no approval"
        done = officer.send(inbox, f"/authority/approvals/{self.run_code}/approve/")
        expect(done.status == 200 and done.says("已批准"), f"not approved: {done.words[:200]}")
        return f"{self.run_code} approved by another person than the one who opened it"

    # -- enrolling ----------------------------------------------------------------------------------------------------

    def daughter_enrols_her_father(self) -> str:
        daughter = self.visitor("daughter")
        expect(daughter.open(f"/classes/{self.run_code}/").status == 200, "the class page does not open")
        self.hold_form = daughter.open(f"/enrol/{self.run_code}/")
        check = daughter.send(self.hold_form, f"/enrol/{self.run_code}/", press=ELDER_NAME)
        expect(check.says("座位给您留到"), f"no hold with an absolute time: {check.words[:300]}")
        self.place = uuid_in(check.url)
        bill = daughter.send(check, f"/enrol/place/{self.place}/confirm/")
        paid = self._pay(daughter, bill)
        return f"class, who, check, pay: four screens; {paid}; place {self.place}"

    def _pay(self, payer: Visitor, bill: Page) -> str:
        """At the rehearsal cashier: a forged and a wrong-amount message first, then the right one, twice."""
        expect("/pay/" in bill.url, f"no bill: {bill.url} {bill.words[:200]}")
        cashier = payer.send(bill, "pay-online")
        expect(cashier.says("演练收银台，不会真的扣钱"), f"no labelled rehearsal cashier: {cashier.words[:200]}")
        for choice, word in (("forged", "签名不对"), ("wrong_amount", "金额不对")):
            page = payer.send(cashier, "rehearse-pay", press=choice)
            expect(page.says(word), f"{choice} was not refused by name: {page.words[:300]}")
            expect(not payer.open(bill.url).says("报上了"), f"{choice} enrolled somebody")
        page = payer.send(cashier, "rehearse-pay", press="pay_twice")
        expect(page.says("重复消息"), f"the second message is not named a repetition: {page.words[:300]}")
        done = payer.open(bill.url)
        expect(done.says("报上了"), f"paid, but not enrolled: {done.words[:300]}")
        return "forged and wrong amount refused, paid once by a message that came twice"

    def double_submit_makes_one_place(self) -> str:
        daughter = self.visitor("daughter")
        left = self._seats_left(self.run_code)
        again = daughter.send(self.hold_form, f"/enrol/{self.run_code}/", press=ELDER_NAME)
        expect(again.status < 500, f"a second submit broke: {again.status}")
        expect(self._seats_left(self.run_code) == left, "a second submit took a second seat")
        return f"still {left} seats left"

    def rider_enrols_free(self) -> str:
        rider, code = self.visitor("rider"), self._open_class("free")
        check = rider.send(rider.open(f"/enrol/{code}/"), f"/enrol/{code}/", press=self.people["rider"].name)
        done = rider.send(check, f"/enrol/place/{uuid_in(check.url)}/confirm/")
        expect(done.says("报上了"), f"not enrolled: {done.words[:300]}")
        undone = rider.send(done, "undo-enrolment")
        expect(undone.status == 200, f"ten minutes to take it back do not work: {undone.words[:300]}")
        return f"class, who, check: three screens ({code}), then taken back within ten minutes"

    def rider_pays(self) -> str:
        rider, code = self.visitor("rider"), self._open_class("paid")
        check = rider.send(rider.open(f"/enrol/{code}/"), f"/enrol/{code}/", press=self.people["rider"].name)
        self.paid_place = uuid_in(check.url)
        return self._pay(rider, rider.send(check, f"/enrol/place/{self.paid_place}/confirm/"))

    def rider_withdraws(self) -> str:
        rider = self.visitor("rider")
        page = rider.open(f"/mine/places/{self.paid_place}/withdraw/")
        expect(page.says("钱全部原路退回"), f"the whole refund is not promised beforehand: {page.words[:300]}")
        done = rider.send(page, "undo-enrolment")
        expect(done.says("已退课", "退回", "元"), f"taking it back failed: {done.status} {done.words[:300]}")
        again = rider.open("/mine/")
        expect(again.status == 200, "my learning does not open")
        return "taken back within ten minutes: all of it promised first, then given back through the same gateway"

    def slip_and_calendar(self) -> str:
        daughter = self.visitor("daughter")
        slip = daughter.open(f"/enrol/place/{self.place}/slip/")
        expect(slip.says(ELDER_NAME), "the slip does not name him")
        calendar = daughter.fetch(f"/enrol/place/{self.place}/calendar.ics")
        expect(calendar.text.startswith("BEGIN:VCALENDAR\r\n"), "no calendar file")
        mine = self.visitor("elder").open("/mine/")
        expect(mine.says("合作社管理"), f"my learning does not show the class: {mine.words[:300]}")
        return f"{calendar.text.count('BEGIN:VEVENT')} sessions in the calendar file"

    def counter_enrols_without_phone(self) -> str:
        clerk = self.visitor("clerk")
        page = clerk.open("/centre/counter/", q="合作社管理")
        forms = [f for f in page.forms if any(value == self.run_code for _n, value, _w in f.buttons)]
        expect(forms, f"the counter does not find the class: {page.words[:300]}")
        page = clerk.press(page, forms[0], self.run_code)
        page = clerk.send(
            page,
            "counter-register",
            name="吴阿婆",
            birth_date="1948-02-03",
            sex="f",
            region=HOME_VILLAGE,
            has_consented="1",
        )
        expect(page.says("吴阿婆"), f"not registered: {page.words[:400]}")
        page = clerk.send(page, "counter-enrol-cash", press="cash", cash_yuan="320")
        expect(page.says("报名编号"), f"not enrolled at the counter: {page.words[:400]}")
        return "registered on paper consent and enrolled through the same door"

    # -- the figure ---------------------------------------------------------------------------------------------------

    def figure_before(self) -> str:
        self.before = self._figures()
        return "，".join(f"{unit} {count}" for unit, count in self.before.items())

    def teacher_calls_the_roll(self) -> str:
        self.region.advance_to(self._sessions()[0][0] + timedelta(minutes=5))
        teacher = self.visitor("teacher")
        page = self._roll()
        absent = self._person_on(page, "吴阿婆")
        signed = teacher.send(page, "sign-roll", absent=[absent])
        expect(signed.says("到 1 人"), f"the roll is not signed: {signed.words[:300]}")
        self.region.wait_for_worker()
        return "one press for the whole roll; 吴阿婆 absent"

    def figure_moved_by_one(self) -> str:
        self.after = self._figures()
        moved = {unit: self.after[unit] - self.before[unit] for unit in LINEAGE}
        expect(set(moved.values()) == {1}, f"moved by {moved}")
        return "province, city, county, town and village each by exactly one person"

    def evidence_leads_to_the_signature(self) -> str:
        self.evidence = f"/authority/{INDICATOR}/{HOME_VILLAGE}/evidence/"
        page = self.visitor("county_officer").open(self.evidence)
        teacher = self.people["teacher"].name
        expect(page.says(ELDER_NAME, "合作社管理", teacher), f"no signature in the evidence: {page.words[:400]}")
        masked = self.visitor("province_officer").open(self.evidence)
        expect(not masked.says(ELDER_NAME), "the province sees a full name")
        return self.region.address + self.evidence

    def elder_scans_the_rotating_code(self) -> str:
        self.region.advance_to(self._sessions()[1][0] + timedelta(minutes=1))
        teacher, elder = self.visitor("teacher"), self.visitor("elder")
        code_path = self._roll().url.replace("/roll/", "/code/")
        page = teacher.send(teacher.open(code_path), "open-code")
        token = re.search(r"/attend/([^/\"?<]+)/", page.words)
        expect(token, f"the code page shows no address: {page.words[:300]}")
        assert token is not None
        signed = elder.open(f"/attend/{token.group(1)}/")
        for form in signed.forms:
            if "attend" in form.action:
                signed = elder.send(signed, form.action)
                break
        expect(signed.says("签到"), f"not signed in: {signed.words[:300]}")
        again = elder.open(f"/attend/{token.group(1)}/")
        expect(again.says("已签到") or again.says("签到"), f"a second scan is not friendly: {again.words[:200]}")
        stranger = self.visitor("rider").open(f"/attend/{token.group(1)}/")
        expect(not stranger.says("签到成功"), "somebody who is not enrolled signed in")
        self._sign_roll()
        return "scanned, scanned again, and a stranger refused"

    def class_completes_by_rule(self) -> str:
        for starts_at, _ends_at in self._sessions()[2:-1]:
            self.region.advance_to(starts_at + timedelta(minutes=5))
            self._sign_roll()
        self.region.advance_to(self._sessions()[-1][1] + timedelta(minutes=5))
        self._sign_roll()
        self.region.wait_for_worker(40)
        page = self._until(lambda: self.visitor("elder").open("/mine/passport/"), "可以存入")
        return re.sub(r"\s+", "", page.words)[:120]

    # -- credit and certificate ---------------------------------------------------------------------------------------

    def credit_deposited(self) -> str:
        elder = self.visitor("elder")
        page = elder.open("/mine/passport/")
        expect(page.says("学分", "次"), f"the proposal does not quote its rule: {page.words[:300]}")
        done = elder.send(page, "deposit-credit")
        expect(done.status == 200 and not done.says("确认存入 1 学分"), f"not deposited: {done.words[:300]}")
        return "one press; the passport shows the stamp"

    def certificate_issued(self) -> str:
        elder = self.visitor("elder")
        page = elder.open("/mine/passport/")
        for form in page.forms:
            if "/certificate/" in form.action:
                page = elder.send(page, form.action)
                break
        else:
            page = elder.open(page.link("open-certificate"))
        self.certificate = elder.fetch(page.link("certificate-pdf")).content
        credential = elder.fetch(page.link("certificate-json")).content
        expect(self.certificate.startswith(b"%PDF"), "no PDF")
        proof = json.loads(credential)["proof"]
        suite = (proof[0] if isinstance(proof, list) else proof)["cryptosuite"]
        expect(suite == "eddsa-rdfc-2022", f"signed with {suite}")
        found = re.search(r"/verify/([A-Z0-9-]+)/", page.response.text)
        expect(found, "the certificate page names no code")
        assert found is not None
        self.certificate_code, self.credential = found.group(1), credential
        return f"{self.certificate_code}, PDF {len(self.certificate):,} bytes, {suite}"

    def certificate_verifies(self) -> str:
        page = Visitor("employer", self.region.address).open(f"/verify/{self.certificate_code}/")
        expect(page.says("有效", "李*山") and not page.says(ELDER_NAME), f"verify page: {page.words[:300]}")
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("certificate.pdf", self.certificate), ("certificate.json", self.credential)):
                file = Path(folder) / name
                file.write_bytes(content)
                said = self.region.command("cert", "verify", str(file))
                expect(said.returncode == 0, f"{name} offline: exit {said.returncode}: {said.stdout[-300:]}")
            broken = self.credential.replace("合作社".encode(), "合作杜".encode(), 1)
            expect(broken != self.credential, "nothing to change")
            file.write_bytes(broken)
            said = self.region.command("cert", "verify", str(file))
            expect(said.returncode == 1, f"one changed character: exit {said.returncode}")
        return "valid online and offline; one changed character is refused with exit 1"

    def ledger_verifies(self) -> str:
        said = self.region.command("ledger", "verify", "--json")
        expect(said.returncode == 0, f"exit {said.returncode}: {said.stdout[-300:]} {said.stderr[-300:]}")
        verdict = json.loads(said.stdout)
        return f"{verdict['transfers']} transfers, {verdict['balances']} balances, all agree"

    def enrolment_through_the_api(self) -> str:
        api, rider = Visitor("api", self.region.address), self.people["rider"]
        refused = api.call("POST", "/api/v1/sign-in-codes", json={"phone": "123"})
        expect(refused.headers["content-type"].startswith("application/problem+json"), "no problem+json")
        bearer = self._bearer(api, rider.phone, ["read", "enrol"])
        run, key = self._open_class("free"), {"Idempotency-Key": "journey-api-0001"}
        held = [api.call("POST", "/api/v1/places", json={"class_code": run}, headers=bearer | key) for _ in range(2)]
        expect(held[0].status_code == 201, f"hold: {held[0].status_code} {held[0].text[:300]}")
        expect(held[0].json()["uuid"] == held[1].json()["uuid"], "one key gave two places")
        uuid = held[0].json()["uuid"]
        confirmed = api.call("POST", f"/api/v1/places/{uuid}/confirm", json={"agreed_fen": 0}, headers=bearer)
        expect(confirmed.status_code == 200, f"confirm: {confirmed.status_code} {confirmed.text[:300]}")
        withdrawn = api.call("POST", f"/api/v1/places/{uuid}/withdraw", json={"seen_fen": 0}, headers=bearer)
        expect(withdrawn.status_code == 200, f"withdraw: {withdrawn.status_code} {withdrawn.text[:300]}")
        return f"code, token, hold twice with one key, confirm and withdraw in {run}"

    def records_through_the_api(self) -> str:
        api = Visitor("api", self.region.address)
        bearer = self._bearer(api, ELDER_PHONE, ["read"])
        for path in ("me", "me/places", "me/attendance", "me/credits", "me/certificates"):
            answer = api.fetch(f"/api/v1/{path}", **bearer)
            expect(answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}")
        verified = api.fetch(f"/api/v1/verify/{self.certificate_code}")
        expect(verified.json()["state"] == "valid", f"verify: {verified.text[:200]}")
        figure = api.fetch(f"/api/v1/indicators/{INDICATOR}/32").json()["figure"]["numerator"]
        expect(figure == self.after["32"], f"the API says {figure}, the page {self.after['32']}")
        return f"places, attendance, credits, certificates, verify, figure {figure}"

    def _bearer(self, api: Visitor, phone: str, scopes: list[str]) -> dict[str, str]:
        # The code reaches the phone; in a rehearsal the phone is the page that asked.
        code = six_digits(api.send(api.open("/sign-in/"), "send-code", press="sms", phone=phone))
        asked = {"phone": phone, "code": code, "label": "journey", "scopes": scopes}
        token = api.call("POST", "/api/v1/sign-in", json=asked)
        expect(token.status_code == 200, f"sign-in: {token.status_code} {token.text[:300]}")
        return {"Authorization": f"Bearer {token.json()['token']}"}
