"""Assistants on the clerk's page, where residents and teachers see them, and by program."""

import json

import pytest
from django.test import Client

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from tests.worlds.small_county import add_person, add_run, give_role, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import SessionAssistant
from xueqiao.foundation import clock


@pytest.fixture
def world(db):
    made = small_county()
    with clock.frozen(made.now):
        yield made


@pytest.fixture
def helper(world):
    person = add_person("周助教")
    give_role(person, "teacher", world.centre.region, world.centre)
    return person


def test_she_is_added_to_the_ticked_meetings_and_everybody_sees_her(world, helper):
    clerk, address = signed_in(world.clerk, staff=True), f"/centre/runs/{world.run.code}/assistants/"
    assert address in clerk.get(f"/centre/runs/{world.run.code}/").content.decode()
    form = {"step": "add", "person": helper.pk, "session": [each.pk for each in world.sessions[:2]]}
    assert "助教 2 次课" in text_of(clerk.post(address, form, follow=True))
    assert "助教 周助教" in text_of(Client().get(f"/classes/{world.run.code}/"))
    teacher = signed_in(world.teacher, staff=True)
    assert "助教 周助教" in text_of(teacher.get(f"/teacher/sessions/{world.sessions[0].pk}/roll/"))
    assert "您助教的课" in text_of(signed_in(helper, staff=True).get("/teacher/"))
    assert Client().get(f"/api/v1/classes/{world.run.code}").json()["assistants"] == ["周助教"]
    gone = clerk.post(address, {"step": "remove", "person": helper.pk}, follow=True)
    assert "不再助教" in text_of(gone)
    assert not SessionAssistant.objects.exists()


def test_a_clash_says_where_she_is_and_the_form_keeps_what_was_chosen(world, helper):
    add_run(world, teacher=helper, title="剪纸")
    clerk, address = signed_in(world.clerk, staff=True), f"/centre/runs/{world.run.code}/assistants/"
    refused = clerk.post(address, {"step": "add", "person": helper.pk, "session": [world.sessions[0].pk]})
    assert refused.status_code == 409
    assert "已经有《剪纸》" in text_of(refused)
    assert f'value="{helper.pk}" selected' in refused.content.decode()
    for nonsense in ({}, {"person": "x"}, {"person": helper.pk}, {"person": helper.pk, "session": ["x"]}):
        assert clerk.post(address, {"step": "add"} | nonsense).status_code == 422
    assert not SessionAssistant.objects.exists()


def test_by_program_it_is_the_same_deed(world, helper):
    clerk, address = signed_in(world.clerk, staff=True), f"/api/v1/classes/{world.run.code}/assistants"

    def send(who, method, **body):
        return who.generic(method, address, json.dumps({"person_id": helper.pk} | body), "application/json")

    assert send(clerk, "POST", numbers=[2, 3]).json() == {"class_code": world.run.code, "meetings": 2}
    assert send(clerk, "POST", numbers=[99]).status_code == 409
    assert send(signed_in(world.elder), "POST").status_code == 403
    assert send(signed_in(world.elder), "DELETE").status_code == 403
    assert send(clerk, "DELETE").json()["meetings"] == 2
    assert classes.assistants_of_run(world.run.id) == []
