"""Words of teachers' pay."""

from django.utils.translation import gettext_lazy as _

KINDS = {"outside": _("社会教师"), "public": _("在编公职教师")}
BANDS = {"junior": _("初级"), "middle": _("中级"), "senior": _("副高级"), "expert": _("正高级")}
LINES = {"taught": _("上课"), "late_cancel": _("临时停课补偿"), "reversed": _("冲回")}
STATES = {"made": _("等人发放"), "released": _("已发放"), "taken_back": _("已撤回")}
TAGS = {"made": "warn", "released": "good", "taken_back": "bad"}
WHY = {
    "no_contract": _("上课那天没有有效的任课协议"),
    "no_permission": _("公职教师，还没有本单位的许可文件"),
}
FIX = {
    "no_contract": _("补登任课协议后自动计酬"),
    "no_permission": _("看到许可文件后登记，从文件日期起计酬"),
}
