"""A hash as sixteen characters that two people can compare by reading them to each other, on the phone too.

One character stands for one byte: 128 bits, so that nobody can make a second list with the same characters. No two of
the 256 characters sound alike, whatever the tone.
"""

CHARACTERS = (
    "爱安八白半帮宝北本笔边表冰波布菜仓草册层茶柴产长朝车晨城池虫"
    "初船窗吹春词葱村大带丹刀德灯地电雕蝶丁东豆读星对多鹅耳法帆方"
    "飞分风福改甘港高歌根耕工沟古瓜关光桂果海寒航好河黑横红竹湖花"
    "怀环黄回火鸡家见江角节金京九菊卷军开看康考课空口库鱼心矿葵昆"
    "阔拉来兰浪老乐雷冷李莲两料林零六龙楼路轮落绿马麦满忙毛梅门梦"
    "米面苗民明墨木南脑能泥年鸟宁牛农暖藕排盘跑盆朋皮片票品平坡雪"
    "七千墙桥琴青秋曲泉雀群热人日荣月云软瑞润洒赛三桑扫色森沙山上"
    "勺舌深升石手书双水顺舟四松苏算岁笋锁塔台谈糖桃藤题天条铁亭铜"
    "头土团推瓦外万王卫文五西夏先羊中"
)


def fingerprint(digest: bytes) -> str:
    """Return the first 16 bytes of a hash as four groups of four characters."""
    said = [CHARACTERS[byte] for byte in digest[:16]]
    return " ".join("".join(said[start : start + 4]) for start in range(0, 16, 4))
