"""Rooms, signs and ways in of the made-up venues."""

import re

from xueqiao.domains.institutions.values import COUNTY_COLLEGE, OPEN_UNIVERSITY, TOWNSHIP_CENTRE, VILLAGE_SCHOOL

ROOMS = {
    OPEN_UNIVERSITY: [(f"{floor}0{number} 教室", 45) for floor in (1, 2) for number in (1, 2, 3)]
    + [("舞蹈房", 40), ("书画室", 30)],
    COUNTY_COLLEGE: [(f"{floor}0{number} 教室", 40) for floor in (1, 2) for number in (1, 2)]
    + [("舞蹈房", 35), ("书画室", 30), ("电脑房", 30), ("多功能厅", 80)],
    TOWNSHIP_CENTRE: [("101 教室", 36), ("102 教室", 36), ("舞蹈房", 30), ("书画室", 24), ("多功能厅", 60)],
    VILLAGE_SCHOOL: [("学习室", 24)],
}


def village_title(name: str) -> str:
    """城东社区居委会 -> 城东社区, 新淤村委会 -> 新淤村."""
    short = re.sub(r"（.*?）|\(.*?\)", "", name)
    short = re.sub(r"(居民委员会|村民委员会|居委会|居居委员会|村委会)$", lambda m: "村" if "村" in m[0] else "", short)
    return short.replace("村村", "村") or name


def directions(has_lift: bool, chance: int) -> str:
    """How to find the classroom from the street, in a sentence for elders."""
    floor = "一楼" if chance % 2 else "二楼"
    way = "电梯在大门右手边" if has_lift else "楼梯在大门左手边"
    return f"从正门进，{way}，教室在{floor}。" if floor == "二楼" else "从正门进，一楼直走就到，不用爬楼。"
