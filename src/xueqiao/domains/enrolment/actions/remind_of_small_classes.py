from collections import defaultdict
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.queries.mergers import small_classes
from xueqiao.domains.enrolment.values.mergers import SmallClass
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock


def remind_of_small_classes(*, now: datetime) -> int:
    """Remind the clerks, once a day, of classes about to begin with too few learners; return how many reminders."""
    due = small_classes(institution_id=None, now=now)
    cards = classes.class_cards([each.run_id for each in due], now=now)
    by_centre: dict[tuple[int, int], list[SmallClass]] = defaultdict(list)
    for each in due:
        card = cards.get(each.run_id)
        if card is not None:
            by_centre[card.region, card.institution_id].append(each)
    today = clock.local_date(now)
    told = 0
    for (region, institution_id), waiting in by_centre.items():
        clerks = people.clerks_at(region, institution_id=institution_id, on=today)
        first = waiting[0]
        text = (
            f"有 {len(waiting)} 个班快开课了、人数还不够，请决定开、并、还是停。最早的是《{first.title}》："
            f"{first.starts_on.month} 月 {first.starts_on.day} 日开课，报了 {first.taken} 人，要 {first.needed} 人。"
        )
        values = {"count": str(len(waiting)), "title": first.title}
        with transaction.atomic():
            told += people.notify(
                [people.NoticeWanted(clerk, text, values, "/centre/small/") for clerk in clerks],
                template="small_classes",
                key=f"small_classes:{institution_id}:{today:%y%m%d}",
                now=now,
            )
    return told
