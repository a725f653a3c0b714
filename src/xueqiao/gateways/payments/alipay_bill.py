"""Alipay's daily file of trades: a zip with a CSV in GBK, comments marked by #, refunds as negative amounts.

Source: opendocs.alipay.com, "业务账单字段说明".
"""

import csv
import io
import zipfile
from datetime import datetime

from xueqiao.domains.payments.ports import StatementBroken, StatementLine
from xueqiao.foundation import clock
from xueqiao.gateways.payments.wechat_bill import fen

FILE_BYTES_MAX = 64 << 20
TIME = "%Y-%m-%d %H:%M:%S"


def read_zip(raw: bytes) -> tuple[StatementLine, ...]:
    """Return the lines of the detail file. Raises StatementBroken."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = [entry for entry in archive.infolist() if not _is_summary(entry)]
            if len(names) != 1 or names[0].file_size > FILE_BYTES_MAX:
                raise StatementBroken("the archive does not hold one detail file")
            text = archive.read(names[0]).decode("gb18030")
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as failure:
        raise StatementBroken("not an archive of Alipay") from failure
    return read_detail(text)


def read_detail(text: str) -> tuple[StatementLine, ...]:
    """Return the lines of the detail table, checked against the counts and sums that the file ends with."""
    comments = [line for line in text.splitlines() if line.startswith("#")]
    table = "\n".join(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    rows = list(csv.reader(io.StringIO(table)))
    try:
        head = [name.strip() for name in rows[0]]
        lines = tuple(_line(dict(zip(head, map(str.strip, row), strict=True))) for row in rows[1:])
    except (IndexError, KeyError, ValueError) as failure:
        raise StatementBroken("not a detail file of Alipay") from failure
    for word, kind in (("交易合计", "payment"), ("退款合计", "refund")):
        said = next((comment for comment in comments if comment.startswith(f"#{word}")), None)
        count = sum(line.kind == kind for line in lines)
        if said is not None and _count(said) != count:
            raise StatementBroken("the lines do not add up to the totals")
    return lines


def _is_summary(entry: zipfile.ZipInfo) -> bool:
    """Names are GBK without a flag, so zipfile reads them as code page 437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        name = name.encode("cp437", "replace").decode("gb18030", "replace")
    return "汇总" in name or not name.endswith(".csv")


def _count(comment: str) -> int:
    digits = comment.partition("：")[2].partition("笔")[0].strip()
    return int(digits) if digits.isascii() and digits.isdigit() else -1


def _line(values: dict[str, str]) -> StatementLine:
    is_refund = values["业务类型"] == "退款"
    if not is_refund and values["业务类型"] != "交易":
        raise ValueError(values["业务类型"])
    amount = fen(values["订单金额（元）"])
    return StatementLine(
        kind="refund" if is_refund else "payment",
        order_code=values["商户订单号"],
        refund_code=values["退款批次号/请求号"] if is_refund else "",
        reference=values["支付宝交易号"],
        amount_fen=abs(amount),
        fee_fen=-fen(values["服务费（元）"] or "0"),
        state="SUCCESS",
        happened_at=datetime.strptime(values["完成时间"], TIME).replace(tzinfo=clock.SHANGHAI),
    )
