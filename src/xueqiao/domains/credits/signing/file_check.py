"""Check a certificate file and nothing else: no database, no network, no clock beyond the file's own dates."""

from __future__ import annotations

import io
import json
from collections.abc import Collection
from typing import Any

import pypdf
from pyld.jsonld import JsonLdError
from pypdf.errors import PyPdfError

from xueqiao.domains.credits.errors.certificates import ContextNotShipped
from xueqiao.domains.credits.signing.canonical import OB_CONTEXT, VC_CONTEXT, TooTangled, UndefinedTerm
from xueqiao.domains.credits.signing.credential import reading_of
from xueqiao.domains.credits.signing.proof import BadProof, require_proof
from xueqiao.domains.credits.values.certificates import INVALID, UNREADABLE, VALID, FileVerdict
from xueqiao.domains.people import api as people

FILE_BYTES_MAX = 20_000_000
CREDENTIAL_BYTES_MAX = 200_000
ATTACHMENT_NAME = "credential.json"


class _Unreadable(Exception):
    pass


def verify_file(content: bytes, *, trusted_keys: Collection[str] | None = None) -> FileVerdict:
    """Check a credential (.json) or a certificate (.pdf with the credential attached).

    trusted_keys: issuer dids to compare with; None leaves the issuer unchecked and says so, and an issuer outside
    them makes the verdict invalid. Whether the certificate was revoked since is not in a file: the verify page knows.
    Never raises for any content.
    """
    try:
        text = _credential_bytes(content)
        credential = _parsed(text)
    except _Unreadable as reason:
        return FileVerdict(UNREADABLE, str(reason))
    try:
        reading = reading_of(credential)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return FileVerdict(INVALID, "内容不是学习证书，或者缺少必要的项目。")
    shown: dict[str, Any] = {
        "issuer_key": reading.issuer_did,
        "masked_name": people.mask_name(reading.person_name),
        "title": reading.title,
        "institution_name": reading.institution_name,
        "issued_on": reading.issued_on,
        "code": reading.code,
        "is_issuer_trusted": None if trusted_keys is None else reading.issuer_did in trusted_keys,
    }
    try:
        if credential["@context"] != [VC_CONTEXT, OB_CONTEXT]:
            raise BadProof("other contexts than those of our certificates")
        method = require_proof(credential)
        if method.partition("#")[0] != reading.issuer_did:
            raise BadProof("signed by another key than the issuer's")
    except (BadProof, UndefinedTerm, TooTangled, ContextNotShipped, JsonLdError, KeyError, TypeError, ValueError):
        return FileVerdict(INVALID, "签名与内容对不上：文件被改动过，或不是原件。", **shown)
    except RecursionError:
        return FileVerdict(INVALID, "内容嵌套得太深，不是原件。")
    if shown["is_issuer_trusted"] is False:
        return FileVerdict(INVALID, "签名完好，但签发密钥不在可信名单里，不能当作本地证书。", **shown)
    notes = [] if trusted_keys is not None else ["没有核对签发单位：没有提供可信密钥名单。"]
    notes.append("文件里看不出是否已被撤销，请再到查证书页面核对编号。")
    return FileVerdict(VALID, "签名有效，内容没有改动。", notes=tuple(notes), **shown)


def _credential_bytes(content: bytes) -> bytes:
    if len(content) > FILE_BYTES_MAX:
        raise _Unreadable("文件太大，不是学习证书。")
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return _attached(content)
    return content


def _attached(content: bytes) -> bytes:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        found = [entry for name, entries in reader.attachments.items() if name == ATTACHMENT_NAME for entry in entries]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as reason:
        raise _Unreadable("这个 PDF 打不开，可能已经损坏。") from reason
    if len(found) != 1:
        raise _Unreadable("这个 PDF 里没有附带电子凭证，无法离线核验。请到查证书页面输入编号。")
    return bytes(found[0])


def _parsed(text: bytes) -> dict[str, Any]:
    if len(text) > CREDENTIAL_BYTES_MAX:
        raise _Unreadable("电子凭证太大，不是学习证书。")
    try:
        credential = json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as reason:
        raise _Unreadable("文件不是学习证书，或者已经损坏，读不出来。") from reason
    if not isinstance(credential, dict):
        raise _Unreadable("文件不是学习证书，读不出来。")
    return credential


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice means different things to different readers: refuse it."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a name is given twice")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
