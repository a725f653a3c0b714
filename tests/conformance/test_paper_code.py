"""The QR code as it stands on paper: read by a foreign scanner at 150 dots an inch, and checked without network."""

import io

import zxingcpp
from PIL import Image

from tests.conformance.samples import DID, FACTS, HOST, SIGNER
from xueqiao.domains.credits.actions.certificates.sign_certificate import signed_texts
from xueqiao.domains.credits.paper import draw
from xueqiao.domains.credits.signing.file_check import verify_file

DOTS_PER_INCH = 150


def test_the_printed_code_is_read_and_checked_offline() -> None:
    texts = signed_texts(FACTS, signer=SIGNER, list_number=1)
    address = f"{HOST}/verify/{FACTS.code}/"
    sheet = draw.Sheet(
        code=FACTS.code,
        person_name=FACTS.person_name,
        title=FACTS.title,
        institution_name=FACTS.institution_name,
        platform_name=FACTS.platform_name,
        issued_at=FACTS.issued_at,
        starts_words="2026 年 10 月 7 日",
        ends_words="11 月 23 日",
        sessions_words="6/8",
        minutes=FACTS.minutes,
        amount_hundredths=FACTS.amount_hundredths,
        verify_address=address,
        verify_host=HOST,
        qr_text=f"{address}#{texts.paper}",
        credential_text=texts.credential,
    )
    assert draw.certificate_pdf_of(sheet).startswith(b"%PDF")
    pages = draw._compiler().compile(
        format="png",
        ppi=DOTS_PER_INCH,
        sys_inputs=draw._inputs(sheet),  # type: ignore[call-arg]
    )
    picture = Image.open(io.BytesIO(pages if isinstance(pages, bytes) else pages[0])).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == sheet.qr_text
    assert len(found.text.encode()) < 2000
    verdict = verify_file(found.text.encode(), trusted_keys=[DID])
    assert (verdict.state, verdict.code, verdict.masked_name) == ("valid", FACTS.code, "张*兰")
