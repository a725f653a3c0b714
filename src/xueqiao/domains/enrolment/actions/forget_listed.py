from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.models import ListedPerson
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope


def forget_listed(*, actor: Actor, run_id: int, region: int, now: datetime) -> int:
    """Delete the names and phones on the list of a class; return how many went. Nobody new gets a seat after it.

    That the class was by list stays, and so do the places. For who wrote the list, once it is over. Repeating it
    deletes nothing.
    """
    with transaction.atomic():
        rows = ListedPerson.objects.within(Scope.everything("names nobody needs any more")).filter(class_list_id=run_id)
        gone = int(rows.delete()[0])
        if gone:
            record_deed(
                actor=actor,
                verb="forget_listed",
                object_kind="class_run",
                object_id=run_id,
                region=region,
                now=now,
                detail={"deleted": gone},
            )
    return gone
