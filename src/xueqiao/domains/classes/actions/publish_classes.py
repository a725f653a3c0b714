from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.publish_class_run import publish_class_run
from xueqiao.domains.classes.errors.batches import BatchNotPublished, NothingChosen, TooManyChosen
from xueqiao.domains.classes.errors.runs import BadClassPlan, NotInThisState
from xueqiao.domains.classes.queries import get_class
from xueqiao.domains.classes.queries.batches import COPIES_MAX
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.foundation.audit.api import Actor


def publish_classes(*, actor: Actor, codes: Sequence[str], now: datetime) -> list[ClassDetail]:
    """Let residents see several drafts at once, as publish_class_run does for one; all of them or none.

    Locks the runs' rows in the order of their codes. Raises NotAllowed, UnknownClass, NothingChosen, TooManyChosen,
    BatchNotPublished.
    """
    wanted = sorted(set(codes))
    if not wanted:
        raise NothingChosen
    if len(wanted) > COPIES_MAX:
        raise TooManyChosen(limit=COPIES_MAX, chosen=len(wanted))
    with transaction.atomic():
        return [_publish(actor, code, now) for code in wanted]


def _publish(actor: Actor, code: str, now: datetime) -> ClassDetail:
    try:
        return publish_class_run(actor=actor, code=code, now=now)
    except (BadClassPlan, NotInThisState) as refused:
        title = get_class(code, now=now).card.title
        raise BatchNotPublished(title=title, why=refused.message.split("。")[0]) from refused
