"""Pure rules of money in hardship: what a proof is, until when it is answered, whose signatures it needs.

Source: 领域规则 5.2 第 8 条：第三次课之后不退，因病、去世、搬离的按没上的次数退，凭证明.
"""

from datetime import datetime, timedelta

PROOF_BYTES_MAX = 2 * 1024 * 1024
PROOFS_MAX = 3
_MARKS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))


def kind_of_proof(body: bytes) -> str | None:
    """Return the content type told by the file's first bytes, never by its name; None for anything else."""
    if not 0 < len(body) <= PROOF_BYTES_MAX:
        return None
    return next((kind for mark, kind in _MARKS if body.startswith(mark)), None)


def answer_due(*, asked_at: datetime, days: int) -> datetime:
    """Return until when a request must be answered."""
    return asked_at + timedelta(days=days)


def needs_second_signature(*, refund_fen: int, limit_fen: int) -> bool:
    """True when everything that goes back, of all payers, is above what one person may decide."""
    return refund_fen > limit_fen
