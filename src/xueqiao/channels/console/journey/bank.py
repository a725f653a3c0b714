"""What was learned elsewhere is recognised by three people, and credit becomes part of a school's programme."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import timedelta

from xueqiao.channels.console.journey.bearings import ELDER_NAME, Bearings
from xueqiao.channels.console.journey.steps import expect
from xueqiao.channels.console.journey.visitor import Page
from xueqiao.foundation.clock import local

CLAIMED = "家政服务培训（旅程）"
DEGREE = "/mine/conversions/new/?rules=open-university&programme=elderly-care-associate"
# A photograph of the least size: one white point.
PAPER = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==")


class BankSteps(Bearings):
    """The steps of the credit bank; `Walk` puts them in their place."""

    def claim_is_recognised(self) -> str:
        """The elder claims with a photograph; a clerk takes it in, and she and two officers judge it."""
        elder = self.visitor("elder")
        form = elder.open("/mine/claims/new/", type="training_certificate").form("claim-outcome")
        sent = elder.call(
            "POST",
            form.action,
            data=form.fields
            | {
                "title": CLAIMED,
                "issuer": "射阳县职业培训学校",
                "ends_on": (local(self.region.now()).date() - timedelta(days=90)).isoformat(),
                "hours": "32",
            },
            files={"paper": ("证书.png", PAPER, "image/png")},
            headers={"Referer": form.action, "Origin": self.region.address},
        )
        expect(Page(sent).says(CLAIMED), f"not claimed: {sent.status_code} {Page(sent).words[:300]}")
        clerk = self.signed_in("clerk", "/centre/claims/")
        desk = clerk.open("/centre/claims/")
        clerk.send(desk, f"/{self._claim(desk)}/accept/", method="issuer_query", completed="1")
        for who in ("clerk", "county_officer", "province_officer"):
            judge = self.signed_in(who, "/centre/claims/")
            desk = judge.open("/centre/claims/")
            done = judge.send(desk, f"/{self._claim(desk)}/judge/", press="for")
            expect(done.says("意见记下了"), f"{who} could not judge: {done.words[:300]}")
        claims = elder.open("/mine/claims/")
        expect(claims.says(CLAIMED, "已认定"), f"not recognised: {claims.words[:300]}")
        return "claimed by photograph, checked with the issuer, recognised by three people"

    def credit_is_converted(self) -> str:
        """The elder puts what the programme takes into it; the school confirms; both see the same."""
        elder, officer = self.visitor("elder"), self.signed_in("county_officer", "/centre/conversions/")
        asked = elder.send(elder.open(DEGREE), "reserve-conversion")
        found = re.search(r"/mine/conversions/([0-9a-f-]{36})/", asked.url)
        expect(found, f"nothing was reserved: {asked.status} {asked.words[:300]}")
        assert found is not None
        desk = officer.open("/centre/conversions/")
        expect(desk.says(ELDER_NAME), f"the school does not see it: {desk.words[:300]}")
        officer.send(desk, f"/{found.group(1)}/confirm/")
        page = elder.open(asked.url)
        expect(page.says("已转换"), f"not converted: {page.words[:300]}")
        return re.sub(r"\s+", "", page.words)[-160:-60]

    def _claim(self, desk: Page) -> str:
        """The claim of this journey on a reviewer's desk."""
        found = re.search(rf"{CLAIMED}.*?/centre/claims/([0-9a-f-]{{36}})/", desk.response.text, re.DOTALL)
        expect(found, f"the desk does not show the claim: {desk.words[:300]}")
        assert found is not None
        return found.group(1)
