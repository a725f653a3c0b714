"""Numbers of demand that differ between places."""

from xueqiao.foundation.parameters.api import declare, is_whole

GROUP_LEAST = declare(
    "demand.group_least",
    default=20,
    unit="people from whom on a class is opened for an order that names no posts",
    source="领域规则第 10 节：成班 20 人以上，或企业带岗位的订单",
    check=is_whole(1, 500),
)
QUOTE_DAYS = declare(
    "demand.quote_days",
    default=15,
    unit="days a quote binds, the day it is made included",
    source="平台默认：报价 15 天内有效；未见省级规定",
    check=is_whole(1, 180),
)
PAY_DAYS = declare(
    "demand.pay_days",
    default=15,
    unit="days after acceptance within which an enterprise pays",
    source="平台默认：接受报价后 15 天内付款；以当地合同为准",
    check=is_whole(1, 180),
)
LIST_KEEP_DAYS = declare(
    "demand.list_keep_days",
    default=180,
    unit="days after the wished first day for which the names of an accepted order without a class are kept",
    source="平台默认：个人信息保护法第十九条，保存期限为实现处理目的所必要的最短时间",
    check=is_whole(0, 730),
)
