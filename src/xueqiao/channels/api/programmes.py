"""Programmes: the matrix for anybody, founding and joining for staff from a browser session."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from xueqiao.channels.api.callers import MAY_ENROL, PUBLIC, actor_of
from xueqiao.channels.api.catalogue import keep_a_minute
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock

router = Router(tags=["programmes 夜校品牌"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


class ProgrammeOut(Schema):
    code: str
    name: str
    institution: str
    region: int
    summary: str
    source: str
    opened_on: date
    closed_on: date | None
    is_demo: bool


class SiteOut(Schema):
    institution_code: str
    name: str
    is_main: bool
    joined_on: date
    classes_open: int


class MatrixLineOut(Schema):
    class_code: str
    title: str
    course_code: str
    site: str
    part_of_week: str = Field(description="daytime, evening or weekend")
    weekday: int
    next_starts_at: datetime
    seats_left_shown: int = Field(description="Seats anybody may take; 0 when by_list")
    capacity: int
    admission: str
    by_list: bool = Field(description="Its seats are for the people on a list, who are told")
    enrolment: str


class FiguresOut(Schema):
    sites: int
    classes_listed: int
    classes_all: int
    seats_left: int
    learners: int = Field(description="People, each counted once")
    as_of: datetime


class ProgrammeDetailOut(ProgrammeOut):
    figures: FiguresOut
    sites: list[SiteOut]
    classes: list[MatrixLineOut]


class ProgrammeIn(Schema):
    code: str = Field(max_length=16)
    name: str = Field(max_length=30)
    institution_code: str = Field(max_length=24, description="The main school")
    summary: str = Field(max_length=200)
    source: str = Field("", max_length=160)


class SiteIn(Schema):
    institution_code: str = Field(max_length=24)
    called: str = Field("", max_length=30, description="The name it carries there")


class AddedIn(Schema):
    class_codes: list[str] = Field(min_length=1, max_length=100)


class AddedOut(Schema):
    added: int


@router.get("/programmes", auth=PUBLIC, response=list[ProgrammeOut], summary="Programmes that give classes")
def list_programmes(request: HttpRequest, response: HttpResponse) -> list[dict[str, Any]]:
    keep_a_minute(response)
    return [_out(each) for each in classes.programmes_in(on=clock.local_date(clock.now()))]


@router.post(
    "/programmes", auth=MAY_ENROL, response={201: ProgrammeOut, **_PROBLEMS}, summary="Found a programme; for staff"
)
def open_programme(request: HttpRequest, asked: ProgrammeIn) -> Status:
    school = institutions.get_institution(asked.institution_code)
    made = classes.open_programme(
        actor=actor_of(request),
        code=asked.code,
        name=asked.name,
        institution_id=school.id,
        summary=asked.summary,
        source=asked.source,
        now=clock.now(),
    )
    return Status(201, _out(made))


@router.get(
    "/programmes/{programme_code}",
    auth=PUBLIC,
    response={200: ProgrammeDetailOut, 404: Problem},
    summary="One programme with its counted figures, its sites and its classes",
)
def get_programme(request: HttpRequest, response: HttpResponse, programme_code: str) -> dict[str, Any]:
    now = clock.now()
    shown = classes.get_programme(programme_code)
    figures = classes.programme_figures(shown.id, now=now)
    keep_a_minute(response)
    return _out(shown) | {
        "figures": {
            "sites": figures.sites,
            "classes_listed": figures.classes_listed,
            "classes_all": figures.classes_all,
            "seats_left": figures.seats_left,
            "learners": enrolment.count_learners(classes.run_ids_of_programme(shown.id)),
            "as_of": figures.as_of,
        },
        "sites": [_site_out(each) for each in classes.sites_of(shown.id, now=now)],
        "classes": [_line_out(each) for each in classes.matrix_lines(shown.id, now=now)],
    }


@router.post(
    "/programmes/{programme_code}/sites",
    auth=MAY_ENROL,
    response={201: SiteOut, **_PROBLEMS},
    summary="Let one more school give classes of a programme; for staff of its unit",
)
def add_programme_site(request: HttpRequest, programme_code: str, asked: SiteIn) -> Status:
    made = classes.add_programme_site(
        actor=actor_of(request),
        programme_code=programme_code,
        institution_code=asked.institution_code,
        called=asked.called,
        now=clock.now(),
    )
    return Status(201, _site_out(made))


@router.post(
    "/programmes/{programme_code}/classes",
    auth=MAY_ENROL,
    response={200: AddedOut, **_PROBLEMS},
    summary="Put classes of a site under the programme's name; for staff of the classes",
)
def add_to_programme(request: HttpRequest, programme_code: str, asked: AddedIn) -> dict[str, int]:
    number = classes.add_to_programme(
        actor=actor_of(request), programme_code=programme_code, class_codes=asked.class_codes, now=clock.now()
    )
    return {"added": number}


def _out(shown: classes.ProgrammeView) -> dict[str, Any]:
    return {
        "code": shown.code,
        "name": shown.name,
        "institution": shown.institution_name,
        "region": shown.region,
        "summary": shown.summary,
        "source": shown.source,
        "opened_on": shown.opened_on,
        "closed_on": shown.closed_on,
        "is_demo": shown.is_demo,
    }


def _site_out(site: classes.SiteView) -> dict[str, Any]:
    return {
        "institution_code": site.institution_code,
        "name": site.name,
        "is_main": site.is_main,
        "joined_on": site.joined_on,
        "classes_open": site.classes_open,
    }


def _line_out(line: classes.MatrixLine) -> dict[str, Any]:
    return {
        "class_code": line.code,
        "title": line.title,
        "course_code": line.course_code,
        "site": line.site_name,
        "part_of_week": line.part_of_week,
        "weekday": line.weekday,
        "next_starts_at": line.starts_at,
        "seats_left_shown": 0 if line.is_by_list else line.seats_left,
        "capacity": line.capacity,
        "admission": line.admission,
        "by_list": line.is_by_list,
        "enrolment": line.enrolment,
    }
