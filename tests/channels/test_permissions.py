"""Every URL x every demo role x every region relation, against tests/permission_matrix.py."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.domains.credits.claiming import claim_in
from tests.domains.credits.converting import conversion_in
from tests.domains.credits.revoking import corrections_in
from tests.domains.enrolment.interviewing import interview_at
from tests.domains.enrolment.rounds_to_draw import draw_at, uuid_of
from tests.permission_matrix import MATRIX, NO_PAGES
from tests.permission_rows import PRINCIPALS, RELATIONS, Row
from tests.signing_in import signed_in
from tests.worlds.absent import case_at
from tests.worlds.agreements import agreement_at
from tests.worlds.certificate_objects import certificate_objects
from tests.worlds.claims import rule_objects
from tests.worlds.enterprises import demand_objects
from tests.worlds.money_objects import cash_day_at, difference_at, pay_objects, scheme_objects
from tests.worlds.programmes import programme_at
from tests.worlds.rounds import drawn_classes, open_a_round
from tests.worlds.small_county import (
    COUNTY,
    LINHAI,
    NOW,
    OTHER_COUNTY,
    PROVINCE,
    SmallCounty,
    add_person,
    add_place,
    add_room,
    add_run,
    give_role,
    link_family,
    small_county,
)
from xueqiao.channels.web import gate
from xueqiao.domains.catalogue.models import LearningUnit
from xueqiao.domains.classes.models import RoomBooking, Timetable
from xueqiao.domains.credits import api as credits
from xueqiao.domains.credits.models import CreditProposal
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import (
    AdmissionRound,
    Entry,
    EntryMember,
    GroupDecision,
    HardshipRequest,
    LineMove,
    Offer,
    Place,
    WaitingEntry,
)
from xueqiao.domains.learning.models import Completion
from xueqiao.domains.learning.values import CompletionRule
from xueqiao.domains.payments.models import Bill
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import FamilyLink, Person
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope
from xueqiao.gateways.messages.rehearsal import RehearsalGateway

KEPT_OUT = {401, 403, 404, 405}


@dataclass
class Stage:
    """The world, a signed-in client per principal, and objects by kind and relation."""

    world: SmallCounty
    clients: dict[str, Client]
    objects: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)


def url_names() -> Iterator[tuple[str, URLPattern]]:
    """Every named address with its namespace; an address without a name is an error."""

    def walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, f"{entry.namespace}:" if entry.namespace else space)
            else:
                yield f"{space}{entry.name}", entry

    return walk(get_resolver(), "")


def set_stage() -> Stage:
    """Who and what there is. Relations: own 合德镇, parent 射阳县, sibling 临海镇, other 吴江区."""
    world = small_county()
    province_officer, operator = add_person("赵卫国", sex="m"), add_person("孙工", sex="m")
    give_role(province_officer, "province_officer", PROVINCE)
    give_role(operator, "operator", PROVINCE)
    persons = {
        "visitor": None,
        "elder": world.elder,
        "daughter": world.daughter,
        "rider": world.rider,
        "teacher": world.teacher,
        "clerk": world.clerk,
        "county_officer": world.officer,
        "province_officer": province_officer,
        "operator": operator,
    }
    stage = Stage(world, {name: signed_in(person) for name, person in persons.items()})
    stage.objects = objects_of(world)
    return stage


def objects_of(world: SmallCounty) -> dict[str, dict[str, dict[str, object]]]:
    """kind -> relation -> what the address takes. Add a kind here when a new page names a new kind of object."""
    relative = add_person("远亲")
    subjects = {
        "parent": add_person("县里人", region=COUNTY),
        "sibling": world.rider,
        "other": add_person("吴江人", region=OTHER_COUNTY, born=date(1960, 1, 1)),
    }
    links = {"own": FamilyLink.objects.within(Scope.everything("test")).get(agent=world.daughter)}
    links |= {r: link_family(agent=relative, subject=s, relation="other") for r, s in subjects.items()}
    owners = {"own": world.elder} | subjects
    tokens = {
        relation: people.make_token(
            actor=people.actor_of_account(owner.account, now=NOW, channel="web", factor_passed=False),
            label="x",
            scopes=["read"],
            now=NOW,
        )
        for relation, owner in owners.items()
    }
    bigger = objects_of_owners(world, owners) | lines_of_owners(world, owners)
    places = {"own": world.run.region, "parent": COUNTY, "sibling": LINHAI, "other": OTHER_COUNTY}
    runs = {r: world.run if r == "own" else add_run(world, region=region)[0] for r, region in places.items()}
    LearningUnit.objects.create(
        course=world.course, number=1, title="第一课", kind="text", text="课文", licence="CC BY", source="演示数据"
    )
    draws = {r: draw_at(world, places[r], owner) for r, owner in owners.items()}
    merges = {}
    for relation, owner in owners.items():
        run, target = add_run(world, region=places[relation])[0], add_run(world, region=places[relation], hour=21)[0]
        place, kept = add_place(run, owner), add_place(target, owner, state="held")
        decision = GroupDecision.objects.create(
            run=run, target=target, choice="merge", ask_until=NOW + timedelta(days=1), decided_at=NOW
        )
        merges[relation] = {"ask_uuid": decision.asks.create(place=place, kept=kept, asked_at=NOW).uuid}
    return (
        bigger
        | pay_objects(world, owners, places)
        | demand_objects(world, owners, places)
        | scheme_objects(world, owners, places)
        | {
            "merge": merges,
            "absence": {r: {"case_uuid": case_at(world, places[r], owner)} for r, owner in owners.items()},
            "link": {r: {"link_uuid": link.uuid} for r, link in links.items()},
            "token": {r: {"token_uuid": token.uuid} for r, token in tokens.items()},
            "class": {r: {"code": run.code} for r, run in runs.items()},
            "course": {r: {"code": world.course.code} for r in RELATIONS},
            "unit": {r: {"code": world.course.code, "number": 1} for r in RELATIONS},
            "enrol": {r: {"class_code": run.code} for r, run in runs.items()},
            "session": {r: {"session_id": run.sessions.first().pk} for r, run in runs.items()},
            "figure": {
                r: {"indicator": "elderly_participation_rate", "region": str(code)} for r, code in places.items()
            },
            "api_figure": {
                r: {"name": "elderly_participation_rate", "region": str(code)} for r, code in places.items()
            },
            "attend": {r: {"token": "made-up"} for r in RELATIONS},
            "paylink": {r: {"token": "made-up"} for r in RELATIONS},
            "gateway": {r: {"gateway": "rehearsal"} for r in RELATIONS},
            "entry": {r: {"token": "made-up"} for r in RELATIONS},
            "centre": {r: {"code": world.centre.code} for r in RELATIONS},
            "agreement": {r: {"code": agreement_at(world, places[r], r)} for r in RELATIONS},
            "draw": {r: {"code": each.code} for r, each in draws.items()},
            "draw_file": {r: {"code": each.code, "name": "freeze.json"} for r, each in draws.items()},
            "draw_script": {r: {"name": "verify.js"} for r in RELATIONS},
            "draw_entry": {r: {"entry_uuid": uuid_of(each.entries[0])} for r, each in draws.items()},
            "booking": {r: {"uuid": booking_at(world, region)} for r, region in places.items()},
            "cash_day": {r: {"day_uuid": cash_day_at(world, region)} for r, region in places.items()},
            "difference": {r: {"difference_id": difference_at(region)} for r, region in places.items()},
            **rounds_of(world, owners),
            "timetable": {r: {"uuid": timetable_at(world, region)} for r, region in places.items()},
            "programme": {r: {"code": programme_at(world, region)} for r, region in places.items()},
            "programme_api": {r: {"programme_code": f"P{region}"[:16]} for r, region in places.items()},
        }
    )


def booking_at(world: SmallCounty, region: int) -> UUID:
    """A room of a unit that somebody asked for."""
    row = RoomBooking.objects.create(
        room=add_room(world.centre, name=f"室 {region}"),
        region=region,
        person=add_person("借用人"),
        club="读书会",
        purpose="读书",
        people=5,
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=1),
        request_key="x",
        asked_at=NOW,
    )
    row.refresh_from_db(fields=["uuid"], from_queryset=RoomBooking.objects.within(Scope.everything("test")))
    return row.uuid


def rounds_of(world: SmallCounty, owners: dict[str, Person]) -> dict[str, dict[str, dict[str, object]]]:
    """An open round in each unit, with an entry of the unit's resident."""
    opened = open_a_round(world, list(drawn_classes(world)))
    found: dict[str, dict[str, dict[str, object]]] = {"round": {}, "wish": {}, "late": {}, "interview": {}}
    regions = {"own": world.run.region, "parent": COUNTY, "sibling": LINHAI, "other": OTHER_COUNTY}
    for relation, region in regions.items():
        row = AdmissionRound.objects.get(pk=opened.id)
        row.pk, row.uuid, row.code, row.region = None, uuid4(), f"L-{relation}", region
        row.save(force_insert=True)
        owner = owners[relation]
        entry = Entry.objects.create(
            code=f"Z-{relation}",
            round=row,
            region=region,
            leader=owner,
            channel="web",
            request_key=relation,
            entered_at=NOW,
            salt=b"s" * 16,
        )
        EntryMember.objects.create(entry=entry, round=row, person=owner, state="agreed")
        entry.refresh_from_db(fields=["uuid"], from_queryset=Entry.objects.within(Scope.everything("test")))
        found["round"][relation] = {"code": row.code}
        found["wish"][relation] = {"entry_uuid": entry.uuid}
        found["interview"][relation] = {"interview_uuid": interview_at(world, region, owner)}
        found["late"][relation] = {"code": row.code, "late_uuid": uuid4()}
    return found


def timetable_at(world: SmallCounty, region: int) -> UUID:
    """A timetable asked for in a unit, with nothing to place."""
    task = {"first_day": "2026-09-01", "classes": [], "rooms": [], "teacher_names": {}, "days": {}}
    row = Timetable.objects.create(
        institution=world.centre, region=region, first_day=date(2026, 9, 1), task=task, asked_at=NOW
    )
    row.refresh_from_db(fields=["uuid"])
    return row.uuid


def objects_of_owners(world: SmallCounty, owners: dict[str, Person]) -> dict[str, dict[str, dict[str, object]]]:
    """A held place with its bill and payment, a completion with proposal and certificate, per owner."""
    regions = {"own": world.run.region, "parent": COUNTY, "sibling": LINHAI, "other": OTHER_COUNTY}
    made: dict[str, dict[str, dict[str, object]]] = defaultdict(dict)
    for number, (relation, owner) in enumerate(owners.items()):
        region = regions[relation]
        run = add_run(world, region=region, price_fen=36000)[0]
        place = add_place(run, owner, state="held")
        bill = Bill.objects.create(
            code=f"B{number}",
            payer=owner,
            beneficiary=owner,
            institution=world.centre,
            region=region,
            purpose="enrolment",
            purpose_id=place.pk,
            subject="课",
            amount_fen=36000,
            to_pay_fen=36000,
            made_at=NOW,
            due_at=NOW + timedelta(minutes=15),
        )
        bill.shares.create(payer_kind="learner", amount_fen=36000)
        payment = bill.payments.create(
            order_code=f"O{number}", gateway="rehearsal", method="wechat", amount_fen=36000, started_at=NOW
        )
        completion = Completion.objects.create(
            run=run,
            person=owner,
            region=region,
            completed_at=NOW,
            sessions_attended=8,
            sessions_held=8,
            minutes_attended=720,
            rule=asdict(CompletionRule(3, 4, 15)),
        )
        credits.propose_credit(actor=Actor.system("test"), completion_id=completion.pk, now=NOW)
        proposal = CreditProposal.objects.within(Scope.everything("test")).get(completion=completion)
        certificate = credits.issue_certificate(actor=Actor.system("test"), completion_id=completion.pk, now=NOW)
        asked = HardshipRequest.objects.create(
            place=place, cause="illness", words="住院", asked_by=owner, asked_at=NOW, answer_due=NOW + timedelta(days=5)
        )
        asked.refresh_from_db(fields=["uuid"], from_queryset=HardshipRequest.objects.within(Scope.everything("test")))
        paper = asked.evidence.create(name="诊断书", content_type="application/pdf", body=b"%PDF-1", sha256=b"")
        made["hardship"][relation] = {"request_uuid": asked.uuid}
        made["claim"][relation], made["claim_paper"][relation] = claim_in(region, owner)
        made["conversion"][relation] = conversion_in(region, owner, world.centre)
        for kind, arguments in corrections_in(made["claim"][relation]).items():
            made[kind][relation] = arguments
        made["paper"][relation] = {"evidence_id": paper.pk}
        made["place"][relation] = {"place_uuid": place.uuid}
        made["bill"][relation] = {"bill_uuid": bill.uuid}
        made["payment"][relation] = {"payment_uuid": payment.uuid}
        made["completion"][relation] = {"completion_id": completion.pk}
        made["proposal"][relation] = {"proposal_uuid": proposal.uuid}
        made["code"][relation] = {"code": certificate.code}
        for kind, arguments in (certificate_objects(owner, certificate) | rule_objects(region, number + 2)).items():
            made.setdefault(kind, {})[relation] = arguments
        made["learned"][relation] = {"class_code": add_place(add_run(world, region=region)[0], owner).run.code}
        made["certificate"][relation] = {"certificate_uuid": certificate.uuid}
    return made


def lines_of_owners(world: SmallCounty, owners: dict[str, Person]) -> dict[str, dict[str, dict[str, object]]]:
    """An entry in a line, an open offer, and a change of a line's order that somebody else asked for, per owner."""
    regions = {"own": world.run.region, "parent": COUNTY, "sibling": LINHAI, "other": OTHER_COUNTY}
    made: dict[str, dict[str, dict[str, object]]] = {kind: {} for kind in ("waiting", "offer", "move")}
    everything = Scope.everything("test")
    for relation, owner in owners.items():
        for kind, day in (("waiting", date(2026, 9, 2)), ("offer", date(2027, 3, 3))):  # other terms: no limit reached
            run = add_run(world, region=regions[relation], capacity=1, first_day=day)[0]
            taken = add_place(run, add_person("占座的人"))
            entry = enrolment.join_waiting_list(
                actor=Actor.system("test"),
                run_id=run.pk,
                person_ids=[owner.pk],
                request_key=f"{kind} {relation}",
                channel="counter",
                now=NOW,
            )
            if kind == "waiting":
                made["waiting"][relation] = {"entry_uuid": entry.uuid}
                move = LineMove.objects.create(
                    entry=WaitingEntry.objects.within(everything).get(uuid=entry.uuid),
                    position=1,
                    position_before=1,
                    reason="测试用的理由",
                    asked_by=add_person("提出的人"),
                    asked_at=NOW,
                )
                move.refresh_from_db(fields=["uuid"], from_queryset=LineMove.objects.within(everything))
                made["move"][relation] = {"code": run.code, "move_uuid": move.uuid}
                continue
            taken.refresh_from_db(fields=["uuid"], from_queryset=Place.objects.within(everything))
            enrolment.withdraw(actor=Actor.system("test"), place_uuid=taken.uuid, now=NOW)
            enrolment.offer_freed_seats(run_id=run.pk, now=NOW)
            offer = Offer.objects.within(everything).get(run=run)
            made["offer"][relation] = {"offer_uuid": offer.uuid}
    return made


@contextmanager
def undone() -> Iterator[None]:
    """Roll back what a request did, so that the next one meets the same world."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


def is_let_in(response: HttpResponse) -> bool:
    """True unless the answer is a refusal of the person: 401, 403, 404, or being sent to sign in."""
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/sign-in/?next=")
    return not to_sign_in and response.status_code not in KEPT_OUT


def leaks(stage: Stage, name: str, method: str, row: Row) -> list[str]:
    """Compare every cell of a row with what happens; returns the cells that differ."""
    wrong = []
    for relation in RELATIONS if row.kind else ("own",):
        address = reverse(name, kwargs=stage.objects[row.kind][relation] if row.kind else {})
        for who in PRINCIPALS:
            with undone():
                response = stage.clients[who].generic(
                    method,
                    address,
                    *_body(row, name, method),
                )
            expected = who in row.allowed[relation]
            if response.status_code >= 500 or is_let_in(response) != expected:
                wrong.append(
                    f"{method} {address} as {who} ({relation}): {response.status_code}, "
                    f"should be {'let in' if expected else 'kept out'}"
                )
    return wrong


def _body(row: Row, name: str, method: str) -> tuple[str | bytes, str]:
    if name.startswith("api:"):
        return json.dumps({key: int(value) for key, value in row.form.items()}), "application/json"
    return (urlencode(row.form) if method == "POST" else ""), "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: object) -> Iterator[Stage]:
    """One stage for the whole file, in one transaction that is rolled back; every request is undone by itself."""
    before = people.sms_gateway._gateway
    people.sms_gateway.plug(RehearsalGateway())
    with django_db_blocker.unblock(), override_settings(DEMO=True), clock.frozen(NOW), transaction.atomic():
        stage = set_stage()
        for client in stage.clients.values():
            _keep_cookies(client, client.cookies.copy())
        yield stage
        transaction.set_rollback(True)
    people.sms_gateway._gateway = before


def _keep_cookies(client: Client, jar: object) -> None:
    """Give the client its first cookies back before every request."""
    plain: Callable[..., HttpResponse] = client.request

    def request(**environ: object) -> HttpResponse:
        client.cookies = jar.copy()
        return plain(**environ)

    client.request = request  # type: ignore[method-assign]


@pytest.mark.parametrize(("name", "method"), [(n, m) for n, rows in MATRIX.items() for m in rows])
def test_everybody_sees_what_the_matrix_says_and_nothing_else(stage: Stage, name: str, method: str) -> None:
    assert leaks(stage, name, method, MATRIX[name][method]) == []


def test_every_address_is_in_the_matrix() -> None:
    names = {name for name, _entry in url_names()}
    assert names - set(MATRIX) - NO_PAGES == set(), "add rows to tests/permission_matrix.py"
    assert set(MATRIX) - names == set(), "these pages are gone"


def test_every_view_says_to_whom_it_is_open() -> None:
    from xueqiao.channels.web.refusals import is_open_elsewhere

    silent = [
        name
        for name, entry in url_names()
        if getattr(entry.callback, "audience", None) is None and not is_open_elsewhere(entry.callback)
    ]
    assert silent == [], "add @open_to(...)"


def test_a_view_that_says_nothing_is_open_to_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = next(entry for name, entry in url_names() if name == "help_home")
    monkeypatch.delattr(entry.callback, "audience")
    assert leaks(stage, "help_home", "GET", MATRIX["help_home"]["GET"])
    assert stage.clients["elder"].get("/help/").status_code == 403


def test_staff_duties_wait_for_the_second_factor(stage: Stage) -> None:
    half = signed_in(stage.world.clerk, factor_passed=False)
    for name, rows in MATRIX.items():
        row = rows.get("GET")
        if row and not row.kind and "clerk" in row.allowed["own"] and "elder" not in row.allowed["own"]:
            response = half.get(reverse(name))
            assert name.startswith("signin_") or response.headers.get("Location", "").startswith("/staff/factor/"), name


# -- the test itself is tested: a gate taken away must show


def test_the_matrix_notices_a_gate_that_was_taken_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert leaks(stage, "family_add", "GET", MATRIX["family_add"]["GET"]) == []
    monkeypatch.setattr(gate, "_turn_away", lambda request, audience: None)
    assert leaks(stage, "family_add", "GET", MATRIX["family_add"]["GET"])


def test_the_matrix_notices_an_action_that_stopped_asking(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    action = import_module("xueqiao.domains.people.actions.end_family")
    assert leaks(stage, "family_end", "POST", MATRIX["family_end"]["POST"]) == []
    monkeypatch.setattr(action, "_may_end", lambda actor, link: True)
    found = leaks(stage, "family_end", "POST", MATRIX["family_end"]["POST"])
    assert any("as rider (own)" in cell for cell in found) and any("as elder (other)" in cell for cell in found)


def test_an_address_of_nothing_is_no_way_in(stage: Stage) -> None:
    for who, client in stage.clients.items():
        response = client.post(reverse("family_end", kwargs={"link_uuid": uuid4()}))
        assert not is_let_in(response), who
