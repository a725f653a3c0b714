"""Pure rules of teachers' pay: what a meeting is worth, and the tax that is kept back. Whole fen."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from xueqiao.domains.classes.values.pay import CLASS_HOUR_MINUTES, TaxStep, TaxTable


def pay_fen(*, minutes: int, rate_fen: int, percent: int = 100) -> int:
    """Return what a meeting of so many minutes is worth at a rate per class hour, to the nearest fen, half up.

    Source: 领域规则第 6 节：一课时 45 分钟，按分钟记. percent: a written share of it, for what fell out too late.
    """
    if minutes < 0 or rate_fen < 0 or not 0 <= percent <= 100:
        raise ValueError("pay is reckoned from minutes, a rate and a share of zero or more")
    whole = CLASS_HOUR_MINUTES * 100
    return (2 * minutes * rate_fen * percent + whole) // (2 * whole)


def tax_table(value: Mapping[str, Any]) -> TaxTable:
    """Return the table that the parameter `classes.labour_tax` writes down."""
    return TaxTable(
        value["small_max_fen"],
        value["small_off_fen"],
        value["off_percent"],
        tuple(TaxStep(*step) for step in value["steps"]),
    )


def labour_tax_fen(income_fen: int, table: TaxTable) -> int:
    """Return the tax kept back from one month's labour remuneration of one payer, to the nearest fen, half up.

    Source: 国家税务总局公告 2018 年第 61 号第八条：劳务报酬所得以收入减除费用后的余额为收入额，每次收入不超过
    4000 元的减 800 元，4000 元以上的减 20%；同一项目连续性收入以一个月内取得的为一次；税额 = 收入额 x 预扣率 - 速算数.
    """
    if income_fen < 0:
        raise ValueError("income is zero or more")
    if income_fen <= table.small_max_fen:
        taxable = max(0, income_fen - table.small_off_fen) * 100
    else:
        taxable = income_fen * (100 - table.off_percent)  # hundredths of a fen, so that nothing is rounded twice
    step = next(s for s in table.steps if s.taxable_max_fen is None or taxable <= s.taxable_max_fen * 100)
    return max(0, (2 * (taxable * step.percent - step.quick_fen * 10_000) + 10_000) // 20_000)


def is_late_cancel(starts_at: datetime, cancelled_at: datetime | None, hours: int) -> bool:
    """True when a meeting was cancelled less than so many hours before its start."""
    return cancelled_at is not None and starts_at - timedelta(hours=hours) < cancelled_at <= starts_at


def month_of(day: date) -> date:
    """Return the first day of the day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """Return the first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def owed_account(teacher_id: int, institution_id: int) -> str:
    """What a teacher has earned at an institution and not been given yet."""
    return f"teacher:{teacher_id}:owed:{institution_id}"


def cost_account(institution_id: int) -> str:
    """What an institution spends on teachers; below zero by what it has spent."""
    return f"payer:pay:{institution_id}"


def tax_account(institution_id: int) -> str:
    """Tax kept back, to be handed to the tax office."""
    return f"tax:labour:{institution_id}"


def paid_account(institution_id: int) -> str:
    """What was given to teachers through the institution's bank."""
    return f"bank:pay:{institution_id}"
