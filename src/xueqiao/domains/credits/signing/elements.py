"""What every certificate must state: the mandatory elements of a micro-credential.

Source: Council Recommendation of 16 June 2022 on a European approach to micro-credentials, 2022/C 243/02, Annex I:
identification of the learner; title; country or region of the issuer; awarding body; date of issuing; learning
outcomes; notional workload; level where it applies; type of assessment; form of participation; type of quality
assurance. Workload is hours, never a number of credits copied from elsewhere.

`microcredential.schema.json` beside this file says the same for other people's tools; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xueqiao.domains.credits.errors.signing import ElementMissing

RESULT_ELEMENTS = {
    "学时": "学习量",
    "等级": "等级",
    "考核方式": "考核方式",
    "学习形式": "学习形式",
    "质量保证": "质量保证",
}


def missing_elements(credential: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the elements a credential does not state, in the order of the Recommendation."""
    return tuple(name for name, is_stated in _ELEMENTS.items() if not _safely(is_stated, credential))


def require_elements(credential: Mapping[str, Any]) -> None:
    """Raise ElementMissing, naming them, when an element is not stated."""
    missing = missing_elements(credential)
    if missing:
        raise ElementMissing(elements="、".join(missing))


def _safely(is_stated: Callable[[Mapping[str, Any]], bool], credential: Mapping[str, Any]) -> bool:
    try:
        return is_stated(credential)
    except (KeyError, TypeError, AttributeError, IndexError):
        return False


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _achievement(credential: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = credential["credentialSubject"]["achievement"]
    return found


def _has_learner(credential: Mapping[str, Any]) -> bool:
    entries = credential["credentialSubject"]["identifier"]
    return any(entry["identityType"] == "name" and _text(entry["identityHash"]) for entry in entries)


def _has_region(credential: Mapping[str, Any]) -> bool:
    address = credential["issuer"]["address"]
    return _text(address["addressCountry"]) and _text(address["addressRegion"])


def _has_result(name: str) -> Callable[[Mapping[str, Any]], bool]:
    def is_stated(credential: Mapping[str, Any]) -> bool:
        ids = {part["id"] for part in _achievement(credential)["resultDescription"] if part["name"] == name}
        results = credential["credentialSubject"]["result"]
        return any(part["resultDescription"] in ids and _text(part["value"]) for part in results)

    return is_stated


_ELEMENTS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "学员姓名": _has_learner,
    "名称": lambda credential: _text(_achievement(credential)["name"]),
    "签发国家和地区": _has_region,
    "颁发单位": lambda credential: _text(_achievement(credential)["creator"]["name"]),
    "签发日期": lambda credential: _text(credential["awardedDate"]),
    "学习成果": lambda credential: _text(_achievement(credential)["description"]),
    **{words: _has_result(name) for name, words in RESULT_ELEMENTS.items()},
}
