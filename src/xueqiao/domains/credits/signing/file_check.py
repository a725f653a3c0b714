"""Check what somebody hands over and nothing else: no database, no network.

Five forms are read: a credential (.json), a PDF with the credential attached, a vc+jwt token, a proof of selected
claims (SD-JWT), and the text of the QR code on paper. What the check leans on comes in as `Trust`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pyld.jsonld import JsonLdError

from xueqiao.domains.credits.errors.certificates import ContextNotShipped
from xueqiao.domains.credits.errors.signing import SignerMissing
from xueqiao.domains.credits.signing import jose, paper_code, sd_jwt
from xueqiao.domains.credits.signing.canonical import OB_CONTEXT, VC_CONTEXT, TooTangled, UndefinedTerm
from xueqiao.domains.credits.signing.credential import Reading, reading_of
from xueqiao.domains.credits.signing.jose import BadToken, json_object
from xueqiao.domains.credits.signing.proof import BadProof, require_proofs
from xueqiao.domains.credits.signing.status_list import REVOCATION, SUSPENSION, BadList, state_in
from xueqiao.domains.credits.signing.time_log import Receipt, receipt_from
from xueqiao.domains.credits.signing.trust import Trust, age_words, is_signing_time_proven, trust_of
from xueqiao.domains.credits.values.certificates import (
    INVALID,
    REVOKED,
    SUSPENDED,
    UNREADABLE,
    VALID,
    FileVerdict,
)
from xueqiao.domains.people import api as people

FILE_BYTES_MAX = 20_000_000
CREDENTIAL_BYTES_MAX = 200_000
ATTACHMENT_NAME = "credential.json"
RECEIPT_NAME = "receipt.json"
_BROKEN = "签名与内容对不上：文件被改动过，或不是原件。"
_BAD_PROOFS = (BadProof, BadToken, UndefinedTerm, TooTangled, ContextNotShipped, JsonLdError, KeyError, TypeError)


class _Unreadable(Exception):
    pass


def verify_file(
    content: bytes,
    *,
    trusted_keys: Collection[str] | None = None,
    trust: Trust | None = None,
    receipt: bytes | None = None,
    now: datetime | None = None,
    audience: str = "",
    nonce: str = "",
) -> FileVerdict:
    """Check a certificate in any of its five forms. Never raises for any content.

    trust (or only trusted_keys): what to lean on; without it the issuer is left unchecked and the verdict says so. An
    issuer outside it makes the verdict invalid. receipt: the time receipt, for a key that was stolen later; a PDF
    carries its own. now: for the age of status lists and the days a proof of selected claims is in force. Without a
    status list the file does not show whether the certificate was revoked since, and the verdict says that too.
    """
    if trust is None and trusted_keys is not None:
        trust = trust_of(trusted_keys)
    try:
        if content[:1024].lstrip().startswith(b"%PDF-"):
            body, own = _attached(content)
            return _credential_verdict(body, trust, receipt or own, now)
        text = _as_text(content)
        if "~" in text:
            return _shown_verdict(text, trust, now, audience, nonce)
        if paper_code.MARK + "." in text and text.count(".") >= 3:
            return _paper_verdict(text, trust, now)
        if text.startswith("eyJ"):
            return _token_verdict(text, trust, now)
        return _credential_verdict(content, trust, receipt, now)
    except _Unreadable as reason:
        return FileVerdict(UNREADABLE, str(reason))
    except SignerMissing:
        return FileVerdict(UNREADABLE, "这张证书用国密算法签名，本机没有装国密组件，核不了。")
    except RecursionError:
        return FileVerdict(INVALID, "内容嵌套得太深，不是原件。")


def _credential_verdict(
    content: bytes, trust: Trust | None, receipt: bytes | None, now: datetime | None
) -> FileVerdict:
    credential = _parsed(content)
    reading = _reading(credential)
    if reading is None:
        return FileVerdict(INVALID, "内容不是学习证书，或者缺少必要的项目。")
    shown = _shown_of(reading, trust)
    try:
        if credential["@context"] != [VC_CONTEXT, OB_CONTEXT]:
            raise BadProof("other contexts than those of our certificates")
        if require_proofs(credential).partition("#")[0] != reading.issuer_did:
            raise BadProof("signed by another key than the issuer's")
    except (*_BAD_PROOFS, ValueError):
        return FileVerdict(INVALID, _BROKEN, **shown)
    return _trusted(
        shown, trust, now, text=content.decode("utf-8"), receipt=receipt, entry=credential.get("credentialStatus")
    )


def _token_verdict(text: str, trust: Trust | None, now: datetime | None) -> FileVerdict:
    try:
        header, credential = jose.opened_token(text, kind=jose.CREDENTIAL_TYPE)
    except BadToken:
        return FileVerdict(INVALID, _BROKEN)
    reading = _reading(credential)
    if reading is None or credential.get("@context") != [VC_CONTEXT, OB_CONTEXT]:
        return FileVerdict(INVALID, "内容不是学习证书，或者缺少必要的项目。")
    shown = _shown_of(reading, trust)
    if str(header["kid"]).partition("#")[0] != reading.issuer_did:
        return FileVerdict(INVALID, _BROKEN, **shown)
    return _trusted(shown, trust, now, text=text, receipt=None, entry=credential.get("credentialStatus"))


def _paper_verdict(text: str, trust: Trust | None, now: datetime | None) -> FileVerdict:
    try:
        words, did = paper_code.read_paper(text)
        issued_on = datetime.fromisoformat(words.issued_on).date()
    except (BadToken, ValueError):
        return FileVerdict(INVALID, _BROKEN)
    shown = _shown_parts(did, words.person_name, words.title, words.institution_name, issued_on, words.code, trust)
    entry = None
    for one in trust.lists if trust and words.place >= 0 else ():
        if f"/status/{words.list_number}/{REVOCATION}/" in str(one["id"]):
            entry = {"statusListCredential": one["id"], "statusListIndex": words.place}
    return _trusted(shown, trust, now, text=text, receipt=None, entry=entry)


def _shown_verdict(text: str, trust: Trust | None, now: datetime | None, audience: str, nonce: str) -> FileVerdict:
    if now is None:
        raise _Unreadable("没有给出核验时间，不能判断这份证明是否在有效期内。")
    try:
        found = sd_jwt.read_shown(text, now=now, audience=audience, nonce=nonce)
    except BadToken:
        return FileVerdict(INVALID, "这份证明过期了、被改动过，或者不是出示给您的。")
    claims = {name: str(value) for name, value in found.claims.items() if name != "name"}
    shown = _shown_parts(
        found.issuer,
        str(found.claims.get("name", "")),
        claims.get("title", ""),
        claims.get("institution", ""),
        None,
        claims.get("code", ""),
        trust,
    )
    verdict = _trusted(shown, trust, now, text=text, receipt=None, entry=None, is_short_lived=True)
    return replace(verdict, shown=tuple(sorted(claims.items())))


def _reading(credential: Mapping[str, Any]) -> Reading | None:
    try:
        return reading_of(credential)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None


def _shown_of(reading: Reading, trust: Trust | None) -> dict[str, Any]:
    return _shown_parts(
        reading.issuer_did,
        reading.person_name,
        reading.title,
        reading.institution_name,
        reading.issued_on,
        reading.code,
        trust,
    )


def _shown_parts(
    did: str, name: str, title: str, institution: str, issued_on: Any, code: str, trust: Trust | None
) -> dict[str, Any]:
    return {
        "issuer_key": did,
        "masked_name": people.mask_name(name) if name else "",
        "title": title,
        "institution_name": institution,
        "issued_on": issued_on,
        "code": code,
        "is_issuer_trusted": None if trust is None else did in trust.keys,
    }


def _trusted(
    shown: dict[str, Any],
    trust: Trust | None,
    now: datetime | None,
    *,
    text: str,
    receipt: bytes | None,
    entry: Mapping[str, Any] | None,
    is_short_lived: bool = False,
) -> FileVerdict:
    """Go on from a good signature: is the key trusted, was it stolen before, was the certificate revoked since."""
    notes: list[str] = []
    if trust is None:
        notes.append("没有核对签发单位：没有提供可信密钥名单。")
    elif shown["issuer_key"] not in trust.keys:
        return FileVerdict(INVALID, "签名完好，但签发密钥不在可信名单里，不能当作本地证书。", **shown)
    elif (stolen_at := trust.keys[shown["issuer_key"]]) is not None:
        if not is_signing_time_proven(text, _receipt(receipt), trust, stolen_at):
            why = "签发密钥失窃过，又不能证明这张证书是失窃之前签的。请到查证书页面核对编号。"
            return FileVerdict(INVALID, why, **shown)
        notes.append("签发密钥后来失窃；时间回执证明这张证书是失窃之前签的。")
    if is_short_lived:
        return FileVerdict(VALID, "签名有效，在有效期内，内容没有改动。", notes=tuple(notes), **shown)
    known = _status(trust, entry)
    if known.get(REVOCATION):
        return FileVerdict(REVOKED, "签名完好，但证书已经撤销，不能再用。", notes=tuple(notes), **shown)
    if known.get(SUSPENSION):
        return FileVerdict(SUSPENDED, "签名完好，但证书已经暂停，正在核查。", notes=tuple(notes), **shown)
    if REVOCATION not in known:
        notes.append("文件里看不出是否已被撤销，请再到查证书页面核对编号。")
    elif trust is not None and now is not None:
        notes.append(age_words(min(trust.lists, key=lambda one: str(one["validFrom"])), now) + "。")
    if REVOCATION in known and SUSPENSION not in known:
        notes.append("没有提供暂停名单，看不出是否暂停。")
    return FileVerdict(VALID, "签名有效，内容没有改动。", notes=tuple(notes), **shown)


def _status(trust: Trust | None, entry: Mapping[str, Any] | None) -> dict[str, bool]:
    if trust is None or not isinstance(entry, Mapping) or not trust.lists:
        return {}
    try:
        return state_in(trust.lists, entry)
    except (BadList, KeyError, TypeError, ValueError):
        return {}


def _receipt(content: bytes | None) -> Receipt | None:
    if content is None:
        return None
    try:
        return receipt_from(json_object(content))
    except (BadToken, KeyError, TypeError, ValueError):
        return None


def _as_text(content: bytes) -> str:
    if len(content) > FILE_BYTES_MAX:
        raise _Unreadable("文件太大，不是学习证书。")
    try:
        return content[: CREDENTIAL_BYTES_MAX + 1].decode("utf-8").strip()
    except UnicodeDecodeError as reason:
        raise _Unreadable("文件不是学习证书，或者已经损坏，读不出来。") from reason


def _attached(content: bytes) -> tuple[bytes, bytes | None]:
    if len(content) > FILE_BYTES_MAX:
        raise _Unreadable("文件太大，不是学习证书。")
    import pypdf  # noqa: PLC0415 - 0.1 s of processor that only a file in hand needs
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        found = {name: list(entries) for name, entries in reader.attachments.items()}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as reason:
        raise _Unreadable("这个 PDF 打不开，可能已经损坏。") from reason
    if len(found.get(ATTACHMENT_NAME, [])) != 1:
        raise _Unreadable("这个 PDF 里没有附带电子凭证，无法离线核验。请到查证书页面输入编号。")
    receipts = found.get(RECEIPT_NAME, [])
    return bytes(found[ATTACHMENT_NAME][0]), bytes(receipts[0]) if len(receipts) == 1 else None


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > CREDENTIAL_BYTES_MAX:
        raise _Unreadable("电子凭证太大，不是学习证书。")
    try:
        credential = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
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
