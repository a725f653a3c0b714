"""What people type, and the course they should see first. The catalogue is the 90 shipped courses."""

import csv
from importlib.resources import files

import pytest

from xueqiao.domains.catalogue.api import find_courses, index_courses, parse_search, with_typo_corrected
from xueqiao.domains.catalogue.models import Course, SearchDocument
from xueqiao.domains.catalogue.search import spelling
from xueqiao.domains.catalogue.search.queries import weighted

FIRST_HITS = [
    # hanzi: whole title, part of it, with words around it
    ("太极拳", "二十四式太极拳"),
    ("二十四式太极拳", "二十四式太极拳"),
    ("我想学太极拳", "二十四式太极拳"),
    ("太极拳培训班", "二十四式太极拳"),
    ("手机摄影", "手机摄影"),
    ("智能手机", "智能手机入门"),
    ("防诈骗", "手机支付与防诈骗"),
    ("唐诗", "唐诗宋词赏析"),
    ("八段锦", "八段锦"),
    ("水稻", "水稻绿色种植"),
    ("AI助手", "AI助手使用"),
    ("ＡＩ助手", "AI助手使用"),
    ("瑜伽", "瑜伽"),
    # what residents call it
    ("带孙子", "隔代教养"),
    ("毛笔字", ("楷书", "行书")),
    ("24式太极", "二十四式太极拳"),
    ("跳舞", ("民族舞", "广场舞", "形体与旗袍")),
    # traditional script
    ("書法", ("楷书", "行书")),
    ("廣場舞", "广场舞"),
    ("國畫", ("国画山水", "国画花鸟")),
    ("攝影入門", "摄影入门"),
    # pinyin, joined or spaced, whole words or the beginning
    ("taijiquan", "二十四式太极拳"),
    ("tai ji quan", "二十四式太极拳"),
    ("TaiJiQuan", "二十四式太极拳"),
    ("taijiq", "二十四式太极拳"),
    ("guangchangwu", "广场舞"),
    ("shouji sheying", "手机摄影"),
    ("shoujisheying", "手机摄影"),
    ("gangqin", "钢琴初级"),
    ("lvse", "水稻绿色种植"),
    # initials
    ("tjq", "二十四式太极拳"),
    ("gcw", "广场舞"),
    ("zgj", "中国结"),
    ("t j q", "二十四式太极拳"),
    ("znsj", "智能手机入门"),
    # one typo: a wrong hanzi, a forgotten or wrong letter, a wrong syllable, a wrong hanzi that sounds the same
    ("太级拳", "二十四式太极拳"),
    ("太极券", "二十四式太极拳"),
    ("广厂舞", "广场舞"),
    ("葫芦思", "葫芦丝"),
    ("物连网", "物联网基础"),
    ("taijiqan", "二十四式太极拳"),
    ("tajiquan", "二十四式太极拳"),
    ("taijiquna", "二十四式太极拳"),
    ("guangchangwo", "广场舞"),
    ("hulushi", "葫芦丝"),
    ("taizhiquan", "二十四式太极拳"),
    ("钢亲", "钢琴初级"),
]
HARMLESS = [
    "",
    "   ",
    "🎉🎉",
    "？！，。（）",
    "'; DROP TABLE catalogue_course; --",
    "' OR 1=1 --",
    "a & b | !c <-> (",
    ":*",
    "\\",
    "太极拳\x00",
    "'''''",
    "<script>alert(1)</script>",
    "x" * 10_000,
    "太" * 10_000,
    "zh" * 5_000,
    "%_%",
    "\u202e反",
    "ａ" * 300,
]


@pytest.fixture
def catalogue(db):
    text = (files("xueqiao.server") / "ground" / "course_taxonomy" / "course_taxonomy.csv").read_text("utf-8")
    Course.objects.bulk_create(
        Course(
            code=row["code"],
            title=row["course"],
            category=row["category"],
            audience=row["audience"],
            session_count=int(row["sessions"]),
            session_minutes=int(float(row["hours_per_session"]) * 60),
        )
        for row in csv.DictReader(text.splitlines())
    )
    assert index_courses() == 90


@pytest.mark.parametrize(("typed", "wanted"), FIRST_HITS)
def test_first_hit(catalogue, typed, wanted):
    wanted = (wanted,) if isinstance(wanted, str) else wanted
    hits = find_courses(typed)
    assert hits, f"{typed}: nothing found"
    assert hits[0].course.title in wanted


def test_table_is_as_long_as_promised():
    assert len(FIRST_HITS) >= 40


@pytest.mark.parametrize("typed", HARMLESS)
def test_bad_input_finds_nothing_wrong_and_breaks_nothing(catalogue, typed):
    find_courses(typed)
    assert Course.objects.count() == SearchDocument.objects.count() == 90


@pytest.mark.parametrize("typed", ["", "🎉🎉", "？！，。（）", "' ' '"])
def test_nothing_to_look_for_is_no_search(typed):
    assert parse_search(typed) is None


def test_typed_quotes_and_operators_never_become_query_syntax():
    terms = parse_search("taiji' | !quan:* & (唐诗")
    assert terms is not None
    for attempt in terms.attempts:
        quoted = attempt.split("'")[1::2]
        assert all(token.lstrip("-.~").replace(".", "").isalnum() for token in quoted)


@pytest.mark.parametrize("alias", ["长辈版", "亲情版", "关爱版", "关怀版", "老年版", "長輩版", "长辈版在哪里"])
def test_names_of_the_elder_mode_are_recognised(alias):
    terms = parse_search(alias)
    assert terms is not None and terms.alias == "elder"


def test_an_exact_word_is_not_corrected_away(catalogue):
    terms = parse_search("太极拳")
    assert with_typo_corrected(terms).corrected == ""


def test_correction_says_what_it_took_the_word_for(catalogue):
    assert with_typo_corrected(parse_search("太级拳")).corrected == "太极拳"
    assert with_typo_corrected(parse_search("taijiqan")).corrected == "太极拳"


def test_an_unpublished_course_leaves_the_search(catalogue):
    Course.objects.filter(title="剪纸").update(is_published=False)
    index_courses()
    assert not [hit for hit in find_courses("剪纸") if hit.course.title == "剪纸"]
    assert SearchDocument.objects.count() == 89


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("太极拳", "太级拳", True),
        ("太极拳", "太极", True),
        ("太极拳", "太拳极", True),
        ("太极拳", "拳极太", False),
        ("shufa", "shufa", True),
        ("shufa", "shuffa", True),
        ("shufa", "suhfa", True),
        ("shufa", "sufax", False),
        ("abc", "acx", False),
        ("", "a", True),
        ("", "ab", False),
    ],
)
def test_one_typo_apart(one, other, apart):
    assert spelling.is_one_typo_apart(one, other) is apart
    assert spelling.is_one_typo_apart(other, one) is apart


def test_weights_are_put_on_every_token():
    assert weighted("('a' | ('b' & 'c':*))", "AB") == "('a':AB | ('b':AB & 'c':*AB))"


def test_readings_of_letters_are_bounded():
    assert spelling.readings("xian") == (("xian",), ("xi", "an"))
    assert len(spelling.readings("xianxianxianxianxianxian")) <= 3
    assert spelling.readings("tjq") == ()
