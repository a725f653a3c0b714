"""Why nothing is signed."""

from xueqiao.foundation.reasons import Refused


class SignerMissing(Refused):
    """这台服务器没有装国密签名组件，什么都没有签发。请运维人员安装 xueqiao[guomi] 后再试。"""

    code = "signer_missing"
    status = 503


class ElementMissing(Refused):
    """证书缺少必须写明的内容：{elements}，没有签发。请先把课程资料补全。"""

    code = "element_missing"
