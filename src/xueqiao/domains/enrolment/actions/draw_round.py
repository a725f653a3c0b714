from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from xueqiao.domains.enrolment.actions import _draw_rows
from xueqiao.domains.enrolment.actions.freeze_round import lock_round
from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws import sealing
from xueqiao.domains.enrolment.draws.lottery import NOTHING
from xueqiao.domains.enrolment.draws.publication import (
    PUBLISHED,
    Drawn,
    PublicValue,
    take_back_draw,
    write_draw,
    write_report,
)
from xueqiao.domains.enrolment.errors.draws import (
    DrawWrongState,
    FrozenListChanged,
    SecretCannotBeOpened,
    SecretIsThere,
    SourceNotSettled,
)
from xueqiao.domains.enrolment.events import DrawPublished
from xueqiao.domains.enrolment.models import AdmissionRound, Entry
from xueqiao.domains.enrolment.queries.draw_report import fairness_report
from xueqiao.domains.enrolment.queries.draws import desks_of, draw_view, folder_of
from xueqiao.domains.enrolment.rules.draws import DRAW_STATE_WORDS
from xueqiao.domains.enrolment.values.draws import DrawView
from xueqiao.domains.enrolment.values.rounds import DRAWN, ENTERED, FROZEN
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def draw_round(*, actor: Actor, code: str, now: datetime, withheld_because: str = "") -> DrawView:
    """Hold the draw over the published list and publish the result and everything needed to run it again.

    Nothing is left to decide: list, classes, secret and public value are fixed. withheld_because: only when the secret
    cannot be opened any more; the seed then goes without it, and the reason is published. Drawing a drawn round changes
    nothing. Shuts the round's gate. Raises NotAllowed, DrawNotFound, DrawWrongState, SourceNotSettled,
    SecretCannotBeOpened, SecretIsThere or FrozenListChanged.
    """
    with transaction.atomic():
        row = lock_round(actor, code)
        if row.state == DRAWN:
            return draw_view(row)
        if row.state != FROZEN:
            raise DrawWrongState(state_words=DRAW_STATE_WORDS[row.state])
        if row.source_confirmed_at is None:
            raise SourceNotSettled
        secret = _secret(row, withheld_because)
        _require_untouched(row)
        at = folder_of(row.code)
        try:
            drawn = _hold(row, at, secret, withheld_because.strip()[:200], now)
            _write_back(row, drawn, withheld_because, now)
            write_report(at, fairness_report(row))
            record_event(DrawPublished(row.pk, row.region), region=row.region, now=now)
            record_deed(
                actor=actor,
                verb="draw_round",
                object_kind="round",
                object_id=row.pk,
                now=now,
                region=row.region,
                detail={
                    "code": row.code,
                    "seed": drawn.seed.hex(),
                    "result_sha256": drawn.result_hash.hex(),
                    "seats_given": drawn.outcome.seats_given,
                    "withheld_because": row.withheld_because,
                },
            )
        except BaseException:
            take_back_draw(at)
            raise
        return draw_view(row)


def _secret(row: AdmissionRound, withheld_because: str) -> bytes:
    """The secret of the seed; none only when it is lost and somebody says why. Who could choose between two seeds could
    choose between two results: as long as the secret opens, it is used."""
    sealed = bytes(row.sealed_secret) if row.sealed_secret else None
    secret = sealing.find_secret(sealed, server_secret=settings.SECRET_KEY, round_code=row.code)
    if secret is None:
        if not withheld_because.strip():
            raise SecretCannotBeOpened
        return b""
    if withheld_because.strip():
        raise SecretIsThere
    return secret


def _require_untouched(row: AdmissionRound) -> None:
    """Raise FrozenListChanged when the rows or the files are not those of the freeze. The draw reads only the files."""
    everybody = Scope.everything("the frozen list is compared with its rows")
    entries = Entry.objects.within(everybody).filter(round_id=row.pk, state=ENTERED)
    if entries.filter(line=None).exists():
        raise FrozenListChanged(what="封单以后多了一份报名")
    if entries.count() != row.entry_count:
        raise FrozenListChanged(what="报名的份数不同")
    try:
        raw = (folder_of(row.code) / PUBLISHED / files.FREEZE).read_bytes()
    except OSError as reason:
        raise FrozenListChanged(what="公布的文件不见了") from reason
    if row.freeze_hash is None or sha256(raw).digest() != bytes(row.freeze_hash):
        raise FrozenListChanged(what="公布的封单文件改过")


def _hold(row: AdmissionRound, at: Path, secret: bytes, withheld_because: str, now: datetime) -> Drawn:
    if row.source_typed_at is None or row.source_confirmed_at is None:
        raise SourceNotSettled
    try:
        return write_draw(
            at,
            value=PublicValue(row.source_value, row.source_typed_at, row.source_confirmed_at),
            secret=secret,
            withheld_because=withheld_because,
            drawn_at=now,
            list_hash=bytes(row.list_hash) if row.list_hash else None,
        )
    except files.FolderWrong as wrong:
        raise FrozenListChanged(what=wrong.file) from wrong


def _write_back(row: AdmissionRound, drawn: Drawn, withheld_because: str, now: datetime) -> None:
    _desks, run_ids = desks_of(row.pk)
    ids = [run_ids[desk.code] for desk in drawn.desks]
    written = _draw_rows.write_results(row.pk, _results(drawn, ids))
    if written != row.entry_count:
        raise FrozenListChanged(what="报名的编号不同")
    row.state, row.drawn_at, row.seed = DRAWN, now, drawn.seed
    row.result_hash, row.draw_hash = drawn.result_hash, drawn.draw_hash
    row.withheld_because = withheld_because.strip()[:200]
    row.save(update_fields=["state", "drawn_at", "seed", "result_hash", "draw_hash", "withheld_because"])


def _results(drawn: Drawn, ids: list[int]) -> Iterator[str]:
    won, ranks = drawn.outcome.won, drawn.outcome.ranks
    for position, index in enumerate(drawn.outcome.order, 1):
        desk = won[index]
        given = "\\N\t\\N" if desk == NOTHING else f"{ids[desk]}\t{ranks[index]}"
        yield f"{index + 1}\t{position}\t{given}\n"
