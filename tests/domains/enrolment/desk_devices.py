"""A village desk's device, as its browser would behave: a P-256 key, signed entries."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.worlds.small_county import HEDE, SmallCounty, on_duty
from xueqiao.domains.enrolment import api as enrolment


@dataclass
class Desk:
    """A registered device with its private key."""

    key: ec.EllipticCurvePrivateKey
    clerk: Any
    view: enrolment.DeviceView

    def sign(self, number: int, round_code: str, learner: str, runs: list[str], at: datetime) -> enrolment.SentEntry:
        payload = json.dumps(
            {
                "v": 1,
                "device": str(self.view.uuid),
                "number": number,
                "round": round_code,
                "learner": learner,
                "runs": runs,
                "signed_at": at.isoformat(),
            }
        )
        return enrolment.SentEntry(payload, signed(self.key, payload))

    def send(self, *sent: enrolment.SentEntry, now: datetime, actor: Any = None) -> list[enrolment.SyncLine]:
        return enrolment.sync_device(actor=actor or self.clerk, device_uuid=self.view.uuid, sent=sent, now=now)


def signed(key: ec.EllipticCurvePrivateKey, payload: str) -> bytes:
    """As WebCrypto writes it: two halves of 32 bytes."""
    r, s = decode_dss_signature(key.sign(payload.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def a_desk(world: SmallCounty, *, now: datetime) -> Desk:
    """The clerk of 合德镇 registers a new device."""
    key = ec.generate_private_key(ec.SECP256R1())
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    view = enrolment.register_device(actor=clerk, public_key=public_bytes(key), label="平板", now=now)
    return Desk(key, clerk, view)
