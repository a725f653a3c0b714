from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.enter_round import enter_round
from xueqiao.domains.enrolment.actions.receive_late_entry import receive_late_entry
from xueqiao.domains.enrolment.errors.rounds import DeviceUnknown, RoundNotFound, SignatureWrong
from xueqiao.domains.enrolment.models import AdmissionRound, CounterDevice, DeviceEntry, Entry, LateEntry
from xueqiao.domains.enrolment.parameters import OFFLINE_HOURS_MAX
from xueqiao.domains.enrolment.rules.devices import SignedEntry, clock_fault, is_signed_by, read_payload
from xueqiao.domains.enrolment.values.late import SyncLine
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

_KEPT = Scope.everything("the device's own entries")


@dataclass(frozen=True)
class SentEntry:
    """One entry as a device sends it: the text that was signed, and the signature."""

    payload: str
    signature: bytes


def sync_device(*, actor: Actor, device_uuid: UUID, sent: Sequence[SentEntry], now: datetime) -> list[SyncLine]:
    """Take in what a device signed without network, each entry by itself; return what became of each.

    Signature, device, the bounds of its clock, the window at the time of signing and every rule of enter_round are
    checked. In the window: entered. Signed before the close and sent after it: waits for a second person. Sent again:
    the answer of the first time. Raises NotAllowed, DeviceUnknown, SignatureWrong (then nothing of it was taken).
    """
    people.require_role(actor, people.CENTRE_CLERK)
    device = CounterDevice.objects.filter(uuid=device_uuid, withdrawn_at=None).first()
    if device is None or device.clerk_id != actor.person_id:
        raise DeviceUnknown
    clerk = replace(actor, channel="counter")
    lines = []
    for each in sent[:200]:
        signed = read_payload(each.payload)
        if signed is None or signed.device != str(device.uuid):
            raise SignatureWrong
        if not is_signed_by(bytes(device.public_key), each.payload, each.signature):
            raise SignatureWrong
        lines.append(_take_in(clerk, device, each, signed, now))
    return lines


def _take_in(actor: Actor, device: CounterDevice, each: SentEntry, signed: SignedEntry, now: datetime) -> SyncLine:
    with transaction.atomic():
        CounterDevice.objects.select_for_update().get(pk=device.pk)  # one sender at a time
        known = DeviceEntry.objects.within(_KEPT).filter(device=device, number=signed.number).first()
        if known is not None and known.payload != each.payload:
            return SyncLine(signed.number, "refused", "这个编号已经收过另一份志愿，请凭回执重新录入", "")
        if known is not None:
            return _line(known)
        before = (
            DeviceEntry.objects.within(_KEPT)
            .filter(device=device, number__lt=signed.number)
            .order_by("-number")
            .values_list("signed_at", flat=True)
            .first()
        )
        person = people.find_person_by_code(actor, signed.learner_code)
        row = DeviceEntry(
            device=device,
            number=signed.number,
            person_id=person.id if person else None,
            payload=each.payload,
            signature=each.signature,
            signed_at=signed.signed_at,
            received_at=now,
            outcome="refused",
        )
        row.words = clock_fault(
            signed.signed_at,
            registered_at=device.registered_at,
            before=before,
            hours_max=int(parameter_at(OFFLINE_HOURS_MAX.name, region=_home(person), on=clock.local_date(now)).value),
            now=now,
        ) or ("" if person else "没有找到这个学员号")
        if person is not None and not row.words:
            try:
                with transaction.atomic():  # a refusal leaves nothing but its line
                    _enter(actor, row, signed, person.id, now)
            except Refused as refusal:
                if refusal.status >= 500:
                    raise
                row.words = refusal.message[:200]
        row.save()
        return _line(row)


def _enter(actor: Actor, row: DeviceEntry, signed: SignedEntry, person_id: int, now: datetime) -> None:
    admission = AdmissionRound.objects.filter(code=signed.round_code).first()
    if admission is None:
        raise RoundNotFound
    run_ids = [classes.get_class(code, now=now).run_id for code in signed.runs]
    key = f"dev:{row.device.uuid.hex}:{row.number}"
    if now < admission.wishes_close_at:
        entry = enter_round(
            actor=actor,
            round_code=admission.code,
            person_id=person_id,
            run_ids=run_ids,
            request_key=key,
            channel="counter",
            now=now,
        )
        row.outcome, row.entry_id = "entered", entry.id
        return
    late = receive_late_entry(
        actor=actor,
        round_code=admission.code,
        person_id=person_id,
        run_ids=run_ids,
        stamped_at=signed.signed_at,
        why="离线柜台截止前签名，截止后同步",
        source="device",
        request_key=key,
        now=now,
    )
    row.outcome = "late"
    row.late_id = LateEntry.objects.within(_KEPT).values_list("pk", flat=True).get(uuid=late.uuid)


def _home(person: people.PersonCard | None) -> int:
    return person.region if person else 0


def _line(row: DeviceEntry) -> SyncLine:
    code = ""
    if row.entry_id:
        code = Entry.objects.within(_KEPT).values_list("code", flat=True).get(pk=row.entry_id)
    words = row.words or ("等另一位同事确认" if row.outcome == "late" else "")
    return SyncLine(row.number, row.outcome, words, code)
