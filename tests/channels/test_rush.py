"""The waiting room: tickets, Django's pages, and what the front answers beside Django."""

import asyncio
import random
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests import signing_in
from tests.browser.serve import session_of
from tests.domains.enrolment.openings_and_arrivals import arrivals, enter, opening_soon, people
from tests.domains.enrolment.seats_and_places import ALL, pool
from tests.worlds.small_county import TODAY, acting, add_person, add_place
from xueqiao.channels.rush import batches as batch_module
from xueqiao.channels.rush import front as fronts
from xueqiao.channels.rush.batches import Batches, TooMany
from xueqiao.channels.rush.tickets import COOKIE, LENGTH_MAX, Seal, Ticket
from xueqiao.channels.web.sessions import persons_of_sessions
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.people.api import leave_all_devices
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db
SEAL = Seal(settings.SECRET_KEY)


def test_a_thousand_forged_shared_stretched_and_stale_tickets_are_worth_nothing():
    chance = random.Random(7)
    now = time.time()
    good = Ticket(10, 20, 30, int(now) + 100)
    text = SEAL.write(good, session_key="mine")
    assert SEAL.read(text, session_key="mine", now_seconds=now) == good
    accepted = 0
    for attempt in range(1_000):
        kind = attempt % 5
        if kind == 0:  # one character changed
            place = chance.randrange(len(text))
            forged = text[:place] + chance.choice("0123456789.abcXYZ_-") + text[place + 1 :]
            accepted += forged != text and SEAL.read(forged, session_key="mine", now_seconds=now) is not None
        elif kind == 1:  # another browser
            accepted += SEAL.read(text, session_key=f"other{attempt}", now_seconds=now) is not None
        elif kind == 2:  # another key
            other = Seal(f"another secret {attempt}").write(good, session_key="mine")
            accepted += SEAL.read(other, session_key="mine", now_seconds=now) is not None
        elif kind == 3:  # too old
            accepted += SEAL.read(text, session_key="mine", now_seconds=now + 100 + attempt) is not None
        else:  # another number, class, person or end under the old signature; or rubbish
            parts = text.split(".")
            parts[chance.randrange(4)] = str(chance.randrange(10**9))
            forged = ".".join(parts) if attempt % 2 else chance.choice(["", "....", "é" * 9, "9" * (LENGTH_MAX + 1)])
            accepted += SEAL.read(forged, session_key="mine", now_seconds=now) is not None
    assert accepted == 0
    assert SEAL.read(text, session_key="", now_seconds=now) is None


def signed_in(client, person):
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
    return client


def test_from_the_class_page_to_the_held_seat_without_scripts(client):
    world, run = opening_soon(capacity=1)
    with clock.frozen(world.now):
        signed_in(client, world.daughter)
        page = client.get(f"/classes/{run.code}/").content.decode()
        assert f'href="/rush/{run.code}/"' in page
        page = client.get(f"/rush/{run.code}/")
        assert "18:20 开始报名" in page.content.decode()
        assert '<meta http-equiv="refresh"' in page.content.decode()
        assert SEAL.read(
            page.cookies[COOKIE].value,
            session_key=client.cookies[settings.SESSION_COOKIE_NAME].value,
            now_seconds=time.time(),
        )
    with clock.frozen(run.enrol_opens_at):
        page = client.get(f"/rush/{run.code}/").content.decode()
        assert "轮到您了" in page
        assert world.elder.name in page
        answer = client.post(f"/rush/{run.code}/hold/", {"person": str(world.elder.uuid)})
        place = Place.objects.within(ALL).get(run=run)
        assert answer["Location"] == f"/enrol/place/{place.uuid}/check/"
        assert (place.person_id, place.enrolled_by_id) == (world.elder.pk, world.daughter.pk)
        again = client.post(f"/rush/{run.code}/hold/", {"person": str(world.elder.uuid)})
        assert again["Location"] == answer["Location"]
        assert client.get(f"/rush/{run.code}/")["Location"] == answer["Location"]
        assert pool(run) == (1, 0)
        assert client.get(answer["Location"]).status_code == 200


def test_who_is_not_called_waits_and_cannot_skip(client):
    world, run = opening_soon(capacity=1)
    with clock.frozen(world.now):
        enter(run, people(30), world.now)
    with clock.frozen(run.enrol_opens_at):
        enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=run.enrol_opens_at)
        signed_in(client, world.rider)
        page = client.get(f"/rush/{run.code}/").content.decode()
        assert "您是 31 号" in page
        assert "前面的人比座位多" in page
        assert client.post(f"/rush/{run.code}/hold/", {"person": "me"}).status_code == 409
        form = {"person": str(world.rider.uuid), "form_key": "x"}
        assert client.post(f"/enrol/{run.code}/", form).status_code == 409  # nor by the other door
        assert pool(run) == (0, 0)


def test_a_full_class_leads_from_its_room_to_the_waiting_list(client):
    world, run = opening_soon(capacity=1, first_day=TODAY + timedelta(days=14))
    with clock.frozen(world.now):
        signed_in(client, world.rider)
        client.get(f"/rush/{run.code}/")
        enter(run, [world.elder], world.now)
    with clock.frozen(run.enrol_opens_at):
        enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=run.enrol_opens_at)
        enrolment.call_next(now=run.enrol_opens_at)
        arrivals(run).filter(person=world.rider).update(state="left", number=None)
        place = add_place(run, world.elder)
        arrivals(run).filter(person=world.elder).update(state="used", place=place)
        page = client.get(f"/rush/{run.code}/?again=1").content.decode()
        assert "座位已经满了" in page and f'href="/enrol/{run.code}/wait/"' in page
        assert "下一个就是您" not in page and "前面的人比座位多" not in page
        page = client.get(f"/classes/{run.code}/").content.decode()
        assert f"/enrol/{run.code}/wait/" in page and "取号排队" not in page


def test_while_a_seat_is_only_held_numbers_are_waited_for(client):
    world, run = opening_soon(capacity=1)
    with clock.frozen(world.now):
        signed_in(client, world.rider)
        client.get(f"/rush/{run.code}/")
    with clock.frozen(run.enrol_opens_at):
        add_place(run, world.elder, state="held", now=run.enrol_opens_at)
        page = client.get(f"/rush/{run.code}/").content.decode()
        assert "座位都有人在办了" in page and "去排候补" not in page


def test_a_number_that_ran_out_says_so_and_a_new_one_is_at_the_end(client):
    world, run = opening_soon(capacity=1)
    signed_in(client, world.rider)
    with clock.frozen(world.now):
        client.get(f"/rush/{run.code}/")
    with clock.frozen(run.enrol_opens_at):
        assert "轮到您了" in client.get(f"/rush/{run.code}/").content.decode()
    later = run.enrol_opens_at + timedelta(minutes=10)
    with clock.frozen(later):
        enter(run, people(1), later)
        enrolment.call_next(now=later)
        assert client.get(f"/rush/{run.code}/").status_code == 409
        assert "您是 3 号" in client.get(f"/rush/{run.code}/?again=1").content.decode()


def test_leaving_asks_once(client):
    world, run = opening_soon()
    signed_in(client, world.rider)
    with clock.frozen(world.now):
        client.get(f"/rush/{run.code}/")
        assert client.get(f"/rush/{run.code}/leave/").status_code == 200
        assert arrivals(run).get().state == "waiting"
        client.post(f"/rush/{run.code}/leave/")
        assert arrivals(run).get().state == "left"


def test_a_quiet_class_keeps_its_flow(client):
    world, _ = opening_soon()
    signed_in(client, world.rider)
    with clock.frozen(world.now):
        assert f'href="/enrol/{world.run.code}/"' in client.get(f"/classes/{world.run.code}/").content.decode()
        assert client.get(f"/rush/{world.run.code}/")["Location"] == f"/classes/{world.run.code}/"


def test_a_program_takes_a_number_and_uses_the_turn(client):
    world, run = opening_soon(capacity=1)
    client = signing_in.signed_in(world.rider)

    def call(method, path, body="", **headers):
        return client.generic(method, f"/api/v1{path}", body, content_type="application/json", headers=headers)

    with clock.frozen(world.now):
        assert call("GET", f"/classes/{run.code}/room").status_code == 404
        assert call("POST", f"/classes/{run.code}/room").json()["number"] is None
        assert call("POST", f"/classes/{world.run.code}/room").status_code == 409
    with clock.frozen(run.enrol_opens_at):
        hold = f'{{"class_code": "{run.code}"}}'
        assert call("POST", "/places", hold, **{"Idempotency-Key": "a"}).status_code == 409
        call("GET", f"/classes/{run.code}/room")
        enrolment.call_next(now=run.enrol_opens_at)
        mine = call("GET", f"/classes/{run.code}/room").json()
        assert (mine["state"], mine["number"]) == ("called", 1)
        assert call("POST", "/places", hold, **{"Idempotency-Key": "b"}).status_code == 201
        assert call("DELETE", f"/classes/{run.code}/room").status_code == 204
        assert call("GET", f"/classes/{run.code}/room").json()["state"] == "used"


# -- the front -------------------------------------------------------------------------------------------------------


class Protocol:
    """What granian hands to the front: remembers the answer."""

    def __init__(self, body=b""):
        self.body, self.status, self.headers, self.content = body, None, {}, b""

    async def __call__(self):
        return self.body

    def response_bytes(self, status, headers, content):
        self.status, self.headers, self.content = status, dict(headers), content

    def response_empty(self, status, headers):
        self.response_bytes(status, headers, b"")


class Done:
    """An answer that is there already."""

    def __init__(self, value):
        self.value = value

    def __await__(self):
        return self.value
        yield


def asked(path, *, method="GET", **headers):
    return SimpleNamespace(path=path, method=method, headers=headers, query_string="", scheme="http", authority=None)


def ask(front, path, *, cookies, method="GET", body=b"", origin="http://testserver"):
    """(whether the front answered, the answer); batches answer at once, on this thread and connection."""
    protocol = Protocol(body)
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    scope = asked(path, method=method, cookie=cookie, host="testserver", **({"origin": origin} if origin else {}))

    front.holds.ask = lambda question: Done(fronts.hold_group([question])[0])
    front.entries.ask = lambda question: Done(fronts.enter_group([question])[0])
    # Driven by hand: in an event loop Django would take another connection, which sees nothing of this test's world.
    try:
        front.answer(scope, protocol).send(None)
    except StopIteration as end:
        return end.value, protocol
    raise AssertionError("something was waited for")


@pytest.fixture
def front(monkeypatch):
    monkeypatch.setattr(fronts.connection, "close_if_unusable_or_obsolete", lambda: None)
    return fronts.RushFront()


def test_the_front_takes_people_in_shows_numbers_and_holds(front):
    world, run = opening_soon(capacity=1)
    enter(run, people(3), world.now)
    session = session_of(world.rider)
    cookies = {settings.SESSION_COOKIE_NAME: session}
    with clock.frozen(world.now):
        front.keep_once()
        answered, page = ask(front, f"/rush/{run.code}/", cookies=cookies)
        assert answered
        assert page.status == 200
        assert "开始报名" in page.content.decode()
        assert len(page.content) <= 30_000
        assert "\x01" not in page.content.decode()
        cookies[COOKIE] = page.headers["set-cookie"].split("=", 1)[1].split(";")[0]
        front.keep_once()
        assert ask(front, f"/rush/{run.code}/", cookies=cookies)[0]
    mine = arrivals(run).get(person=world.rider)
    with clock.frozen(run.enrol_opens_at):
        arrivals(run).exclude(pk=mine.pk).update(state="left")
        front._seen.add(mine.pk)
        front.keep_once()
        answered, _ = ask(front, f"/rush/{run.code}/", cookies=cookies)
        assert not answered  # her turn: Django shows the choice
        for _ in range(2):  # pressed twice: one place
            answered, reply = ask(
                front, f"/rush/{run.code}/hold/", cookies=cookies, method="POST", body=b"csrf=x&person=me"
            )
            place = Place.objects.within(ALL).get(run=run)
            assert (answered, reply.status) == (True, 303)
            assert reply.headers["location"] == f"/enrol/place/{place.uuid}/check/"
        assert pool(run) == (1, 0)


def test_the_front_answers_nothing_for_a_stolen_ticket_a_strange_form_or_an_ended_session(front):
    world, run = opening_soon(capacity=1)
    (arrival,) = enter(run, [world.rider], world.now)
    session, other = session_of(world.rider), session_of(add_person("别人"))
    ticket = SEAL.write(Ticket(arrival.id, run.pk, world.rider.pk, int(time.time()) + 60), session_key=session)
    with clock.frozen(run.enrol_opens_at):
        enrolment.mark_present(arrival_ids=[arrival.id], now=run.enrol_opens_at)
        front.keep_once()
        front.keep_once()
        path = f"/rush/{run.code}/hold/"
        stolen = {settings.SESSION_COOKIE_NAME: other, COOKIE: ticket}
        assert not ask(front, path, cookies=stolen, method="POST", body=b"person=me")[0]
        mine = {settings.SESSION_COOKIE_NAME: session, COOKIE: ticket}
        for origin in ("https://evil.example", "null", None):
            assert not ask(front, path, cookies=mine, method="POST", body=b"person=me", origin=origin)[0]
        leave_all_devices(actor=acting(world.rider), now=world.now)
        answered, reply = ask(front, path, cookies=mine, method="POST", body=b"person=me")
        assert (answered, reply.status, reply.headers["location"]) == (True, 303, f"/rush/{run.code}/")
        assert pool(run) == (0, 0)


def test_a_press_whose_turn_this_process_has_not_heard_of_is_answered_by_the_row(front):
    world, run = opening_soon(capacity=1)
    (arrival,) = enter(run, [world.rider], world.now)
    session = session_of(world.rider)
    ticket = SEAL.write(Ticket(arrival.id, run.pk, world.rider.pk, int(time.time()) + 60), session_key=session)
    cookies = {settings.SESSION_COOKIE_NAME: session, COOKIE: ticket}
    with clock.frozen(run.enrol_opens_at):
        front.keep_once()
        front.copies.arrivals.clear()  # called by another process a moment ago
        press = {"cookies": cookies, "method": "POST", "body": b"person=me"}
        answered, reply = ask(front, f"/rush/{run.code}/hold/", **press)
        assert (answered, reply.status) == (True, 409)  # not called yet
        enrolment.mark_present(arrival_ids=[arrival.id], now=run.enrol_opens_at)
        enrolment.call_next(now=run.enrol_opens_at)
        answered, reply = ask(front, f"/rush/{run.code}/hold/", **press)
        assert (answered, reply.status) == (True, 303)
        assert pool(run) == (1, 0)


def test_an_old_session_is_not_let_in_beside_a_new_one_of_the_same_account():
    world, _ = opening_soon()
    old = session_of(world.rider)
    assert persons_of_sessions([old]) == {old: world.rider.pk}
    leave_all_devices(actor=acting(world.rider), now=world.now)
    new = session_of(world.rider)
    assert persons_of_sessions([old, new]) == {new: world.rider.pk}
    assert persons_of_sessions([new, old]) == {new: world.rider.pk}
    assert persons_of_sessions(["", 'a"b\\', "x" * 32]) == {}


def test_who_waits_is_sent_back_to_wait_without_the_database(front, django_assert_num_queries):
    world, run = opening_soon(capacity=1)
    crowd = people(3)
    enter(run, crowd, world.now)
    with clock.frozen(run.enrol_opens_at):
        enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=run.enrol_opens_at)
        enrolment.call_next(now=run.enrol_opens_at)
        front.keep_once()
        last = arrivals(run).get(number=3)
        session = "s" * 32
        ticket = SEAL.write(Ticket(last.pk, run.pk, last.person_id, int(time.time()) + 60), session_key=session)
        cookies = {settings.SESSION_COOKIE_NAME: session, COOKIE: ticket}
        with django_assert_num_queries(0):
            answered, reply = ask(front, f"/rush/{run.code}/hold/", cookies=cookies, method="POST", body=b"person=me")
            assert (answered, reply.status, reply.headers["location"]) == (True, 303, f"/rush/{run.code}/")
            answered, page = ask(front, f"/rush/{run.code}/", cookies=cookies | {"mode": "elder", "lang": "en"})
        assert answered
        assert "You are number 3" in page.content.decode()
        assert 'data-mode="elder"' in page.content.decode()


def test_a_long_queue_says_busy_at_once(front):
    batches = Batches("test", lambda group: group, most=2, waiting_max=2)

    async def run():
        batches._loop = asyncio.get_running_loop()
        batches.ask(1)
        batches.ask(2)
        with pytest.raises(TooMany):
            batches.ask(3)

    asyncio.run(run())


def test_a_broken_group_fails_its_questions_and_the_next_is_answered():
    calls = []

    def work(group):
        calls.append(list(group))
        if len(calls) == 1:
            raise RuntimeError("the database went away")
        return [question * 2 for question in group]

    async def run():
        batches = Batches("test", work, most=10, waiting_max=10)
        batches.start(asyncio.get_running_loop())
        with pytest.raises(RuntimeError):
            await batches.ask(1)
        assert await batches.ask(2) == 4
        assert batches.answered == 2

    asyncio.run(run())


def test_in_a_crowd_a_group_fills_and_alone_nobody_waits(monkeypatch):
    monkeypatch.setattr(batch_module, "GATHER_SECONDS_MAX", 2.0)
    sizes = []

    def work(group):
        sizes.append(len(group))
        time.sleep(0.05)
        return group

    async def run():
        batches = Batches("test", work, most=500, waiting_max=500)
        batches.start(asyncio.get_running_loop())
        began = time.monotonic()
        await batches.ask(0)
        assert time.monotonic() - began < 1.5, "alone"
        await asyncio.gather(*(batches.ask(n) for n in range(60)))
        sizes.clear()
        first = batches.ask(0)
        await asyncio.sleep(0.05)
        rest = [batches.ask(n) for n in range(39)]
        await asyncio.gather(first, *rest)
        assert max(sizes) >= 15, sizes  # not one alone first, while thirty-nine wait

    asyncio.run(run())
