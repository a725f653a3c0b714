import pytest

from tests.domains.people.conftest import VISITOR, as_actor, deeds
from tests.worlds.small_county import NOW, add_person
from xueqiao.domains.people.api import MayNotActFor, family_of, link_family, require_may_act_for
from xueqiao.domains.people.errors import CapInvalid, LinkToSelf, RelationUnknown, TooManyLinks
from xueqiao.domains.people.models import FamilyLink, SignInCode
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


def ask(world, **fields):
    given = {"name": world.elder.name, "phone": world.elder.phone, "relation": "other"} | fields
    return link_family(actor=as_actor(world.rider), now=NOW, **given)


def test_the_subject_gets_the_code_and_the_link_waits(world, outbox):
    asked = ask(world, spending_cap_fen=50000)
    link = FamilyLink.objects.within(ALL).get(uuid=asked.link_uuid)
    assert (link.state, link.subject_id, link.spending_cap_fen) == ("waiting", world.elder.id, 50000)
    assert [(to, v["agent"]) for _w, to, t, v in outbox.sent if t == "family_code"] == [(world.elder.phone, "王*骑")]
    with pytest.raises(MayNotActFor):
        require_may_act_for(as_actor(world.rider), world.elder.id, now=NOW)
    assert deeds("link_family")[0].acting_for_id == world.elder.id


@pytest.mark.parametrize("changes", [{"name": "别人"}, {"phone": "13999999999"}])
def test_the_answer_does_not_tell_whether_such_a_person_exists(world, outbox, changes):
    real, made_up = ask(world), ask(world, **changes)
    assert type(real) is type(made_up) and made_up.link_uuid != real.link_uuid
    assert (made_up.by_counter, made_up.expires_at) == (real.by_counter, real.expires_at)
    assert FamilyLink.objects.within(ALL).filter(uuid=made_up.link_uuid).count() == 0
    assert len(outbox.sent) == 1
    # Nor do the pages tell: a link that waits for a code is not listed.
    assert family_of(as_actor(world.rider), now=NOW) == []


def test_asking_twice_is_one_link(world, outbox):
    assert ask(world).link_uuid == ask(world).link_uuid
    assert FamilyLink.objects.within(ALL).filter(agent=world.rider).count() == 1


def test_a_child_under_fourteen_is_not_linked_this_way(world, outbox):
    child = add_person("李小宝", born=__import__("datetime").date(2018, 1, 1))
    asked = ask(world, name=child.name, phone=child.phone, relation="parent")
    assert FamilyLink.objects.within(ALL).filter(uuid=asked.link_uuid).count() == 0 and outbox.sent == []


def test_somebody_without_a_phone_is_named_by_her_number_and_gets_no_code(world, outbox):
    old = add_person("孙福生", phone=None)
    asked = ask(world, name="孙福生", phone="", learner_code=old.code)
    assert asked.by_counter and outbox.sent == [] and not SignInCode.objects.exists()
    assert FamilyLink.objects.within(ALL).get(uuid=asked.link_uuid).subject_id == old.id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"relation": "boss"}, RelationUnknown), ({"spending_cap_fen": -1}, CapInvalid)],
)
def test_a_refusal_links_nothing(world, outbox, changes, reason):
    with pytest.raises(reason):
        ask(world, **changes)
    assert not FamilyLink.objects.within(ALL).filter(agent=world.rider).exists() and outbox.sent == []


def test_nobody_links_herself_and_visitors_link_nobody(world, outbox):
    with pytest.raises(LinkToSelf):
        ask(world, name=world.rider.name, phone=world.rider.phone)
    with pytest.raises(NotAllowed):
        link_family(actor=VISITOR, name="张桂兰", phone=world.elder.phone, relation="child", now=NOW)


def test_five_links_wait_at_most(world, outbox):
    for name in "甲乙丙丁戊":
        other = add_person(f"赵{name}")
        ask(world, name=other.name, phone=other.phone)
    with pytest.raises(TooManyLinks):
        ask(world)
