"""What an offline check leans on: which keys count since when, the heads of the time log, and the status lists at hand.

All of it is fetched beforehand from the region (`/verify/keys.json`, `/status/N/revocation/`) or carried by hand; the
check itself asks nobody. A plain text with one did a line is read too: such keys were never stolen, as far as it says.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyld.jsonld import JsonLdError

from xueqiao.domains.credits.errors.certificates import ContextNotShipped
from xueqiao.domains.credits.signing.canonical import VC_CONTEXT, TooTangled, UndefinedTerm
from xueqiao.domains.credits.signing.jose import BadToken, json_object
from xueqiao.domains.credits.signing.proof import BadProof, require_proofs
from xueqiao.domains.credits.signing.status_list import CURRENT_FOR, BadList, state_in
from xueqiao.domains.credits.signing.time_log import Receipt, head_along, microseconds

KEYS_TYPE = "xueqiao-keys-v1"


class BadTrust(ValueError):
    """A file of keys or a status list cannot be used; the text says why."""


@dataclass(frozen=True)
class Trust:
    """keys: did -> since when it is stolen, or None. heads: number -> head (hex). lists: checked list credentials."""

    keys: Mapping[str, datetime | None]
    heads: Mapping[int, str] = field(default_factory=dict)
    lists: tuple[Mapping[str, Any], ...] = ()


def trust_of(dids: Collection[str]) -> Trust:
    """Return trust in these keys, none of them stolen."""
    return Trust(dict.fromkeys(dids))


def keys_file(keys: Collection[Mapping[str, Any]], heads: Collection[Mapping[str, Any]], *, made_at: datetime) -> str:
    """Return the text of `/verify/keys.json`. keys: did and its moments. heads: number, head, sealed_at."""
    value = {"type": KEYS_TYPE, "made_at": _moment(made_at), "keys": list(keys), "heads": list(heads)}
    return json.dumps(value, ensure_ascii=False, indent=1, default=_moment)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def trust_from(text: str) -> Trust:
    """Read a file of keys: the region's JSON, or one did a line. Raises BadTrust."""
    if not text.lstrip().startswith("{"):
        dids = [line.strip() for line in text.splitlines() if line.strip()]
        if not all(did.startswith("did:key:z") for did in dids):
            raise BadTrust("密钥名单里有一行不是 did:key")
        return trust_of(dids)
    try:
        value = json_object(text.encode())
        if value["type"] != KEYS_TYPE:
            raise BadTrust("这不是密钥名单")
        keys = {str(key["did"]): _read_moment(key.get("stolen_at")) for key in value["keys"]}
        heads = {int(head["number"]): str(head["head"]) for head in value["heads"]}
    except (BadToken, KeyError, TypeError, ValueError, AttributeError) as reason:
        raise BadTrust("密钥名单读不出来") from reason
    return Trust(keys, heads)


def _read_moment(text: str | None) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment


def checked_list(text: str, trust: Trust) -> Mapping[str, Any]:
    """Return a status list whose signature and issuer count. Raises BadTrust.

    A stolen key's lists count for nothing: the thief would say that nothing was revoked.
    """
    try:
        credential = json_object(text.encode())
        if credential["@context"] != [VC_CONTEXT] or "BitstringStatusListCredential" not in credential["type"]:
            raise BadTrust("这不是状态名单")
        did = require_proofs(credential).partition("#")[0]
        if credential["issuer"] != did or did not in trust.keys or trust.keys[did] is not None:
            raise BadTrust("状态名单不是可信的密钥签的")
        datetime.fromisoformat(credential["validFrom"])
        state_in([credential], {"statusListCredential": _revocation_address(credential["id"]), "statusListIndex": 0})
    except (BadToken, BadProof, BadList, UndefinedTerm, TooTangled, ContextNotShipped, JsonLdError) as reason:
        raise BadTrust("状态名单被改动过，或者读不出来") from reason
    except (KeyError, TypeError, ValueError, AttributeError) as reason:
        if isinstance(reason, BadTrust):
            raise
        raise BadTrust("状态名单读不出来") from reason
    return credential


def _revocation_address(address: str) -> str:
    return address.replace("/suspension/", "/revocation/")


def age_words(credential: Mapping[str, Any], now: datetime) -> str:
    """Return how old a status list is, in words; one older than a day says that it may be out of date."""
    age = now - datetime.fromisoformat(credential["validFrom"])
    hours = max(0, int(age.total_seconds() // 3600))
    words = f"状态名单是 {hours} 小时前的" if hours else "状态名单是一小时内的"
    return words + ("，已经过期，请重新取一份再核" if age > CURRENT_FOR else "")


def is_signing_time_proven(text: str, receipt: Receipt | None, trust: Trust, before: datetime) -> bool:
    """True when a receipt places a credential text under a known head from before a moment."""
    if receipt is None or microseconds(receipt.sealed_at) >= microseconds(before):
        return False
    try:
        return trust.heads.get(receipt.number) == head_along(text, receipt)
    except (ValueError, OverflowError):
        return False
