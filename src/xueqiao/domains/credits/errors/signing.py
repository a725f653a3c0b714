"""Why nothing is signed."""

from xueqiao.foundation.reasons import Refused


class SignerMissing(Refused):
    """这台服务器没有装国密签名组件，什么都没有签发。请运维人员安装 xueqiao[guomi] 后再试。"""

    code = "signer_missing"
    status = 503


class ElementMissing(Refused):
    """证书缺少必须写明的内容：{elements}，没有签发。请先把课程资料补全。"""

    code = "element_missing"


class HolderKeyUnreadable(Refused):
    """钱包给的公钥读不出来，没有出具证明。请换一个支持 Ed25519 的钱包再试。"""

    code = "holder_key_unreadable"


class NothingToShow(Refused):
    """选的内容这张证书证明不了，没有出具证明。请重新选要出示的内容。"""

    code = "nothing_to_show"


class NothingToState(Refused):
    """名下还没有有效的结业证书，没有出具账户证明。请先在“学分护照”里出具证书。"""

    code = "nothing_to_state"
