"""RDF canonical form of a JSON-LD document, read only with the contexts that ship with us.

Two things are stricter than the specification asks, because both are ways to add words to a signed paper:
a property that no context defines would silently fall out of the signed form, so it is refused; and a context outside
the shipped ones is refused rather than fetched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyld import jsonld

from xueqiao.domains.credits.errors.certificates import ContextNotShipped

FOLDER = Path(__file__).parent / "contexts"
VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OB_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
SHIPPED = {
    VC_CONTEXT: "credentials-v2.jsonld",
    OB_CONTEXT: "ob-v3p0-context-3.0.3.jsonld",
    CLR_CONTEXT: "clr-v2p0-context-2.0.1.jsonld",
}
BLANK_NODES_MAX = 40  # canonicalisation can be made exponential with blank nodes; our credentials hold fewer than ten


class TooTangled(ValueError):
    """The document holds more unnamed nodes than any honest certificate."""


class UndefinedTerm(ValueError):
    """The document says something that no shipped context defines, so no signature covers it."""


@cache
def _shipped(address: str) -> dict[str, Any]:
    return json.loads((FOLDER / SHIPPED[address]).read_text(encoding="utf-8"))


def load_document(address: str, _options: object = None, *, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Answer pyld's wish for a context from the shipped files. Raises ContextNotShipped for anything else."""
    if extra and address in extra:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": address,
            "document": extra[address],
        }
    if address not in SHIPPED:
        raise ContextNotShipped(address=address)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": _shipped(address),
    }


def canonical_text(document: Mapping[str, Any], *, extra_contexts: Mapping[str, Any] | None = None) -> str:
    """Return the canonical N-Quads of `document` (RDFC-1.0 with SHA-256, as pyld's URDNA2015 yields it).

    extra_contexts: further address -> context; only the specification's own test vectors need one. Raises
    UndefinedTerm, TooTangled, ContextNotShipped, or pyld's JsonLdError for a document that is no JSON-LD.
    """
    expanded, options = _expanded(document, extra_contexts)
    dataset = jsonld.JsonLdProcessor().to_rdf(expanded, options)
    if len(_blank_nodes(dataset)) > BLANK_NODES_MAX:
        raise TooTangled
    return str(
        jsonld.JsonLdProcessor().normalize(
            expanded, {**options, "algorithm": "URDNA2015", "format": "application/n-quads"}
        )
    )


def quads_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the quads of `document` as pyld holds them, per graph. Raises as `canonical_text` does."""
    expanded, options = _expanded(document, None)
    dataset: dict[str, Any] = jsonld.JsonLdProcessor().to_rdf(expanded, options)
    return dataset


def _expanded(
    document: Mapping[str, Any], extra_contexts: Mapping[str, Any] | None
) -> tuple[list[Any], dict[str, Any]]:
    dropped: list[str] = []
    loader = lambda address, options=None: load_document(address, options, extra=extra_contexts)  # noqa: E731
    processor = jsonld.JsonLdProcessor(on_property_dropped=lambda name: dropped.append(str(name)))
    options = {"documentLoader": loader, "processingMode": "json-ld-1.1"}
    expanded = processor.expand(document, options)
    if dropped:
        raise UndefinedTerm(dropped[0])
    return expanded, options


def canonical_hash(document: Mapping[str, Any], *, extra_contexts: Mapping[str, Any] | None = None) -> bytes:
    """Return SHA-256 of the canonical text."""
    return hashlib.sha256(canonical_text(document, extra_contexts=extra_contexts).encode()).digest()


def _blank_nodes(dataset: Mapping[str, Any]) -> set[str]:
    return {
        part["value"]
        for quads in dataset.values()
        for quad in quads
        for part in (quad["subject"], quad["object"])
        if part["type"] == "blank node"
    }
