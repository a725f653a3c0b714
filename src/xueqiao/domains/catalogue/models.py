from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Course(models.Model):
    """What can be learned; a class run is when and where."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)  # C101
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=20)  # one of the six categories of the taxonomy
    audience = models.CharField(max_length=20)
    summary = models.CharField(max_length=300, blank=True)
    outcomes = models.JSONField(default=list)  # sentences: what you will be able to do
    session_count = models.SmallIntegerField()
    session_minutes = models.SmallIntegerField()
    has_physical_risk = models.BooleanField(default=False)
    licence = models.CharField(max_length=60, blank=True)
    is_published = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(session_count__gte=1, session_minutes__gte=1), name="course_size"
            ),
        ]


class LearningUnit(models.Model):
    """A video with captions or a text, free to use without an account."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="units")
    number = models.SmallIntegerField()
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)  # video, text
    duration_seconds = models.IntegerField(default=0)
    media_path = models.CharField(max_length=120, blank=True)
    captions_path = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    licence = models.CharField(max_length=60)
    source = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="unit_number"),
            models.CheckConstraint(condition=models.Q(kind__in=["video", "text"]), name="unit_kind"),
        ]


class SearchDocument(models.Model):
    """What search knows of one thing: tokens in hanzi words and bigrams, pinyin, initials. Owner domains write it."""

    kind = models.CharField(max_length=12)  # course, institution, class_run
    object_id = models.BigIntegerField()
    region = models.BigIntegerField(null=True)
    title = models.CharField(max_length=120)
    tokens = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once")]
