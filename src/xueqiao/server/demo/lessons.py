"""What the 90 courses say of themselves, and their free units: classics as text, three videos with captions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from xueqiao.server.ground.read import CourseRow, classic

CLASSICS_LICENCE = "公有领域（数字文本 MIT，chinese-poetry）"
VIDEO_LICENCE = "CC0"
UNIT_CHARACTERS_MAX = 6000


@dataclass(frozen=True)
class UnitText:
    """One free unit of a course before it becomes a row."""

    course: str
    title: str
    kind: str
    text: str = ""
    media_path: str = ""
    captions_path: str = ""
    duration_seconds: int = 0
    licence: str = CLASSICS_LICENCE
    source: str = ""


_SUMMARIES = {
    "文化传承": "从身边的故事和实物讲起，带您走进“{title}”。每次课有讲解、有赏析、有动手或诵读，零基础也能跟上。",
    "艺术普及": "“{title}”从基本功学起，老师一步一步示范，课上多练、课后有作业点评，学期末有一次班级展示。",
    "体育健身": "“{title}”动作由易到难，强度照顾不同年龄。每次先热身、再学新动作、最后放松，老师逐个纠正姿势。",
    "生活技能": "“{title}”只讲用得上的：每次解决一个生活里的问题，当堂动手，带着会做的本领回家。",
    "职场提升": "“{title}”面向在职和求职的人，晚上上课，边学边练，用真实任务做作业，学完能写进简历。",
    "三农与乡村振兴": "“{title}”请农技人员和种养能手讲课，课堂加田头，按当地农时安排，学了就能用在自家地里。",
}
_OUTCOMES = {
    "文化传承": (
        "能说出“{title}”的来历和两三个代表作品或人物",
        "能独立完成一次诵读、赏析或一件小作品",
        "能向家人或邻居讲清一个相关的本地故事",
    ),
    "艺术普及": (
        "掌握“{title}”的基本功和常用术语",
        "能完整完成一件作品或一段表演",
        "知道课后怎样自己练、怎样不伤身",
    ),
    "体育健身": (
        "会做“{title}”的完整热身和放松",
        "能在音乐或口令下连贯完成所学动作",
        "知道自己的强度上限，不舒服时会停下来求助",
    ),
    "生活技能": (
        "遇到“{title}”里的常见问题能自己动手解决",
        "知道该向谁求助，哪些做法有风险",
        "能把学到的一样本领教给家人",
    ),
    "职场提升": (
        "能用“{title}”的方法独立完成一项真实任务",
        "有一份可以放进简历的作业成果",
        "知道下一步可以考什么证书、上什么课",
    ),
    "三农与乡村振兴": (
        "能说清“{title}”一年里的关键农时和要点",
        "能在自家地里或场里照着做一遍并记好台账",
        "遇到病害或行情问题知道找哪位农技员",
    ),
}
_VIDEOS = (
    UnitText(
        "C401", "把手机字号调到最大", "video", "", "demo_media/phone_basics.webm", "demo_media/phone_basics.zh.vtt", 18,
        VIDEO_LICENCE, "学桥演示视频",
    ),
    UnitText(
        "C402", "防诈骗三个不", "video", "", "demo_media/scam_alert.webm", "demo_media/scam_alert.zh.vtt", 15,
        VIDEO_LICENCE, "学桥演示视频",
    ),
    UnitText(
        "C301", "太极拳课前热身", "video", "", "demo_media/taiji_warmup.webm", "demo_media/taiji_warmup.zh.vtt", 15,
        VIDEO_LICENCE, "学桥演示视频",
    ),
)  # fmt: skip


def summary_of(course: CourseRow) -> str:
    """Two sentences about a course, by its category."""
    return _SUMMARIES[course.category].format(title=course.title)


def outcomes_of(course: CourseRow) -> list[str]:
    """What one will be able to do: three sentences by category."""
    return [sentence.format(title=course.title) for sentence in _OUTCOMES[course.category]]


def units_of() -> list[UnitText]:
    """All free units in the order they are numbered within their course."""
    return [*_VIDEOS, *_reading_the_classics(), *_poems(), *_family_rules()]


def _reading_the_classics() -> Iterator[UnitText]:
    for file, title in (("sanzijing-traditional", "三字经"), ("qianziwen", "千字文"), ("dizigui", "弟子规")):
        yield _text("C101", title, "\n".join(_lines(classic(file))))
    for file in ("daxue", "zhongyong"):
        for chapter in classic(file):
            yield from _split("C101", str(chapter["chapter"]), _lines([chapter]))
    for chapter in classic("lunyu"):
        yield from _split("C101", f"论语 {chapter['chapter']}", _lines([chapter]))
    for number, songs in enumerate(_groups(classic("shijing"), 10), 1):
        yield _text("C101", f"诗经 第 {number} 组", "\n\n".join(_poem(song) for song in songs))


def _poems() -> Iterator[UnitText]:
    for number, poems in enumerate(_groups(classic("tang300"), 6), 1):
        yield _text("C102", f"唐诗 第 {number} 组", "\n\n".join(_poem(poem) for poem in poems))
    for number, poems in enumerate(_groups(classic("songci300"), 5), 1):
        yield _text("C102", f"宋词 第 {number} 组", "\n\n".join(_poem(poem) for poem in poems))
    for number, notes in enumerate(_groups(classic("youmengying"), 20), 1):
        yield _text("C102", f"小品文 幽梦影 第 {number} 组", "\n".join(str(note["content"]) for note in notes))


def _family_rules() -> Iterator[UnitText]:
    yield _text("C115", "朱子家训", "\n".join(_lines(classic("zhuzijiaxun"))))
    yield from _split("C115", "增广贤文", _lines(classic("zengguangxianwen")))


def _text(course: str, title: str, text: str) -> UnitText:
    # An unhurried reader takes in four characters a second.
    return UnitText(
        course, title, "text", text, duration_seconds=max(60, len(text) // 4), source="chinese-poetry 2.0.1"
    )


def _split(course: str, title: str, lines: Sequence[str]) -> Iterator[UnitText]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if sum(len(each) for each in parts[-1]) + len(line) > UNIT_CHARACTERS_MAX and parts[-1]:
            parts.append([])
        parts[-1].append(line)
    for number, part in enumerate(parts, 1):
        yield _text(course, title if len(parts) == 1 else f"{title}（{number}）", "\n".join(part))


def _lines(found: Iterable[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for entry in found:
        content = entry.get("content")
        if isinstance(content, list) and content and isinstance(content[0], dict):
            for chapter in content:
                lines += [f"【{chapter['chapter']}】", *map(str, chapter["paragraphs"])]
        else:
            lines += [str(line) for line in entry.get("paragraphs") or content or []]
    return lines


def _poem(entry: dict[str, Any]) -> str:
    who = entry.get("author") or " · ".join(str(entry[key]) for key in ("chapter", "section") if entry.get(key))
    lines = entry.get("lines") or entry.get("content") or []
    return "\n".join([f"《{entry['title']}》 {who}", *map(str, lines)])


def _groups(found: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    rest = iter(found)
    while group := list(islice(rest, size)):
        yield group
