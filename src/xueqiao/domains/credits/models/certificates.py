"""Signing keys and certificates as issued."""

from django.db import models

from xueqiao.domains.learning.models import Completion
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class SigningKey(models.Model):
    """A key that signs certificates. active -> retired | stolen (what is not proven older than `stolen_at` fails).

    The private half is sealed with a key drawn from the server's secret: the database alone signs nothing.
    """

    key_id = models.CharField(max_length=200, unique=True)  # did:key or did:web fragment
    public_key = models.CharField(max_length=100)  # multibase
    private_key_sealed = models.BinaryField()  # sealed with the server's key
    algorithm = models.CharField(max_length=10, default="ed25519")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    stolen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(retired_at=None, stolen_at=None), name="signing_key_one_active"
            ),
            models.CheckConstraint(condition=models.Q(algorithm__in=["ed25519", "sm2"]), name="signing_key_algorithm"),
        ]


class CertificateQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Certificate(models.Model):
    """A certificate of completion as issued: the signed credential is the record, the PDF is drawn from it."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=24, unique=True)  # printed; typed into the verify page
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="certificates")
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    region = models.BigIntegerField()
    credential_text = models.TextField()  # Open Badges 3.0 with its proofs, exactly the bytes that were handed out
    token_text = models.TextField(blank=True)  # the same as vc+jwt; empty before 2026-11-25 and by an SM2 key
    paper_text = models.TextField(blank=True)  # the signed words of the QR code; empty before 2026-11-25
    title = models.CharField(max_length=120)
    person_name = models.CharField(max_length=60)  # the name as issued
    institution_name = models.CharField(max_length=80)
    minutes = models.IntegerField()
    amount_hundredths = models.BigIntegerField()
    signing_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=40, blank=True)
    revoked_by_id = models.BigIntegerField(null=True)
    suspended_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(CertificateQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoke_reason="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(revoke_reason="")),
                name="certificate_revoked_with_reason",
            ),
            models.UniqueConstraint(
                fields=["completion"],
                condition=~models.Q(revoke_reason="superseded"),
                name="certificate_one_per_completion",
            ),
        ]
        indexes = [models.Index(fields=["person", "issued_at"], name="certificate_person")]
