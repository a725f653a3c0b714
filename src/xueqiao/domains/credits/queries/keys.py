"""Reads of signing keys and of the log that says when certificates were signed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count

from xueqiao.domains.credits.models import Certificate, SealedCertificate, SigningKey, TimeSeal
from xueqiao.domains.credits.rules import certificates as rules
from xueqiao.domains.credits.signing import time_log
from xueqiao.domains.credits.signing.trust import keys_file
from xueqiao.domains.credits.values.standing import HeadView, KeyView, LogVerdict
from xueqiao.foundation.scope import Scope

KEY_LIFETIME = timedelta(days=2 * 365)
LEAF_BYTES = 32
_EVERYTHING = Scope.everything("whoever holds the code may verify it")


def key_view(key: SigningKey, certificate_count: int = 0) -> KeyView:
    """Turn a row into what crosses the door."""
    return KeyView(
        id=key.pk,
        did=key.key_id.partition("#")[0],
        algorithm=key.algorithm,
        state="stolen" if key.stolen_at else "retired" if key.retired_at else "active",
        made_at=key.made_at,
        valid_until=key.made_at + KEY_LIFETIME,
        retired_at=key.retired_at,
        stolen_at=key.stolen_at,
        certificate_count=certificate_count,
    )


def signing_keys() -> tuple[KeyView, ...]:
    """Return every key, newest first, with the number of certificates it signed."""
    rows = SigningKey.objects.annotate(signed=Count("certificate")).order_by("-pk")
    return tuple(key_view(row, row.signed) for row in rows)


def time_heads(limit: int | None = None) -> tuple[HeadView, ...]:
    """Return the published heads, newest first."""
    rows = TimeSeal.objects.order_by("-number")[:limit]
    return tuple(
        HeadView(
            row.number, bytes(row.head).hex(), bytes(row.previous).hex(), len(row.leaves) // LEAF_BYTES, row.sealed_at
        )
        for row in rows
    )


def published_keys(*, now: datetime) -> str:
    """Return the text of `/verify/keys.json`: keys and heads, for offline checks."""
    keys = [
        {"did": key.did, "made_at": key.made_at, "retired_at": key.retired_at, "stolen_at": key.stolen_at}
        for key in reversed(signing_keys())
    ]
    heads = [{"number": head.number, "head": head.head, "sealed_at": head.sealed_at} for head in reversed(time_heads())]
    return keys_file(keys, heads, made_at=now)


def time_receipt(*, code: str) -> time_log.Receipt | None:
    """Return the receipt of the certificate with a printed code; None when there is none or it is not sealed yet."""
    rows = Certificate.objects.within(_EVERYTHING).filter(code=rules.typed_code(code[:80])).values("pk")
    found = SealedCertificate.objects.select_related("seal").filter(certificate__in=rows).first()
    return receipt_of(found) if found else None


def receipt_of(sealed: SealedCertificate) -> time_log.Receipt:
    """Return the receipt of a certificate's place in the log."""
    leaves = _leaves(sealed.seal)
    return time_log.Receipt(
        number=sealed.seal.number,
        count=len(leaves),
        sealed_at=sealed.seal.sealed_at,
        previous=bytes(sealed.seal.previous).hex(),
        path=tuple(time_log.path_of(leaves, sealed.position)),
    )


def _leaves(seal: TimeSeal) -> list[bytes]:
    content = bytes(seal.leaves)
    return [content[start : start + LEAF_BYTES] for start in range(0, len(content), LEAF_BYTES)]


def verify_time_log(*, known_heads: tuple[str, ...] = ()) -> LogVerdict:
    """Recompute every head and every certificate's leaf; say what is wrong first. known_heads: noted outside (hex)."""
    previous, heads, certificates, seen = time_log.FIRST_HEAD, 0, 0, set()
    wrong = ""
    for seal in TimeSeal.objects.order_by("number").iterator(chunk_size=50):
        leaves = _leaves(seal)
        head = time_log.head_of(
            number=seal.number,
            previous=previous,
            root=time_log.tree_root(leaves),
            count=len(leaves),
            sealed_at=seal.sealed_at,
        )
        if seal.number != heads + 1 or bytes(seal.previous) != previous or bytes(seal.head) != head:
            wrong = wrong or f"seal {seal.number}"
        rows = seal.certificates.order_by("position").values_list(
            "position", "certificate__code", "certificate__credential_text"
        )
        found = 0
        for position, code, text in rows.iterator(chunk_size=500):
            found += 1
            if position >= len(leaves) or time_log.leaf_of(text) != leaves[position]:
                wrong = wrong or f"certificate {code}"
        if found != len(leaves):
            wrong = wrong or f"seal {seal.number}: {found} certificates of {len(leaves)}"
        previous, heads, certificates = bytes(seal.head), heads + 1, certificates + found
        seen.add(previous.hex())
    missing = [head for head in known_heads if head not in seen]
    if missing:
        wrong = wrong or f"a published head is gone: {missing[0]}"
    unsealed = Certificate.objects.within(_EVERYTHING).filter(sealed=None).count()
    return LogVerdict(heads, certificates, unsealed, wrong)
