"""The wording of each template, as it is registered with the networks. One message is at most 70 characters."""

from django.utils.translation import gettext_noop

TEXTS = {
    "sign_in_code": gettext_noop(
        "【学桥】验证码 {code}，{minutes} 分钟内有效。我们不会打电话要验证码，请不要告诉别人。"
    ),
    "family_code": gettext_noop("【学桥】{agent} 想替您报名上课。同意就把 {code} 告诉对方，不认识请不要理会。"),
    "guardian_notice": gettext_noop(
        "【学桥】{child} 开了学习账户并留了您的手机号作监护人。有疑问请打社区教育中心电话。"
    ),
    "family_ended": gettext_noop("【学桥】{agent} 不再能替您办事了。如果不是您的意思，请打社区教育中心电话。"),
    "class_cancelled": gettext_noop("【学桥】{name}报的《{title}》停办了，{money}。原因和办法请看学桥“我的课”。"),
    "session_cancelled": gettext_noop("【学桥】{name}的《{title}》{old}这次课停上。补课或退费会再通知。"),
    "session_moved": gettext_noop("【学桥】{name}的《{title}》{old}的课改到{new} {room}。"),
    "session_added": gettext_noop("【学桥】{name}的《{title}》补课：{new} {room}。"),
    "session_refunded": gettext_noop("【学桥】{name}的《{title}》{old}的课不补了，{money}。"),
    "merge_asked": gettext_noop("【学桥】{name}报的《{title}》人数不够，想并到《{target}》。请在{until}前到学桥选。"),
    "room_booking": gettext_noop("【学桥】您借的{room}（{when}）{state}。详情请看学桥“我借的教室”。"),
    "small_classes": gettext_noop("【学桥】有{count}个班快开课、人数不够，最早是《{title}》，请到工作台决定。"),
    "merge_done": gettext_noop("【学桥】{name}报的《{title}》：{outcome}。"),
    "entry_invited": gettext_noop("【学桥】{leader}请{name}一起报名上课。同意还是不参加，请到学桥“我报的课”回答。"),
    "round_cancelled": gettext_noop(
        "【学桥】{name}填过志愿的“{title}”这一轮取消了，志愿不再有效。请看学桥“我报的课”。"
    ),
    "refund_overdue": gettext_noop("【学桥】账单 {code} 的退款 {yuan} 元等了 {days} 天还没退到，请查一查。"),
    "hardship_answered": gettext_noop("【学桥】{name}的《{title}》退费申请{outcome}。说明请看学桥“我报的课”。"),
    "order_news": gettext_noop("【学桥】企业订单 {code}：{news}。请看学桥“企业服务”。"),
    "class_listed": gettext_noop("【学桥】{host}给{name}报了《{title}》，请打开学桥确认报名，或打社区教育中心电话。"),
    "pay_released": gettext_noop("【学桥】{month}的课酬 {net} 元已发放，明细请看学桥“我的课酬”。"),
    "seat_offered": gettext_noop(
        "【学桥】《{title}》给{name}留了座位到{until}。请打开学桥确认，或打社区教育中心电话。"
    ),
    "return_open": gettext_noop("【学桥】《{title}》给{name}留着座位，{until}前续读不用抽签。请打开学桥或打中心电话。"),
    "interview_result": gettext_noop("【学桥】{name}在“{title}”的面谈有结果了，请打开学桥看，或打社区教育中心电话。"),
    "points_expiring": gettext_noop("【学桥】{year} 年得的 {points} 积分用到 {day}，过后清零。请看学桥“我的积分”。"),
    "time_service_news": gettext_noop("【学桥】{name}{day}的时间银行服务：{news}。请看学桥“我的积分”。"),
    "absence_warned": gettext_noop(
        "【学桥】{name}的《{title}》连续 {times} 次没来也没请假。有事请打社区教育中心电话。"
    ),
    "absence_release": gettext_noop(
        "【学桥】{name}的《{title}》连续 {times} 次没来，{until}起座位会让给候补的人。有事请在这之前打电话说明。"
    ),
    "absence_excused": gettext_noop("【学桥】{name}的《{title}》已按请假记下，座位给您留着。"),
    "absence_released": gettext_noop(
        "【学桥】{name}的《{title}》多次没来，座位已让给候补的人，学费不退。想上可再排候补。"
    ),
    "conversion_news": gettext_noop("【学桥】{name}的学分转换“{programme}”：{news}。请看学桥“学分护照”。"),
    "outcomes_deposited": gettext_noop(
        "【学桥】{giver}给{name}存入 {amount} 学分，请看学桥“学分护照”。不对请打社区教育中心电话。"
    ),
    "recognition_revoked": gettext_noop("【学桥】{name}的“{title}”{amount} 学分被撤回，请看学桥或打社区教育中心电话。"),
    "credit_expiring": gettext_noop("【学桥】{name}的《{title}》{amount} 学分到{until}失效，之前可以转换。请看学桥。"),
}


def text_of(template: str, values: dict[str, str]) -> str:
    """Return the words of a template. Raises KeyError for an unknown template or a missing value."""
    return TEXTS[template].format(**values)
