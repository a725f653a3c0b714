"""The door of incentives: points for learning, what can be had for them, and volunteer time. None becomes credit."""

from xueqiao.domains.incentives.actions._books import points_text
from xueqiao.domains.incentives.actions.ask_pot_spending import ask_pot_spending
from xueqiao.domains.incentives.actions.ask_time_service import ask_time_service
from xueqiao.domains.incentives.actions.change_stock import change_stock
from xueqiao.domains.incentives.actions.decide_hours import decide_hours
from xueqiao.domains.incentives.actions.decide_pot_spending import decide_pot_spending
from xueqiao.domains.incentives.actions.donate_hours import donate_hours
from xueqiao.domains.incentives.actions.donate_points import donate_points
from xueqiao.domains.incentives.actions.earn_points import earn_points
from xueqiao.domains.incentives.actions.end_time_service import end_time_service
from xueqiao.domains.incentives.actions.expire_points import expire_points
from xueqiao.domains.incentives.actions.grant_time_service import grant_time_service
from xueqiao.domains.incentives.actions.hand_over_reward import hand_over_reward
from xueqiao.domains.incentives.actions.lapse_redemptions import lapse_redemptions
from xueqiao.domains.incentives.actions.offer_reward import offer_reward
from xueqiao.domains.incentives.actions.record_hours import record_hours
from xueqiao.domains.incentives.actions.reserve_reward import reserve_reward
from xueqiao.domains.incentives.actions.take_back_reward import take_back_reward
from xueqiao.domains.incentives.errors import (
    GiftTooLarge,
    GiftToOneself,
    HandOverToOneself,
    NotEnoughPoints,
    NotEnoughTime,
    OwnTimeRecorded,
    PotShort,
    ReceiverNotFound,
    RedemptionEnded,
    RedemptionNotFound,
    RewardGone,
    RewardNotFound,
    RewardOver,
    RewardYearMost,
    SecondPersonNeeded,
    ServiceEnded,
    ServiceNotFound,
    ServiceNotYet,
    SpendingDecided,
    SpendingNeedsAnother,
    SpendingNotFound,
    StockTooSmall,
    TimeBankClosed,
    TimeBankShort,
    TimeDayMost,
    TimeDecided,
    TimeForFamilyOnly,
    TimeKeepMost,
    TimeNotFound,
    TooYoungForHelp,
)
from xueqiao.domains.incentives.events import (
    PointsDonated,
    PointsEarned,
    PointsExpired,
    PotSpent,
    RewardHandedOver,
    RewardReserved,
    RewardTakenBack,
    TimeServiceEnded,
    VolunteerTimeConfirmed,
    VolunteerTimeDonated,
)
from xueqiao.domains.incentives.queries import (
    DESK_ROLES,
    access_hours,
    access_points,
    access_pot_spendings,
    access_redemption,
    access_redemptions_waiting,
    access_rewards,
    access_time_services,
    access_volunteer_times,
    bank_age_from,
    counties_with_pots,
    county_of,
    may_decide_pot,
    pot_of,
    rewards_near,
)
from xueqiao.domains.incentives.values import (
    HistoryEntry,
    HoursView,
    PointsView,
    PotSpendingView,
    PotView,
    RedemptionView,
    RewardView,
    TimeServiceView,
    VolunteerTimeView,
    YearOfPoints,
)

__all__ = [
    "DESK_ROLES",  # who offers and hands over rewards, records and confirms time
    "GiftToOneself",
    "GiftTooLarge",
    "HandOverToOneself",
    "HistoryEntry",
    "HoursView",
    "NotEnoughPoints",
    "NotEnoughTime",
    "OwnTimeRecorded",
    "PointsDonated",  # fact: points went to somebody, or to the community
    "PointsEarned",  # fact: a meeting brought points
    "PointsExpired",  # fact: a year's points ran out, after notice
    "PointsView",
    "PotShort",
    "PotSpendingView",
    "PotSpent",  # fact: points of a county's pot got things for somebody
    "PotView",
    "ReceiverNotFound",
    "RedemptionEnded",
    "RedemptionNotFound",
    "RedemptionView",
    "RewardGone",
    "RewardHandedOver",  # fact: a reward is hers, the points are spent
    "RewardNotFound",
    "RewardOver",
    "RewardReserved",  # fact: a reward is set aside
    "RewardTakenBack",  # fact: a reward is in stock again
    "RewardView",
    "RewardYearMost",
    "SecondPersonNeeded",
    "ServiceEnded",
    "ServiceNotFound",
    "ServiceNotYet",
    "SpendingDecided",
    "SpendingNeedsAnother",
    "SpendingNotFound",
    "StockTooSmall",
    "TimeBankClosed",
    "TimeBankShort",
    "TimeDayMost",
    "TimeDecided",
    "TimeForFamilyOnly",
    "TimeKeepMost",
    "TimeNotFound",
    "TimeServiceEnded",  # fact: help that stored time pays for was given, refused or withdrawn
    "TimeServiceView",
    "TooYoungForHelp",
    "VolunteerTimeConfirmed",  # fact: a second person confirmed time
    "VolunteerTimeDonated",  # fact: time went into the time bank
    "VolunteerTimeView",
    "YearOfPoints",
    "access_hours",  # volunteer time of a person in scope
    "access_points",  # points of a person in scope, with history
    "access_pot_spendings",  # what waits for a second person
    "access_redemption",  # a slip by its code, at the desk
    "access_redemptions_waiting",  # slips not fetched yet
    "access_rewards",  # of the actor's units, with stock
    "access_time_services",  # of the actor's units, in a state
    "access_volunteer_times",  # of the actor's units
    "ask_pot_spending",  # by the desk that offers the reward
    "ask_time_service",  # help for oneself or a relative, paid with stored time
    "bank_age_from",  # whom the time bank itself helps
    "change_stock",  # more or fewer pieces, or no more at all
    "counties_with_pots",  # whose residents gave something
    "county_of",  # whose pot and time bank it is
    "decide_hours",  # by a second person
    "decide_pot_spending",  # by a second person, of the county
    "donate_hours",  # to a relative or into the time bank, where there is one
    "donate_points",  # to a person or the community
    "earn_points",  # bring a meeting's points to what the roll says
    "end_time_service",  # served or refused by a desk, withdrawn by the saver
    "expire_points",  # tell, and later take, what runs out
    "grant_time_service",  # the time bank pays, for the oldest
    "hand_over_reward",  # the points are spent now
    "lapse_redemptions",  # what nobody fetched goes back
    "may_decide_pot",  # an officer of the county
    "offer_reward",
    "points_text",  # 150 -> "1.5"
    "pot_of",  # public: what a county's residents gave and what became of it
    "record_hours",  # by the organiser
    "reserve_reward",  # points on hold, a code to fetch it
    "rewards_near",  # what can be had in a county
    "take_back_reward",  # given up, or brought back
]
