from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation.locks import require_transaction


def show_by_list(*, run_id: int) -> None:
    """Say on every card of a class that its seats are for the people on a list; in the transaction that made it so.

    For good: a class that is by list stays so. Repeating it changes nothing.
    """
    require_transaction()
    ClassRun.objects.filter(pk=run_id, is_by_list=False).update(is_by_list=True)
