"""A passkey in software, for tests: makes and shows ES256 credentials as a browser would hand them over."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData


class Authenticator:
    """One key on one origin. `counter` grows with each use unless held still."""

    def __init__(self, origin: str, host: str) -> None:
        self.origin, self.rp_hash = origin, hashlib.sha256(host.encode()).digest()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id, self.counter = os.urandom(32), 0

    def make(self, options: dict[str, Any], *, flags: int = 0x45) -> dict[str, Any]:
        """Answer a registration; flags: 0x45 = user present, verified, credential attached."""
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        made = AuthenticatorData.create(self.rp_hash, flags, self.counter, bytes(attested))
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(made)})
        said = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": said, "attestationObject": attestation})

    def show(self, options: dict[str, Any], *, flags: int = 0x05) -> dict[str, Any]:
        """Answer a challenge; flags: 0x05 = user present and verified."""
        self.counter += 1
        made = bytes(AuthenticatorData.create(self.rp_hash, flags, self.counter))
        said = self._client("webauthn.get", options)
        signature = self.key.sign(made + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": said, "authenticatorData": made, "signature": signature})

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes]) -> dict[str, Any]:
        return {
            "id": websafe_encode(self.credential_id),
            "rawId": websafe_encode(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {name: websafe_encode(value) for name, value in response.items()},
        }
