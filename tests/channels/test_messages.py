"""Texts are Chinese first; the English catalogue is whole, true to its placeholders, and is what readers get."""

import re
from string import Formatter

import pytest
from babel.messages import mofile
from django.utils import translation

from tests.worlds.small_county import COUNTY, HEDE, small_county
from xueqiao.domains.catalogue.api import index_courses
from xueqiao.domains.classes.api import UnknownClass, refresh_listings
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation import clock
from xueqiao.server import messages

HANZI = re.compile(r"[\u4e00-\u9fff]")
# Text the English keeps in Chinese: what a reader must type or find on a sign.
KEPT = {"合德镇", "流水号", "日期", "对方户名", "金额", "附言"}  # a place; the headings of the bank's own file
KEPT |= {"怎么填", "合格", "不合格", "实训课程", "岗位实践"}  # a sheet, and words to be typed into a list


@pytest.fixture(scope="module")
def texts():
    return messages.find_texts()


@pytest.fixture
def county(db):
    world = small_county()
    index_courses()
    refresh_listings(region=COUNTY, now=world.now)
    with clock.frozen(world.now):
        yield world


def placeholders(text: str) -> set[str]:
    """`%(name)s` and `%%` of templates; of others the `{name:format}` of str.format."""
    percents = set(re.findall(r"%\(\w+\)[sd]|%%", text))
    return percents | {f"{{{name}:{form}}}" for _, name, form, _ in Formatter().parse(text) if name is not None}


def faults(texts, translations):
    """Each text whose translation is missing, has other placeholders, would break an attribute, or is not English."""
    found = []
    for context, text in texts:
        translated = translations.get((context, text), "")
        if not messages.is_translated(translated):
            found.append(f"no translation: {text}")
            continue
        first = text if isinstance(text, str) else text[0]
        for form in (translated,) if isinstance(translated, str) else translated:
            if placeholders(form) != placeholders(first):
                found.append(f"other placeholders: {first} -> {form}")
            if '"' in form or "<" in form:
                found.append(f"breaks HTML: {form}")
            if HANZI.search(re.sub("|".join(sorted(KEPT, key=len, reverse=True)), "", form)):
                found.append(f"Chinese left: {form}")
    return found


def test_every_text_has_an_english_translation_with_the_same_placeholders(texts):
    assert len(texts) > 1000
    assert faults(texts, messages.translations_of(messages.read_po("en"))) == []


def test_the_check_names_each_kind_of_fault():
    texts = [("", "甲"), ("", "还有 {left} 座"), ("", "乙"), ("", "丙"), ("", ("%(n)s 个", "%(n)s 个"))]
    translations = {
        ("", "还有 {left} 座"): "{seats} seats",
        ("", "乙"): 'the "second"',
        ("", "丙"): "第三",
        ("", ("%(n)s 个", "%(n)s 个")): ("%(n)s thing", ""),
    }
    kinds = [fault.split(":")[0] for fault in faults(texts, translations)]
    assert kinds == ["no translation", "other placeholders", "breaks HTML", "Chinese left", "no translation"]


def test_the_catalogue_holds_no_text_that_is_gone_and_nothing_fuzzy(texts):
    catalog = messages.read_po("en")
    assert set(messages.translations_of(catalog)) == set(texts)
    assert [each.id for each in catalog if each.fuzzy] == []


def test_the_compiled_catalogue_says_what_the_po_says():
    with messages.po_of("en").with_suffix(".mo").open("rb") as file:
        compiled = mofile.read_mo(file)
    assert messages.translations_of(compiled) == messages.translations_of(messages.read_po("en"))


def test_collecting_sees_calls_in_f_strings_and_plurals_and_blocks():
    code = """f"<b>{escape(_('一'))}</b>"\nngettext("二", "三", n)\npgettext("门", "开")\n_(words)\n"""
    assert set(messages._texts_in_code(code)) == {("一", None), (("二", "三"), None), ("开", "门")}
    page = """{% translate "甲" %}{% blocktranslate trimmed %}\n  有\n  {{ n }} 座\n{% endblocktranslate %}"""
    assert list(messages._texts_in_template(page)) == [("甲", None), ("有 %(n)s 座", None)]


def test_the_files_are_the_same_when_collected_twice(tmp_path, monkeypatch):
    po = messages.po_of("en")
    committed = po.read_bytes(), po.with_suffix(".mo").read_bytes()
    copy = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(committed[0])
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    assert messages.collect() == {"en": []}
    assert (copy.read_bytes(), copy.with_suffix(".mo").read_bytes()) == committed


def test_home_is_english_when_asked_for_and_chinese_for_the_next_reader(client, county):
    client.cookies["place"] = str(HEDE)
    text = client.get("/", {"lang": "en"}).content.decode()
    assert '<html lang="en"' in text
    assert "Skip to main content" in text and "Find classes" in text and "跳到正文" not in text
    client.cookies.pop("lang")
    text = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "跳到正文" in text and "Skip to main content" not in text  # a page is Chinese until somebody chooses


def test_dates_sums_and_filters_are_in_the_language_of_the_page(client, county):
    ClassRun.objects.filter(id=county.run.id).update(price_fen=3000)
    address, first = f"/classes/{county.run.code}/", clock.local(county.sessions[0].starts_at)
    chinese = client.get(address).content.decode()
    english = client.get(address, {"lang": "en"}).content.decode()
    assert f"{first.month}\u00a0月\u00a0{first.day}\u00a0日" in chinese and "30 元" in chinese
    assert f"{first.day}\u00a0{first:%B}" in english and "30 yuan" in english
    assert "\u00a0月" not in english and " 元" not in english
    filters = client.get("/find/").content.decode()
    assert "Daily life" in filters and "生活技能</a>" not in filters


def test_refusals_of_the_api_follow_accept_language(client, county):
    def title(language):
        answer = client.get("/api/v1/classes/NONE", headers={"accept-language": language})
        assert answer.status_code == 404
        return answer.json()["title"]

    assert title("en").startswith("There is no class with number NONE. It may have been withdrawn")
    assert title("zh-CN,zh;q=0.9") == "没有编号为 NONE 的班，可能已经下架或网址有误。请在找课页重新查找。"


def test_the_language_of_one_request_does_not_stay_with_the_thread(client, county):
    client.get("/api/v1/classes/NONE", headers={"accept-language": "en"})
    assert translation.get_language() == "zh-hans"
    assert UnknownClass(code="X").message.startswith("没有编号为 X 的班")


def test_what_is_refused_before_any_page_is_english_for_english_programs(client):
    answer = client.get("/api/v1/classes?q=%00", headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()["title"]) == (
        400,
        "What you sent contains characters we cannot read and was not accepted. Type it again and try again.",
    )
