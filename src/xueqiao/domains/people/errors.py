"""Why people refuses. The docstring is the message."""

from xueqiao.foundation.reasons import InvalidInput, NotAllowed, NotFound, Refused


class PhoneInvalid(InvalidInput):
    """手机号写得不对，请填 11 位的手机号，例如 139 开头的号码。没有手机也可以到就近的社区教育中心办理。"""

    code = "phone_invalid"


class CodeTooSoon(Refused):
    """验证码刚刚发过，请等到 {resend_at} 再要一次。没收到短信，可以改用语音电话。"""

    code = "code_too_soon"
    status = 429


class TooManyCodes(Refused):
    """这个手机号一小时内要的验证码太多了，请在 {again_at} 以后再试，或到就近的社区教育中心办理。"""

    code = "too_many_codes"
    status = 429


class ProofMissing(Refused):
    """现在要验证码的人很多，请回上一页再按一次“获取验证码”；页面会先等几秒钟，这是为了挡住群发短信的程序。"""

    code = "proof_missing"
    status = 429


class ProofSpent(Refused):
    """这一页已经用过了，请返回重新打开登录页，再按一次“获取验证码”。"""

    code = "proof_spent"


class MessageNotSent(Refused):
    """验证码没有发出去，发送通道现在不通。请过几分钟再试，或改用语音电话，或到就近的社区教育中心办理。"""

    code = "message_not_sent"
    status = 503


class CodeWrong(Refused):
    """验证码不对，还可以再试 {tries_left} 次。请核对短信里的 6 位数字。"""

    code = "code_wrong"
    status = 422


class SignInCodeExpired(Refused):
    """验证码已经过期或者已经用过，请重新获取一个。"""

    code = "sign_in_code_expired"
    status = 422


class CodeUsedUp(Refused):
    """验证码错了 5 次，已经作废。请重新获取一个，新的短信里是新的数字。"""

    code = "code_used_up"
    status = 422


class ExtendedAlready(Refused):
    """这个验证码已经延长过一次，不能再延长。过期后请重新获取一个。"""

    code = "extended_already"


class TicketExpired(Refused):
    """手机号验证已经过了 15 分钟，为了安全请重新验证一次手机号。"""

    code = "ticket_expired"


class AccountClosed(NotAllowed):
    """这个账户已经停用，不能登录。请联系就近的社区教育中心。"""

    code = "account_closed"


class PhoneTaken(Refused):
    """这个手机号已经有账户，请直接用它登录。"""

    code = "phone_taken"


class NameInvalid(InvalidInput):
    """姓名写得不对，请填真实姓名，2 到 30 个字，不要写数字和符号。"""

    code = "name_invalid"


class BirthDateInvalid(InvalidInput):
    """出生日期写得不对，请按“年-月-日”填写，并且不晚于今天。"""

    code = "birth_date_invalid"


class HomeInvalid(InvalidInput):
    """居住地没有选对，请选到乡镇、街道或者村、社区。"""

    code = "home_invalid"


class ModeUnknown(InvalidInput):
    """没有这种显示方式，请选标准版、长辈版或特大版。"""

    code = "mode_unknown"


class ConsentMissing(Refused):
    """还没有同意个人信息说明，不能往下办。请先阅读说明，再勾选同意。"""

    code = "consent_missing"
    status = 422


class TooYoungForAccount(Refused):
    """未满 14 周岁不能自己开账户。请让父母或监护人登录，在“家人”页里添加孩子。"""

    code = "too_young_for_account"


class GuardianPhoneMissing(Refused):
    """未满 18 周岁开账户要告诉监护人，请填一位监护人的手机号，不能和自己的一样。"""

    code = "guardian_phone_missing"
    status = 422


class NotAGuardian(Refused):
    """未满 14 周岁的孩子只能由成年的父母或监护人代办。请由父母或监护人办理。"""

    code = "not_a_guardian"


class GuardianConsentMissing(NotAllowed):
    """还没有监护人同意，不能替孩子办理。请监护人在“家人”页同意，并到就近的社区教育中心核对证件。"""

    code = "guardian_consent_missing"


class MayNotActFor(NotAllowed):
    """您不能替这位居民办理，什么都没有改动。请先在“家人”页添加并得到对方确认，或请对方到社区教育中心办理。"""

    code = "may_not_act_for"


class LinkToSelf(Refused):
    """不能把自己添加为家人。请填要代办的那位家人的姓名和手机号。"""

    code = "link_to_self"
    status = 422


class RelationUnknown(InvalidInput):
    """关系没有选对，请在列出的关系里选一个。"""

    code = "relation_unknown"


class CapInvalid(InvalidInput):
    """花费上限写得不对，请填 0 到 100000 元之间的整数，不填就是不设上限。"""

    code = "cap_invalid"


class TooManyLinks(Refused):
    """等待确认的家人太多了，请先办完或取消前面的，再添加新的。"""

    code = "too_many_links"


class LinkNotFound(NotFound):
    """没有找到这条家人关系，可能已经取消。请回“家人”页查看。"""

    code = "link_not_found"


class LinkNotWaiting(Refused):
    """这条家人关系已经办过了，不用再确认。请回“家人”页查看。"""

    code = "link_not_waiting"


class EntryLinkSpent(NotFound):
    """这个进入链接已经用过、过期或不存在。演示链接只能用一次，请让管理员重新生成一个。"""

    code = "entry_link_spent"


class OnlyInDemo(NotFound):
    """演示入口只在演示地区开放，正式系统请用手机号登录。"""

    code = "only_in_demo"


class FactorNeeded(NotAllowed):
    """工作人员登录还差一步：请用通行密钥或动态口令再确认一次，然后继续。"""

    code = "factor_needed"


class FactorWrong(Refused):
    """动态口令不对，请等下一组 6 位数字出来再试，并检查手机时间是否准确。"""

    code = "factor_wrong"
    status = 422


class FactorUsed(Refused):
    """这组数字刚才已经用过，不能用第二次。请等下一组数字出来再输入。"""

    code = "factor_used"
    status = 422


class FactorTriesUsedUp(Refused):
    """动态口令连续错了多次，请在 {again_at} 以后再试。手机丢了请联系平台运维人员重置。"""

    code = "factor_tries_used_up"
    status = 429


class FactorExists(Refused):
    """这个账户已经有第二道验证，请先用它登录，再添加新的。"""

    code = "factor_exists"


class PasskeyRefused(Refused):
    """通行密钥没有通过验证，请再试一次，或改用动态口令。"""

    code = "passkey_refused"
    status = 422


class NoStaffDuty(NotAllowed):
    """这个账户没有工作人员的职务，不需要第二道验证。如果刚刚任职，请联系本单位管理员。"""

    code = "no_staff_duty"


class TokenInvalid(Refused):
    """访问令牌无效、过期或已经收回，请重新登录换一个。"""

    code = "token_invalid"
    status = 401


class ScopeNotGranted(NotAllowed):
    """这个访问令牌没有办这件事的权限，请在“我的账户”里另建一个有权限的令牌。"""

    code = "scope_not_granted"


class TooManyTokens(Refused):
    """访问令牌已经有 10 个，请先收回不用的，再新建。"""

    code = "too_many_tokens"


class PersonsDiffer(Refused):
    """这两份档案不能合并：出生日期不同，或其中一份已经并入别处。请先核对证件。"""

    code = "persons_differ"


class ReasonMissing(InvalidInput):
    """请写明办理这件事的原因，以便日后查对。"""

    code = "reason_missing"


class RoleUnknown(InvalidInput):
    """职务或所管的地区写得不对：县级职务配县，市级配市，省级配省，并且要由成年人担任。请核对后再试。"""

    code = "role_unknown"


class RoleConflict(Refused):
    """运维职务不能和其他职务由同一个人担任，这是为了互相监督。请换一位同事，或先解除原来的职务。"""

    code = "role_conflict"


class NeedUnknown(InvalidInput):
    """{what}没有写清楚：请选看、听、走路哪一种困难，并写明看过什么证件。"""

    code = "need_unknown"
