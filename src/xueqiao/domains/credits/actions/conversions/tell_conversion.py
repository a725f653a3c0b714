"""Tell a learner how her conversion goes on."""

from datetime import datetime

from xueqiao.domains.credits.models import Conversion
from xueqiao.domains.credits.values.conversions import CONVERTED, EXPIRED, REFUSED, REVERSED
from xueqiao.domains.people import api as people

NEWS = {
    CONVERTED: "学校已经确认",
    REFUSED: "学校没有接收，学分已退回",
    EXPIRED: "学校没有按时答复，学分已退回",
    REVERSED: "已经冲回，学分已退回",
}


def tell_conversion(*, conversion: Conversion, now: datetime) -> int:
    """Tell the learner, and who acts for her, what became of a conversion, once for each state. Needs a transaction."""
    news, programme = NEWS[conversion.state], conversion.programme_title
    words = conversion.reversal_words or conversion.decision_words
    name = conversion.person.name
    return people.notify(
        [
            people.NoticeWanted(
                person_id=conversion.person_id,
                text=f"{name}的学分转换“{programme}”：{news}。" + (f"理由：{words}" if words else ""),
                values={"name": name, "programme": programme[:20], "news": news},
                path=f"/mine/conversions/{conversion.uuid}/",
            )
        ],
        template="conversion_news",
        key=f"conversion_{conversion.state}:{conversion.pk}",
        now=now,
    )
