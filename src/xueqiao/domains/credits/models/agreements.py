"""Versions of rule sets, and agreements between institutions."""

from django.db import models

from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person


class RuleSetVersion(models.Model):
    """One version of a rule file, word for word. draft -> reviewed -> filed <-> suspended; -> expired.

    Never edited: another text is another version. Who drafts does not file; what nobody drafted (a shipped file) is
    not reviewed and filed by one person. Nobody puts a version in force: filing dates it, and it is in force from
    `starts_on` until the day before `ends_on` (null: open). The days of one code in one place and institution never
    overlap (sql/rule_days_once.sql); of several places the nearest wins. in_force_from, in_force_until: as its text
    says.
    """

    code = models.CharField(max_length=60)
    version = models.IntegerField()
    title = models.CharField(max_length=120)
    region = models.BigIntegerField()
    institution = models.CharField(max_length=60, blank=True)  # its code, for rules of one institution only
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="draft")
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    drafted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_set_version_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "reviewed"], starts_on=None)
                | models.Q(state__in=["filed", "suspended"], starts_on__isnull=False)
                | models.Q(state="expired"),
                name="rule_set_dated_by_filing",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None, ends_on=None)
                | models.Q(starts_on__gte=models.F("in_force_from"), ends_on=None)
                | models.Q(starts_on__gte=models.F("in_force_from"), ends_on__gt=models.F("starts_on")),
                name="rule_set_days",
            ),
            models.CheckConstraint(condition=~models.Q(drafted_by=models.F("filed_by")), name="rule_set_two_people"),
            models.CheckConstraint(
                condition=models.Q(drafted_by__isnull=False) | ~models.Q(reviewed_by=models.F("filed_by")),
                name="rule_set_two_people_on_shipped",
            ),
            models.CheckConstraint(condition=models.Q(version__gt=0), name="rule_set_version_number"),
        ]


class Agreement(models.Model):
    """One version of one direction of a mutual recognition agreement: what `giver` certifies, `receiver` recognises.

    active <-> suspended; -> ended, for good. Suspension and end stop new recognitions and conversions only. `frame` is
    the name by which rules know it (`agreement` in a rule file): many directions may carry one frame. `rule_code` is
    the rule set attached: the version in force on a day decides.
    """

    code = models.CharField(max_length=60)
    version = models.IntegerField(default=1)
    frame = models.CharField(max_length=60, default="", db_default="")
    rule_code = models.CharField(max_length=60, blank=True, default="", db_default="")
    title = models.CharField(max_length=120)
    giver = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    programmes = models.JSONField(default=list)
    occupations = models.JSONField(default=list)
    cap_hundredths = models.BigIntegerField(null=True)  # per learner
    sample_percent = models.SmallIntegerField(default=10)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, default="active")
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(state__in=["active", "suspended"]), name="agreement_one_stands"
            ),
            models.CheckConstraint(condition=models.Q(version__gt=0), name="agreement_version_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=["active", "suspended", "ended"]), name="agreement_state"
            ),
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="agreement_period"),
            models.CheckConstraint(condition=~models.Q(giver=models.F("receiver")), name="agreement_two_parties"),
            models.CheckConstraint(condition=models.Q(sample_percent__range=(0, 100)), name="agreement_sample"),
            models.CheckConstraint(
                condition=models.Q(cap_hundredths=None) | models.Q(cap_hundredths__gte=0), name="agreement_cap"
            ),
        ]


class ClearingYear(models.Model):
    """A year whose claims between institutions were settled: once, with the hash of its files. Never changed."""

    year = models.SmallIntegerField(unique=True)
    entries = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()
