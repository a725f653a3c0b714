from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Course(models.Model):
    """What can be learned; a class run is when and where."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)  # C101
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=20)  # one of the six categories of the taxonomy
    audience = models.CharField(max_length=20)  # all, youth_worker, farmer
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
        indexes = [models.Index(fields=["category", "code"], name="course_category")]


class LearningUnit(models.Model):
    """A video with captions or a text, free to use without an account."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="units")
    number = models.SmallIntegerField()
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)  # video, text
    duration_seconds = models.IntegerField(default=0)
    media_path = models.CharField(max_length=120, blank=True)  # below /static/
    captions_path = models.CharField(max_length=120, blank=True)  # below /static/
    text = models.TextField(blank=True)
    licence = models.CharField(max_length=60)
    source = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="unit_number"),
            models.CheckConstraint(condition=models.Q(kind__in=["video", "text"]), name="unit_kind"),
        ]


class SearchDocument(models.Model):
    """What search knows of one course: tokens in hanzi words and bigrams, pinyin, initials (see search/README.md)."""

    kind = models.CharField(max_length=12)  # course
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=120)
    tokens = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once")]
        indexes = [GinIndex(fields=["tokens"], name="search_document_tokens")]


class SearchWord(models.Model):
    """One spelling that leads to one word of the vocabulary: the word itself, or the word with one place left out.

    A typed word and a known word are one typo apart when they share a spelling (the symmetric deletion method): so a
    typo is found by equality on a b-tree, which core PostgreSQL can do without pg_trgm.
    kind: h hanzi, p pinyin letters, s pinyin syllables (one of them replaced by *).
    """

    kind = models.CharField(max_length=1)
    spelling = models.CharField(max_length=80, db_collation="C")
    word = models.CharField(max_length=80, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "spelling", "word"], name="search_word_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["h", "p", "s"]), name="search_word_kind"),
        ]
