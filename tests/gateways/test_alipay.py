import io
import zipfile
from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.gateways.far_side import AlipaySide, at
from xueqiao.domains.payments.ports import (
    GatewayUnreachable,
    PaymentOrder,
    RefundOrder,
    StatementBroken,
    StatementNotReady,
)

NOW = at(2026, 3, 4)
ORDER = PaymentOrder(UUID(int=5), "B2603040000017-1", "手机支付与防诈骗", 24000, "alipay", NOW + timedelta(minutes=15))
REFUND = RefundOrder(UUID(int=9), ORDER.order_code, "2026001", 12050, 24000, "退课")


@pytest.fixture
def side():
    return AlipaySide(NOW)


def test_starting_asks_nobody(side):
    side.is_down = True
    handoff = side.gateway().start(ORDER, now=NOW)
    assert handoff.kind == "page"
    assert handoff.address.startswith("https://openapi.alipay.com/gateway.do?app_id=")


def test_what_alipay_knows_of_an_order(side):
    said = {
        "trade_no": "2026001",
        "out_trade_no": ORDER.order_code,
        "total_amount": "240.00",
        "trade_status": "TRADE_SUCCESS",
    }
    side.answers["alipay.trade.query"] = said
    message = side.gateway().query(ORDER, now=NOW)
    assert (message.state, message.amount_fen, message.merchant) == ("SUCCESS", 24000, side.gateway().merchant)
    said["trade_status"] = "WAIT_BUYER_PAY"
    assert side.gateway().query(ORDER, now=NOW) is None
    side.answers["alipay.trade.query"] = {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"}
    assert side.gateway().query(ORDER, now=NOW) is None
    side.answers["alipay.trade.query"] = {"code": "20000", "sub_code": "isp.unknow-error"}
    with pytest.raises(GatewayUnreachable):
        side.gateway().query(ORDER, now=NOW)


@pytest.mark.parametrize("spoil", [{"is_down": True}, {"key_name": "somebody else"}])
def test_no_answer_or_an_unsigned_one_is_not_believed(side, spoil):
    side.answers["alipay.trade.query"] = {"trade_status": "TRADE_SUCCESS"}
    for name, value in spoil.items():
        setattr(side, name, value)
    with pytest.raises(GatewayUnreachable):
        side.gateway().query(ORDER, now=NOW)


def test_a_refund_without_a_change_of_money_is_asked_about(side):
    side.answers["alipay.trade.refund"] = {"fund_change": "Y"}
    assert side.gateway().send_refund(REFUND, now=NOW).is_done
    assert '"refund_amount":"120.50"' in side.asked[0]["biz_content"]
    side.answers["alipay.trade.refund"] = {"fund_change": "N"}
    side.answers["alipay.trade.fastpay.refund.query"] = {}
    assert not side.gateway().send_refund(REFUND, now=NOW).is_done
    number = UUID(int=9).hex
    side.answers["alipay.trade.fastpay.refund.query"] = {"refund_status": "REFUND_SUCCESS", "out_request_no": number}
    done = side.gateway().send_refund(REFUND, now=NOW)
    assert (done.is_done, done.reference) == (True, number)


def test_closing_what_was_never_opened_is_no_error(side):
    side.answers["alipay.trade.close"] = {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"}
    side.gateway().close(ORDER, now=NOW)
    side.answers["alipay.trade.precreate"] = {"qr_code": "https://qr.alipay.com/x"}
    assert side.gateway().start_by_code(ORDER, now=NOW).address == "https://qr.alipay.com/x"


HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)


def row(kind, amount, fee, refund=""):
    values = ["2026001\t", f"{ORDER.order_code}\t", kind, "课", "2026-03-03 12:00:00", "2026-03-03 12:00:05"]
    values += [""] * 5 + [amount, amount] + ["0.00"] * 5 + ["", "0.00", "0.00", refund, fee, "0.00", ""]
    return ",".join(values)


def archive(counts=("1", "1")):
    text = "\r\n".join(
        [
            "#支付宝业务明细查询",
            "#账号：[20885318916687390156]",
            "#-----------------------------------------业务明细列表----------------------------------------",
            HEAD,
            row("交易", "240.00", "-1.44"),
            row("退款", "-120.50", "0.72", UUID(int=9).hex),
            "#-----------------------------------------业务明细列表结束------------------------------------",
            f"#交易合计：{counts[0]}笔，商家实收共240.00元，商家优惠共0.00元",
            f"#退款合计：{counts[1]}笔，商家实收退款共-120.50元，商家优惠退款共0.00元",
        ]
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("2088_20260303_业务明细.csv", text.encode("gb18030"))
        made.writestr("2088_20260303_业务明细(汇总).csv", b"")
    return out.getvalue()


def test_the_daily_file_is_fetched_and_read(side):
    address = "http://dwbillcenter.alipay.com/downloadBillFile.resource?x=1"
    side.answers["alipay.data.dataservice.bill.downloadurl.query"] = {"bill_download_url": address}
    side.files[address.replace("http:", "https:")] = archive()
    paid, back = side.gateway().statement(date(2026, 3, 3), now=NOW)
    assert (paid.kind, paid.order_code, paid.amount_fen, paid.fee_fen) == ("payment", ORDER.order_code, 24000, 144)
    assert (back.kind, back.refund_code, back.amount_fen, back.fee_fen) == ("refund", UUID(int=9).hex, 12050, -72)
    for spoiled in (archive(("2", "1")), archive(("1", "0")), b"not a zip"):
        side.files[address.replace("http:", "https:")] = spoiled
        with pytest.raises(StatementBroken):
            side.gateway().statement(date(2026, 3, 3), now=NOW)


def test_a_file_on_another_host_is_not_fetched(side):
    for address in ("https://evil.example/a.alipay.com", "ftp://x.alipay.com/", "https://alipay.com.evil.example/"):
        side.answers["alipay.data.dataservice.bill.downloadurl.query"] = {"bill_download_url": address}
        with pytest.raises(StatementBroken):
            side.gateway().statement(date(2026, 3, 3), now=NOW)
    side.answers["alipay.data.dataservice.bill.downloadurl.query"] = {"code": "40004", "sub_code": "isp.bill_not_exist"}
    with pytest.raises(StatementNotReady):
        side.gateway().statement(date(2026, 3, 3), now=NOW)
