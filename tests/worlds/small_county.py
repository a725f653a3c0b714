"""A county small enough to hold in the head: 射阳县 with two towns, their centres, one class tonight and five people.

    world = small_county()
    world.run          a published class at 合德镇, Wednesdays 19:00, 3 yuan... free seats: world.seat_pool
    add_run(world, price_fen=36000, capacity=1)
    add_person(world, "王小骑")

Functions over models, no factory classes. Every row is written with .objects.create, so a world costs about 40 inserts.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from xueqiao.domains.catalogue.models import Course
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.institutions.models import (
    Institution,
    InstitutionArea,
    InstitutionParent,
    Room,
    StandardCertificate,
    Venue,
)
from xueqiao.domains.people.models import Account, FamilyLink, Person, StaffRole
from xueqiao.foundation.audit.values import RESIDENT, STAFF, Actor
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import forget_names
from xueqiao.foundation.regions.models import RegionUnit
from xueqiao.foundation.scope import Scope

TODAY = date(2026, 3, 4)  # a Wednesday
NOW = at_local(TODAY, 18, 10)
PROVINCE, CITY, COUNTY = 320000000000, 320900000000, 320924000000
HEDE, LINHAI = 320924100000, 320924101000  # 合德镇, 临海镇
HEDE_VILLAGE, LINHAI_VILLAGE = 320924100007, 320924101001
FARM = 320924401000  # 淮海农场: no centre covers it
OTHER_CITY, OTHER_COUNTY = 320500000000, 320509000000  # 吴江区

_UNITS = (
    (PROVINCE, "江苏省", "province"),
    (CITY, "盐城市", "city"),
    (COUNTY, "射阳县", "county"),
    (HEDE, "合德镇", "town"),
    (HEDE_VILLAGE, "城东社区居委会", "community"),
    (LINHAI, "临海镇", "town"),
    (LINHAI_VILLAGE, "八大家居委会", "community"),
    (FARM, "淮海农场", "quasi"),
    (OTHER_CITY, "苏州市", "city"),
    (OTHER_COUNTY, "吴江区", "county"),
)
_number = count(1)


@dataclass
class SmallCounty:
    """Everything in the world, by name. `run` is free; two seats of 20 are taken by nobody yet."""

    now: datetime
    bureau: Institution
    county_government: Institution
    college: Institution
    centre: Institution  # of 合德镇
    other_centre: Institution  # of 临海镇
    venue: Venue
    room: Room
    other_room: Room  # at 临海镇
    course: Course
    teacher: Person
    elder: Person  # 张桂兰, 68
    daughter: Person  # 李秀梅, acts for her
    rider: Person  # 王小骑
    clerk: Person  # 周文静, 合德镇
    officer: Person  # 陈明, 射阳县
    other_officer: Person  # 钱进, 吴江区
    run: ClassRun
    sessions: list[Session]
    seat_pool: SeatPool


def small_county(now: datetime = NOW) -> SmallCounty:
    """Build the world inside the current transaction."""
    add_units()
    bureau = add_institution("EB320924", "射阳县教育局", "education_bureau", COUNTY)
    government = add_institution("GV320924", "射阳县人民政府", "government", COUNTY)
    college = add_institution("CC320924", "射阳县社区学院", "county_college", COUNTY)
    set_parent(college, bureau, "education")
    set_parent(college, government, "government")
    centre = add_centre("TC320924100", "合德镇社区教育中心", HEDE, college)
    other_centre = add_centre("TC320924101", "临海镇社区教育中心", LINHAI, college)
    room, other_room = add_room(centre), add_room(other_centre)
    course = add_course()
    teacher = add_person("陆建芬", born=date(1985, 5, 6))
    elder = add_person("张桂兰", born=date(1957, 9, 12))
    daughter = add_person("李秀梅", born=date(1982, 3, 8))
    rider = add_person("王小骑", sex="m", born=date(1998, 7, 1), region=LINHAI_VILLAGE)
    clerk = add_person("周文静", born=date(1990, 1, 20))
    officer = add_person("陈明", sex="m", born=date(1978, 11, 2))
    other_officer = add_person("钱进", sex="m", born=date(1980, 6, 15), region=OTHER_COUNTY)
    link_family(agent=daughter, subject=elder)
    give_role(teacher, "teacher", HEDE, centre)
    give_role(clerk, "centre_clerk", HEDE, centre)
    give_role(officer, "county_officer", COUNTY)
    give_role(other_officer, "county_officer", OTHER_COUNTY)
    run, sessions, pool = add_run_parts(course, centre, room, teacher, now=now)
    return SmallCounty(
        now=now,
        bureau=bureau,
        county_government=government,
        college=college,
        centre=centre,
        other_centre=other_centre,
        venue=room.venue,
        room=room,
        other_room=other_room,
        course=course,
        teacher=teacher,
        elder=elder,
        daughter=daughter,
        rider=rider,
        clerk=clerk,
        officer=officer,
        other_officer=other_officer,
        run=run,
        sessions=sessions,
        seat_pool=pool,
    )


def add_units() -> None:
    """The ten real units of the world."""
    forget_names()
    for code, name, kind in _UNITS:
        RegionUnit.objects.create(
            code=code,
            name=name,
            kind=kind,
            level=RegionCode(code).level,
            valid_from=date(2023, 6, 30),
            lon="120.25000",
            lat="33.77000",
            point_is_synthetic=True,
        )


def add_institution(code: str, name: str, kind: str, region: int, **extra: object) -> Institution:
    return Institution.objects.create(
        code=code, name=name, kind=kind, region=region, opened_on=date(2010, 1, 1), is_demo=True, **extra
    )


def set_parent(child: Institution, parent: Institution, side: str) -> InstitutionParent:
    return InstitutionParent.objects.create(child=child, parent=parent, side=side, valid_from=child.opened_on)


def add_centre(code: str, name: str, region: int, college: Institution) -> Institution:
    """A certified centre with both parents: the county college and its town's government."""
    centre = add_institution(code, name, "township_centre", region, serves_elders=True)
    town = add_institution(f"GV{code[2:]}", name.replace("社区教育中心", "人民政府"), "government", region)
    set_parent(centre, college, "education")
    set_parent(centre, town, "government")
    InstitutionArea.objects.create(institution=centre, region=region, valid_from=centre.opened_on)
    StandardCertificate.objects.create(
        institution=centre, score=90, valid_from=date(2024, 1, 1), valid_to=date(2029, 1, 1), source="演示数据"
    )
    return centre


def add_room(institution: Institution, seats: int = 20, name: str = "101 教室") -> Room:
    """A room in the institution's venue, which is made when it has none."""
    venue = institution.venues.first() or Venue.objects.create(
        institution=institution,
        name=institution.name,
        region=institution.region,
        address=f"{institution.name}一楼",
        lon="120.25000",
        lat="33.77000",
        has_ramp=True,
    )
    return Room.objects.create(venue=venue, name=name, seats=seats)


def add_course(code: str = "C402", title: str = "手机支付与防诈骗", **extra: object) -> Course:
    return Course.objects.create(
        **{
            "code": code,
            "title": title,
            "category": "生活技能",
            "audience": "all",
            "session_count": 8,
            "session_minutes": 90,
        }
        | extra
    )


def add_person(
    name: str,
    *,
    sex: str = "f",
    born: date = date(1990, 1, 1),
    region: int = HEDE_VILLAGE,
    phone: str | None = "",
    with_account: bool = True,
) -> Person:
    """A resident; phone "" gives the next number that cannot exist, None gives none (and no account)."""
    number = next(_number)
    phone = f"100{number:08d}" if phone == "" else phone
    person = Person.objects.create(
        code=f"T{number:07d}",
        name=name,
        phone=phone,
        birth_date=born,
        sex=sex,
        region=region,
        is_demo=True,
        registered_at=NOW - timedelta(days=400),
    )
    if phone and with_account:
        Account.objects.create(person=person, phone=phone, opened_at=person.registered_at)
    return person


def link_family(*, agent: Person, subject: Person, relation: str = "child", state: str = "active") -> FamilyLink:
    return FamilyLink.objects.create(
        agent=agent,
        subject=subject,
        relation=relation,
        state=state,
        confirmed_how="counter",
        began_at=NOW - timedelta(days=300),
    )


def give_role(person: Person, role: str, region: int, institution: Institution | None = None) -> StaffRole:
    return StaffRole.objects.create(
        person=person,
        role=role,
        region=region,
        institution_id=institution.pk if institution else None,
        valid_from=date(2025, 1, 1),
    )


def add_run_parts(
    course: Course,
    centre: Institution,
    room: Room,
    teacher: Person,
    *,
    now: datetime = NOW,
    first_day: date = TODAY,
    hour: int = 19,
    session_count: int = 8,
    capacity: int = 20,
    **extra: object,
) -> tuple[ClassRun, list[Session], SeatPool]:
    """A published weekly class with its sessions and seat pool. Open 20 days before to 10 after now."""
    last_day = first_day + timedelta(weeks=session_count - 1)
    run = ClassRun.objects.create(
        **{
            "code": f"R{next(_number):06d}",
            "course": course,
            "institution": centre,
            "title": course.title,
            "region": centre.region,
            "room": room,
            "teacher": teacher,
            "capacity": capacity,
            "learners_min": 1,
            "starts_on": first_day,
            "ends_on": last_day,
            "enrol_opens_at": now - timedelta(days=20),
            "enrol_closes_at": now + timedelta(days=10),
            "state": "published",
        }
        | extra
    )
    sessions = []
    for number in range(session_count):
        starts_at = at_local(first_day + timedelta(weeks=number), hour)
        sessions.append(
            Session.objects.create(
                run=run,
                number=number + 1,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=course.session_minutes),
                room=room,
                teacher=teacher,
            )
        )
    return run, sessions, SeatPool.objects.create(run=run, capacity=capacity)


def add_run(world: SmallCounty, **wanted: object) -> tuple[ClassRun, list[Session], SeatPool]:
    """One more class at 合德镇, by default in its own room and with its own teacher, so that nothing clashes."""
    number = next(_number)
    room = wanted.pop("room", None) or add_room(world.centre, name=f"教室 {number}", seats=200)
    teacher = wanted.pop("teacher", None) or add_person(f"教师{number}")
    course, centre = wanted.pop("course", world.course), wanted.pop("centre", world.centre)
    return add_run_parts(course, centre, room, teacher, **({"now": world.now} | wanted))


def add_place(run: ClassRun, person: Person, *, state: str = "confirmed", now: datetime = NOW) -> Place:
    """A place with the seat pool moved along, as enrolment would leave it."""
    number = next(_number)
    place = Place.objects.create(
        code=f"P{number:07d}",
        run=run,
        person=person,
        region=run.region,
        state=state,
        channel="web",
        enrolled_by=person,
        request_key=f"world-{number}",
        held_at=now,
        hold_until=now + timedelta(minutes=15) if state == "held" else None,
        to_pay_fen=run.price_fen - run.subsidy_fen,
        confirmed_at=now if state == "confirmed" else None,
    )
    column = {"held": "held", "confirmed": "taken"}.get(state)
    if column:
        pool = SeatPool.objects.get(pk=run.pk)
        setattr(pool, column, getattr(pool, column) + 1)
        pool.save(update_fields=[column])
    return place


def acting(person: Person, *, acts_for: tuple[Person, ...] = (), channel: str = "web") -> Actor:
    """The actor a signed-in resident is: sees herself and those she acts for."""
    ids = [person.pk, *(other.pk for other in acts_for)]
    return Actor(RESIDENT, person_id=person.pk, scope=Scope.of_persons(ids), channel=channel)


def on_duty(person: Person, role: str, region: int, *, channel: str = "web") -> Actor:
    """The actor a member of staff is: sees herself and the subtree of her unit."""
    unit = RegionCode(region)
    return Actor(
        STAFF,
        person_id=person.pk,
        roles=frozenset({role}),
        authority=f"staff:{role}",
        channel=channel,
        scope=Scope(ranges=((unit.low, unit.high),), person_ids=frozenset({person.pk})),
    )
