"""Numbers of enrolment that differ between places."""

from xueqiao.foundation.parameters.api import declare, is_whole

HOLD_MINUTES = declare(
    "enrolment.hold_minutes",
    default=15,
    unit="minutes a seat is kept while somebody fills in the pages",
    source="平台默认：给老年人留足填写时间；未见省级规定",
    check=is_whole(1, 120),
)
COUNTER_HOLD_HOURS = declare(
    "enrolment.counter_hold_hours",
    default=48,
    unit="hours a seat is kept for paying at the centre",
    source="平台默认：到中心交费的编号 48 小时有效",
    check=is_whole(1, 240),
)
PLACES_PER_TERM = declare(
    "enrolment.places_per_term",
    default=3,
    unit="live places of one person in one term, 0 for no limit",
    source="平台默认：每人每学期最多 3 个班；未见省级规定",
    check=is_whole(0, 50),
)
PLACES_PER_TERM_AND_INSTITUTION = declare(
    "enrolment.places_per_term_and_institution",
    default=2,
    unit="live places of one person in one term at one institution, 0 for no limit",
    source="贵州老年大学：每人每学期限报 2 门；江苏未见规定",
    check=is_whole(0, 50),
)
TRAVEL_MINUTES = declare(
    "enrolment.travel_minutes",
    default=30,
    unit="minutes between two classes at different venues",
    source="平台默认：两个班之间留 30 分钟路程；未见省级规定",
    check=is_whole(0, 240),
)
WAITING_ROOM = declare(
    "enrolment.waiting_room",
    default="opening",
    unit="when a first-come class has a waiting room: never, opening (around the moment it opens), always",
    source="平台默认：开始报名的那一刻排号，不拼手速；平时不用排",
    check=lambda value: value in {"never", "opening", "always"},
)
ROOM_MINUTES = declare(
    "enrolment.room_minutes",
    default=30,
    unit="minutes before the opening from which the waiting room may be entered",
    source="平台默认：开门前半小时可以进来等",
    check=is_whole(1, 1440),
)
TURN_MINUTES = declare(
    "enrolment.turn_minutes",
    default=10,
    unit="minutes a number that was called is valid",
    source="平台默认：叫到号 10 分钟内有效，给老年人留足时间；未见省级规定",
    check=is_whole(1, 120),
)
TURNS_AT_ONCE = declare(
    "enrolment.turns_at_once",
    default=100,
    unit="people of one waiting room whose turn it may be at one time; never more than there are free seats",
    source="平台默认：一次少叫一些人，页面才快",
    check=is_whole(1, 5000),
)
HARDSHIP_ANSWER_DAYS = declare(
    "enrolment.hardship_answer_days",
    default=5,
    unit="days within which a request for money in hardship is answered",
    source="平台默认：5 天内答复；未见省级规定",
    check=is_whole(1, 30),
)
HARDSHIP_SECOND_FEN = declare(
    "enrolment.hardship_second_fen",
    default=50_000,
    unit="fen of the learner's refund above which a second person signs",
    source="平台默认：超过 500 元由另一人复签；待当地财务制度确认",
    check=is_whole(0, 10_000_000),
)
MAKE_UP_DAYS = declare(
    "enrolment.make_up_days",
    default=30,
    unit="days within which a meeting that fell out may be made up before its money goes back",
    source="领域规则第 6 节：同一单元 30 天内可以补课；之后按举办方原因退还",
    check=is_whole(0, 180),
)
REFUND_BEFORE_SESSION = declare(
    "enrolment.refund_before_session",
    default=3,
    unit="number of the session before whose start a withdrawal is still refunded pro rata",
    source="参照台北市老人大学“第三周前按比例退”的做法；江苏未见规定",
    check=is_whole(1, 40),
)

# --- admission rounds --------------------------------------------------------------------------------------------

ROUND_INFO_DAYS = declare(
    "enrolment.round_info_days",
    default=7,
    unit="days a round is announced before its wishes open",
    source="平台默认：信息公布期 7 天；未见省级规定",
    check=is_whole(0, 60),
)
ROUND_PRIORITY_DAYS = declare(
    "enrolment.round_priority_days",
    default=3,
    unit="days in which learners of the same series may keep their seat",
    source="平台默认：续读优先期 3 天；未见省级规定",
    check=is_whole(0, 30),
)
ROUND_WISH_DAYS = declare(
    "enrolment.round_wish_days_min",
    default=3,
    unit="days at least that wishes are taken",
    source="平台默认：填志愿至少 3 天，不比手快；未见省级规定",
    check=is_whole(1, 60),
)
ROUND_OFFER_HOURS = declare(
    "enrolment.round_offer_hours",
    default=72,
    unit="hours to accept and pay after the draw",
    source="平台默认：中签后 72 小时内确认、交费；未见省级规定",
    check=is_whole(24, 336),
)
WISHES_MAX = declare(
    "enrolment.wishes_max",
    default=3,
    unit="ranked wishes of one entry at most",
    source="平台默认：一份志愿最多 3 个班；未见省级规定",
    check=is_whole(1, 10),
)
GROUP_SIZE_MAX = declare(
    "enrolment.group_size_max",
    default=4,
    unit="people of one household or company in one entry at most",
    source="平台默认：家人、同伴最多 4 人一起报；未见省级规定",
    check=is_whole(1, 8),
)
NEWCOMER_PERCENT = declare(
    "enrolment.newcomer_percent",
    default=40,
    unit="percent of the seats of a beginner class kept for newcomers at least",
    source="平台默认：零基础班给首次学习者留不少于 40 % 的座位；未见省级规定",
    check=is_whole(0, 100),
)
REPEATS_MAX = declare(
    "enrolment.repeats_max",
    default=2,
    unit="terms of the same course for one person at most, 0 for no limit",
    source="平台默认：同一门课最多上 2 个学期；老年大学“永不毕业”的对策，未见省级规定",
    check=is_whole(0, 20),
)
SIGNATURE_FROM_AGE = declare(
    "enrolment.signature_from_age",
    default=80,
    unit="years of age from which a relative signs",
    source="参照桐乡市老年大学 2016 年做法：80 岁以上须子女同意；江苏未见规定",
    check=is_whole(60, 120),
)
HEALTH_PAPER_DAYS = declare(
    "enrolment.health_paper_days",
    default=365,
    unit="days a health declaration for physical courses is good for",
    source="平台默认：活动身体的课一年填一次健康声明；未见省级规定",
    check=is_whole(30, 1096),
)
WEIGHT_PER_LOSS = declare(
    "enrolment.weight_per_loss",
    default=1,
    unit="weight added for each earlier loss since the last win",
    source="平台默认：上次没抽中，下次机会加一份；未见省级规定",
    check=is_whole(0, 10),
)
WEIGHT_LOSSES_MAX = declare(
    "enrolment.weight_losses_max",
    default=3,
    unit="earlier losses that count at most",
    source="平台默认：最多加三份；未见省级规定",
    check=is_whole(0, 10),
)
WEIGHT_NEVER_SERVED = declare(
    "enrolment.weight_never_served",
    default=1,
    unit="weight added for who never had a class",
    source="平台默认：从没上过课的人加一份；未见省级规定",
    check=is_whole(0, 10),
)
FIRST_AFTER_LOSSES = declare(
    "enrolment.first_after_losses",
    default=4,
    unit="draws lost in a row after which an entry takes its turn before all others, 0 for never",
    source="平台默认：三人抢一座时，落选四次后下一次先轮到，谁都不会等过五个学期；未见省级规定",
    check=is_whole(0, 20),
)
WEIGHT_ACCESS = declare(
    "enrolment.weight_access",
    default=1,
    unit="weight added for a registered need whose first wish is at the nearest accessible site",
    source="平台默认：看、听、走路有困难的人报最近的无障碍地点，加一份；未见省级规定",
    check=is_whole(0, 10),
)
INTERVIEW_PASS_PERCENT = declare(
    "enrolment.interview_pass_percent",
    default=60,
    unit="percent of the points two judges can give that pass an interview",
    source="平台默认：两位老师合计六成算通过；未见省级规定",
    check=is_whole(1, 100),
)
OFFER_HOURS = declare(
    "enrolment.offer_hours",
    default=24,
    unit="hours a seat offered from the waiting list is kept",
    source="平台默认：候补通知 24 小时内确认；未见省级规定",
    check=is_whole(2, 240),
)
OFFER_HOURS_ELDER = declare(
    "enrolment.offer_hours_elder",
    default=48,
    unit="hours it is kept for people who use the pages for elders",
    source="平台默认：使用长辈版的 48 小时，参照《关于切实解决老年人运用智能技术困难的实施方案》对老年人宽限办理的要求",
    check=is_whole(2, 240),
)
OFFER_HOURS_SHORTEST = declare(
    "enrolment.offer_hours_shortest",
    default=2,
    unit="hours an offer is kept at least, also shortly before a meeting",
    source="平台默认：再急也留足 2 小时",
    check=is_whole(1, 24),
)
TELL_FROM_HOUR = declare(
    "enrolment.tell_from_hour",
    default=8,
    unit="hour of the day from which people may be told about a seat",
    source="平台默认：8 点到 20 点之间才发通知，夜里不打扰",
    check=is_whole(0, 12),
)
TELL_UNTIL_HOUR = declare(
    "enrolment.tell_until_hour",
    default=20,
    unit="hour of the day until which people may be told about a seat",
    source="平台默认：8 点到 20 点之间才发通知，夜里不打扰",
    check=is_whole(13, 24),
)
WAITING_PASSES = declare(
    "enrolment.waiting_passes",
    default=1,
    unit="offers somebody may let go without losing the place in line",
    source="平台默认：可以放过一次，位置不变；未见省级规定",
    check=is_whole(0, 10),
)
WAITING_SESSIONS_LEFT = declare(
    "enrolment.waiting_sessions_left",
    default=3,
    unit="meetings that must still be ahead for a seat to be offered (all of them in a shorter class)",
    source="平台默认：剩下不到 3 次课就不再递补；未见省级规定",
    check=is_whole(1, 40),
)
PARTY_MAX = declare(
    "enrolment.party_max",
    default=4,
    unit="people who may stand in a waiting list as one party",
    source="平台默认：与抽签的同伴人数一致",
    check=is_whole(1, 10),
)
OFFLINE_HOURS_MAX = declare(
    "enrolment.offline_hours_max",
    default=48,
    unit="hours an entry signed without network may wait to be synchronised",
    source="平台默认：村里没有网络的柜台，48 小时内同步；未见省级规定",
    check=is_whole(1, 168),
)
