from functools import lru_cache
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from xueqiao.foundation.scope import ScopedQuerySet


class PersonQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "id"


class Person(models.Model):
    """A natural person, once per region-wide person key.

    `region` is where she lives (village or township code; the unit of her first activity when unknown, then
    `region_is_declared` is False). `person_key` is a keyed hash of the ID number: people are counted once by it.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)  # learner number people read aloud
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20, null=True, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1)  # f, m, u
    region = models.BigIntegerField()
    region_is_declared = models.BooleanField(default=True)
    person_key = models.BinaryField(max_length=32, unique=True, null=True)
    mode = models.CharField(max_length=8, default="")  # "", elder, xl: how pages look for her
    is_demo = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

    objects = models.Manager.from_queryset(PersonQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(sex__in=["f", "m", "u"]), name="person_sex"),
            models.CheckConstraint(condition=models.Q(mode__in=["", "elder", "xl"]), name="person_mode"),
        ]
        indexes = [
            models.Index(fields=["region", "birth_date"], name="person_region_birth"),
            models.Index(fields=["phone"], name="person_phone"),
        ]


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(phone=username)


class Account(AbstractBaseUser):
    """The way in for one person: a phone number, and for staff a second factor. Residents have no password."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    phone = models.CharField(max_length=20, unique=True)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    session_epoch = models.IntegerField(default=0)  # raised by "leave all devices": every older session ends at once

    def get_session_auth_hash(self) -> str:
        """The mark every session of this account carries; it changes with the epoch, so that old sessions end."""
        return session_mark(self.pk, self.session_epoch)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()


def session_mark(account_id: int, epoch: int) -> str:
    """Return the mark that sessions of this account carry while it is in this epoch."""
    return _mark(account_id, epoch, settings.SECRET_KEY)


@lru_cache(maxsize=20_000)
def _mark(account_id: int, epoch: int, secret: str) -> str:
    """Remembered, because a rush asks for the same again and again; nothing in it can become untrue."""
    return salted_hmac("people.session", f"{account_id}:{epoch}", secret=secret, algorithm="sha256").hexdigest()


class FamilyLinkQuerySet(ScopedQuerySet):
    region_path = "subject__region"
    person_path = "agent_id"


class FamilyLink(models.Model):
    """`agent` may act for `subject`: a daughter for her mother, a guardian for her child.

    waiting -> active (subject or staff confirmed) -> ended. A link to a person under 14 needs a live guardian consent.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acts_for")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acted_for_by")
    relation = models.CharField(max_length=12)  # child (agent is subject's child), parent, guardian, spouse, other
    state = models.CharField(max_length=8, default="waiting")
    spending_cap_fen = models.BigIntegerField(null=True, blank=True)  # per term; None means no cap
    confirmed_how = models.CharField(max_length=20, default="", blank=True)  # code, counter, birth_record
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(FamilyLinkQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "active", "ended"]), name="family_link_state"
            ),
            models.CheckConstraint(
                condition=models.Q(relation__in=["child", "parent", "guardian", "spouse", "other"]),
                name="family_link_relation",
            ),
            models.CheckConstraint(
                condition=models.Q(spending_cap_fen=None) | models.Q(spending_cap_fen__gte=0),
                name="family_link_cap",
            ),
            models.CheckConstraint(condition=~models.Q(agent=models.F("subject")), name="family_link_two_people"),
            models.UniqueConstraint(
                fields=["agent", "subject"], condition=~models.Q(state="ended"), name="family_link_once"
            ),
        ]


class ConsentQuerySet(ScopedQuerySet):
    region_path = "subject__region"
    person_path = "subject_id"


class Consent(models.Model):
    """What somebody agreed to, in which wording, for whom (PIPL art. 14, 29, 31). Withdrawal ends it, never deletes."""

    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents_given")
    purpose = models.CharField(max_length=30)  # account, guardian, act_for_me, photo
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(ConsentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "given_by", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="consent_live_once",
            ),
        ]


class AccessNeedQuerySet(ScopedQuerySet):
    region_path = "person__region"
    person_path = "person_id"


class AccessNeed(models.Model):
    """A lasting need in sight, hearing or walking that somebody had registered, with the paper seen. Sensitive: read
    only for the person, her family, her centre, and the rules that help her. Ended, never deleted.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_needs")
    kind = models.CharField(max_length=10)  # low_vision, hearing, walking
    paper = models.CharField(max_length=60)  # what was seen: 残疾人证, a doctor's letter
    registered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(AccessNeedQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["low_vision", "hearing", "walking"]), name="access_need_kind"
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(ended_at=None), name="access_need_once"
            ),
        ]


class StaffRole(models.Model):
    """A duty of one person in one unit's subtree (and, if set, one institution), between two dates.

    role: teacher, centre_clerk, county_officer, city_officer, province_officer, operator.
    `institution_id` is a plain number because institutions stand above people in the house.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(max_length=20)
    region = models.BigIntegerField()
    institution_id = models.BigIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    role__in=[
                        "teacher",
                        "centre_clerk",
                        "county_officer",
                        "city_officer",
                        "province_officer",
                        "operator",
                    ]
                ),
                name="staff_role_known",
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from"], name="staff_role_person")]


class SignInCode(models.Model):
    """A six-digit code sent to a phone. Only its keyed hash is kept; five wrong tries end it.

    waiting -> used | expired | used up (attempts). `address_hash` is a keyed hash of the asking network address: enough
    to see a flood, too little to follow a person. `link` is set for codes that confirm a family link.
    """

    phone = models.CharField(max_length=20)
    purpose = models.CharField(max_length=8, default="sign_in")  # sign_in, family
    link = models.ForeignKey(FamilyLink, null=True, on_delete=models.CASCADE, related_name="codes")
    way = models.CharField(max_length=8, default="sms")  # sms, voice
    code_hash = models.BinaryField(max_length=32)
    address_hash = models.BinaryField(max_length=32, default=bytes)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    extended = models.BooleanField(default=False)  # E9: may be extended once
    attempts = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    opened_account_at = models.DateTimeField(null=True)  # a proven phone opens one account, once

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(purpose__in=["sign_in", "family"]), name="code_purpose"),
            models.CheckConstraint(condition=models.Q(way__in=["sms", "voice"]), name="code_way"),
            models.CheckConstraint(condition=models.Q(attempts__gte=0, attempts__lte=5), name="code_attempts"),
        ]
        indexes = [
            models.Index(fields=["phone", "-sent_at"], name="sign_in_code_phone"),
            models.Index(fields=["address_hash", "sent_at"], name="sign_in_code_address"),
        ]


class SpentProof(models.Model):
    """A proof of work or waiting ticket that has bought its code: the unique digest lets it buy only one."""

    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="spent_proof_expiry")]


class SecondFactor(models.Model):
    """A passkey or an authenticator of a staff account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="second_factors")
    kind = models.CharField(max_length=8)  # passkey, totp
    label = models.CharField(max_length=60)
    secret = models.BinaryField()  # passkey: public credential data; totp: secret sealed with the server key
    last_counter = models.BigIntegerField(default=0)  # passkey sign count, or last used time step: no replay
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    wrong_tries = models.SmallIntegerField(default=0)
    wrong_since = models.DateTimeField(null=True)  # begin of the window in which the wrong tries are counted

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=["passkey", "totp"]), name="factor_kind")]
        indexes = [models.Index(fields=["account"], name="factor_account")]


class EntryLink(models.Model):
    """A one-time link that lets a demo person in. Exists only in demo regions."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A bearer token of one account for programs. Only its hash is kept; it never carries staff duties."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_tokens")
    token_hash = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)  # of: read, enrol
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class NoticeQuerySet(ScopedQuerySet):
    region_path = "person__region"
    person_path = "recipient_id"


class Notice(models.Model):
    """Something a person must know: `text` on her page, and a short message to her phone, each once.

    person: whom it is about; recipient: who reads it, herself or who acts for her. `key` names the cause, so that
    telling twice is telling once. sms_state: waiting -> sending -> sent | failed; none without a phone. A process that
    dies while sending leaves `sending`: it is not sent again, because a message may not come twice.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    template = models.CharField(max_length=30)
    values = models.JSONField(default=dict)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=200, blank=True, default="")  # the page where something can be done about it
    key = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    send_at = models.DateTimeField()
    sms_state = models.CharField(max_length=8, default="waiting")
    sms_tries = models.SmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(NoticeQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "person", "key"], name="notice_once"),
            models.CheckConstraint(
                condition=models.Q(sms_state__in=["waiting", "sending", "sent", "failed", "none"]),
                name="notice_sms_state",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-made_at"], name="notice_recipient"),
            models.Index(fields=["send_at"], condition=models.Q(sms_state="waiting"), name="notice_waiting"),
        ]
