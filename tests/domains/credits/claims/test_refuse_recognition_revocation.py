import pytest

from tests.domains.credits.converting import a_story
from tests.domains.credits.revoking import asked, first_officer, revoked, second_officer
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.corrections import AnotherMustRevoke, RevocationDecided

pytestmark = pytest.mark.django_db


def test_the_credit_stays_and_may_be_asked_about_again() -> None:
    story = a_story()
    view, second = asked(story, "面点"), second_officer()
    with pytest.raises(AnotherMustRevoke):
        credit_bank.refuse_recognition_revocation(actor=first_officer(story), revocation_uuid=view.uuid, now=story.now)
    for _ in range(2):
        told = credit_bank.refuse_recognition_revocation(actor=second, revocation_uuid=view.uuid, now=story.now)
    assert (told.state, story.held.available) == ("refused", 550)
    with pytest.raises(RevocationDecided):
        credit_bank.revoke_recognition(actor=second, revocation_uuid=view.uuid, now=story.now)
    assert revoked(story, "面点").state == "done"
