"""The trade bill of WeChat Pay (交易账单, type ALL): read it, and write one as the rehearsal's far side.

Four parts: a head, lines, a head of totals, one line of totals. Every value carries a backtick in front so that
spreadsheets leave it alone. Amounts are yuan with two decimals. Source: pay.weixin.qq.com, "交易账单文件格式说明".
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from xueqiao.domains.payments.ports import StatementBroken, StatementLine
from xueqiao.foundation import clock

HEAD = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
]
TOTALS = [
    "总交易单数",
    "应结订单总金额",
    "退款总金额",
    "充值券退款总金额",
    "手续费总金额",
    "订单总金额",
    "申请退款总金额",
]
TIME = "%Y-%m-%d %H:%M:%S"


def read_trade_bill(text: str, *, merchant: str) -> tuple[StatementLine, ...]:
    """Return the lines. Raises StatementBroken for a file of another merchant or form, or whose sums do not agree."""
    rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if row]
    try:
        end = next(number for number, row in enumerate(rows) if row[0] == TOTALS[0])
        head, totals = rows[0], _named(rows[end], rows[end + 1])
        lines = tuple(_line(_named(head, row), merchant) for row in rows[1:end])
    except (StopIteration, IndexError, KeyError, ValueError) as failure:
        raise StatementBroken("not a trade bill") from failure
    paid = sum(line.amount_fen for line in lines if line.kind == "payment")
    back = sum(line.amount_fen for line in lines if line.kind == "refund")
    if (len(lines), paid, back) != (
        int(totals["总交易单数"]),
        fen(totals["订单总金额"]),
        fen(totals["申请退款总金额"]),
    ):
        raise StatementBroken("the lines do not add up to the totals")
    return lines


def write_trade_bill(lines: Iterable[StatementLine], *, merchant: str) -> str:
    """The file that such lines would come in."""
    out = io.StringIO()
    out.write(",".join(HEAD) + "\r\n")
    lines = list(lines)
    for line in lines:
        is_refund = line.kind == "refund"
        values = dict.fromkeys(HEAD, "") | {
            "交易时间": clock.local(line.happened_at).strftime(TIME),
            "商户号": merchant,
            "微信订单号": line.reference,
            "商户订单号": line.order_code,
            "交易类型": "NATIVE",
            "交易状态": "REFUND" if is_refund else line.state,
            "货币种类": "CNY",
            "应结订单金额": "0.00" if is_refund else yuan_text(line.amount_fen),
            "商户退款单号": line.refund_code or "0",
            "退款金额": yuan_text(line.amount_fen if is_refund else 0),
            "退款状态": line.state if is_refund else "",
            "手续费": yuan_text(line.fee_fen),
            "订单金额": "0.00" if is_refund else yuan_text(line.amount_fen),
            "申请退款金额": yuan_text(line.amount_fen if is_refund else 0),
        }
        out.write(",".join(f"`{values[name]}" for name in HEAD) + "\r\n")
    paid = sum(line.amount_fen for line in lines if line.kind == "payment")
    back = sum(line.amount_fen for line in lines if line.kind == "refund")
    fees = sum(line.fee_fen for line in lines)
    sums = [str(len(lines)), *map(yuan_text, (paid, back, 0, fees, paid, back))]
    out.write(",".join(TOTALS) + "\r\n" + ",".join(f"`{value}" for value in sums) + "\r\n")
    return out.getvalue()


def fen(text: str) -> int:
    """Yuan with up to two decimals, as files write them, in fen. Raises ValueError for anything else."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.removeprefix("-").partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(part) > 2 or (part and not (part.isascii() and part.isdigit())):
        raise ValueError(text)
    return sign * (int(whole) * 100 + int(part.ljust(2, "0") or "0"))


def yuan_text(amount_fen: int) -> str:
    """Fen as files write them: 24000 -> "240.00"."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"


def _named(head: list[str], row: list[str]) -> dict[str, str]:
    if len(head) != len(row):
        raise ValueError("a line has as many values as the head")
    return {name: value.removeprefix("`").strip() for name, value in zip(head, row, strict=True)}


def _line(values: dict[str, str], merchant: str) -> StatementLine:
    if values["商户号"] != merchant or values["货币种类"] != "CNY":
        raise ValueError("a line of another merchant or currency")
    is_refund = values["交易状态"] in {"REFUND", "REVOKED"} and values["商户退款单号"] not in {"", "0"}
    return StatementLine(
        kind="refund" if is_refund else "payment",
        order_code=values["商户订单号"],
        refund_code=values["商户退款单号"] if is_refund else "",
        reference=values["微信订单号"],
        amount_fen=fen(values["申请退款金额"] if is_refund else values["订单金额"]),
        fee_fen=fen(values["手续费"] or "0"),
        state=values["退款状态"] if is_refund else values["交易状态"],
        happened_at=datetime.strptime(values["交易时间"], TIME).replace(tzinfo=clock.SHANGHAI),
    )
