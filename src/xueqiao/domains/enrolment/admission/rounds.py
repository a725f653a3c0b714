"""The gate of an admission round: entries pass it together, the freeze shuts it alone. Doctrine: docs/locking.md."""

from xueqiao.domains.enrolment.models import AdmissionRound
from xueqiao.foundation.locks import LockSpace, lock, lock_shared


def pass_gate(round_id: int) -> AdmissionRound:
    """Keep the round from being frozen, opened or cancelled until this transaction ends, and return it as it is now.

    Needs an open transaction. Many may pass at once; the row is read after the lock, so that an entry that waited for
    the freeze sees "frozen". Raises AdmissionRound.DoesNotExist.
    """
    lock_shared(LockSpace.ADMISSION_ROUND, [round_id])
    return AdmissionRound.objects.get(pk=round_id)


def shut_gate(round_id: int) -> AdmissionRound:
    """Wait for every entry that has passed, let nobody else pass until this transaction ends; return the locked row.

    Needs an open transaction. Raises AdmissionRound.DoesNotExist.
    """
    lock(LockSpace.ADMISSION_ROUND, [round_id])
    return AdmissionRound.objects.select_for_update().get(pk=round_id)
