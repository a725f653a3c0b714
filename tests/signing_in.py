"""Signing test clients in, as the pages do: session, second factor for staff, place in time."""

from django.test import Client

from xueqiao.channels.web.gate import FACTOR_KEY
from xueqiao.channels.web.sessions import BACKEND
from xueqiao.domains.people.models import Account, Person


def signed_in(person: Person | None, *, factor_passed: bool = True, **defaults: str) -> Client:
    """A client signed in as `person` (an account is opened if she has none); None gives a visitor."""
    client = Client(**defaults)
    if person is None:
        return client
    account, _ = Account.objects.get_or_create(
        person=person, defaults={"phone": f"1390{person.id:07d}"[:11], "opened_at": person.registered_at}
    )
    client.force_login(account, backend=BACKEND)
    session = client.session
    session[FACTOR_KEY] = factor_passed
    session.save()
    return client
