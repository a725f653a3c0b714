import io
import json
from datetime import timedelta

import pypdf
import pytest
from fontTools.ttLib import TTFont

from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import CharacterCannotBePrinted, CompletionUnknown, SealCannotBeOpened
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.models import Certificate, SigningKey
from xueqiao.domains.credits.paper import draw
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_a_completion_has_one_certificate_for_ever() -> None:
    done = completed()
    mine = acting(done.person)
    first = credit_bank.issue_certificate(actor=mine, completion_id=done.completion.pk, now=done.now)
    again = credit_bank.issue_certificate(
        actor=mine, completion_id=done.completion.pk, now=done.now + timedelta(days=400)
    )
    assert first == again
    assert Certificate.objects.within(EVERYTHING).count() == 1
    assert OutboxEvent.objects.filter(name="credits.CertificateIssued").count() == 1
    assert AuditEntry.objects.filter(verb="issue_certificate").count() == 1
    text = credit_bank.credential_text(actor=mine, certificate_uuid=first.uuid)
    subject = json.loads(text)["credentialSubject"]
    assert (subject["creditsEarned"], subject["licenseNumber"]) == (0.5, first.code)
    verdict = credit_bank.verify_file(text.encode(), trusted_keys=credit_bank.trusted_keys())
    assert (verdict.state, verdict.masked_name) == ("valid", "张*兰")


def test_a_stranger_gets_no_certificate_and_an_unknown_completion_has_none() -> None:
    done = completed()
    with pytest.raises(NotYours):
        credit_bank.issue_certificate(
            actor=acting(done.room.world.rider), completion_id=done.completion.pk, now=done.now
        )
    with pytest.raises(CompletionUnknown):
        credit_bank.issue_certificate(actor=acting(done.person), completion_id=999_999, now=done.now)
    assert not Certificate.objects.within(EVERYTHING).exists()
    assert not SigningKey.objects.exists()


def test_with_another_server_secret_nothing_is_signed(settings) -> None:  # type: ignore[no-untyped-def]
    done = completed()
    credit_bank.make_signing_key(actor=SYSTEM, now=done.now)
    settings.SECRET_KEY = "another secret than the one that sealed the key"
    with pytest.raises(SealCannotBeOpened):
        credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    assert not Certificate.objects.within(EVERYTHING).exists()


def paper_of(name: str) -> bytes:
    done = completed()
    Person.objects.within(EVERYTHING).filter(pk=done.person.pk).update(name=name)
    view = credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    return credit_bank.certificate_pdf(actor=SYSTEM, certificate_uuid=view.uuid, site_address="https://x.example/")


@pytest.mark.parametrize("name", ["张桂兰", "司马㛃", "朱镕基", "阿卜杜热西提·买买提明", "陳麗華", "𣲗𤧛"])
def test_names_are_printed_with_our_own_fonts_alone(name: str) -> None:
    paper = pypdf.PdfReader(io.BytesIO(paper_of(name)))
    page = paper.pages[0]
    assert name in page.extract_text().replace(" ", "")
    fonts = {font.get_object()["/BaseFont"].split("+")[1] for font in page["/Resources"]["/Font"].values()}
    assert fonts in ({"/NotoSerifSC-Medium", "/NotoSerifSC-Black"}, {"NotoSerifSC-Medium", "NotoSerifSC-Black"})
    for font in page["/Resources"]["/Font"].values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_a_name_outside_the_font_is_refused_by_its_character() -> None:
    with pytest.raises(CharacterCannotBePrinted) as refusal:
        paper_of("张\U0002a6a5兰")
    assert "\U0002a6a5" in refusal.value.message


def test_the_paper_is_an_archive_file_with_the_credential_attached() -> None:
    body = paper_of("张桂兰")
    reader = pypdf.PdfReader(io.BytesIO(body))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert list(reader.attachments) == ["credential.json"]
    assert credit_bank.verify_file(body, trusted_keys=credit_bank.trusted_keys()).state == "valid"


def test_the_list_of_printable_characters_is_the_fonts() -> None:
    font = TTFont(draw.FONTS / "NotoSerifSC-Medium.subset.ttf")
    assert {ord(c) for c in draw.printable_characters()} == {code for code in font.getBestCmap() if code >= 0x20}
    assert (draw.FONTS / "NotoSerifSC-Medium.subset.ttf").stat().st_size < 8_000_000
    assert "SIL Open Font License" in " ".join((draw.FONTS / "OFL.txt").read_text().split())
