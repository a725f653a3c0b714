from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.models import ClassList
from xueqiao.domains.enrolment.queries.lists import listed_of
from xueqiao.domains.enrolment.queries.seats import get_facts
from xueqiao.domains.enrolment.queries.waiting import may_tell_people_at
from xueqiao.domains.enrolment.rules.lists import is_on_list
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock

SHORT = 12  # of a firm and of a title in a short message


def tell_listed(*, run_id: int, now: datetime) -> int:
    """Tell everybody we know who stands on the list of a published class, once, with the way to its page; by day.

    Returns how many notices are new. Of people we do not know nothing is kept and nobody is told: who named them does.
    A class that is not published, not by list, or not opened yet, tells nobody.
    """
    with transaction.atomic():
        host = ClassList.objects.filter(pk=run_id).values_list("host", flat=True).first()
        if host is None:
            return 0
        facts = get_facts(run_id)
        listed = listed_of([run_id])[run_id]
        if facts.state != "published" or not listed:
            return 0
        known = people.contacts_at({phone for _, phone in listed}, on=clock.local_date(now))
        text = "{host}给{name}报了《{title}》，座位凭名单给，请打开确认报名。"
        at = may_tell_people_at(run_id, now=now)
        return people.notify(
            [
                people.NoticeWanted(
                    person_id=person_id,
                    text=text.format(host=host, name=each.name, title=facts.title),
                    values={"host": _short(host), "name": each.name, "title": _short(facts.title)},
                    path=f"/classes/{facts.code}/",
                )
                for person_id, each in sorted(known.items())
                if is_on_list(name=each.name, phones=each.phones, listed=listed)
            ],
            template="class_listed",
            key=f"class_listed:{run_id}",
            now=now,
            send_at=at if at > now else None,
        )


def _short(words: str) -> str:
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"
