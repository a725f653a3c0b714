"""What the form that opens a class takes in; what the words mean is decided by `classes`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xueqiao.foundation import clock

ADMISSIONS = (
    ("first_come", _("先到先得")),
    ("draw", _("抽签")),
    ("priority_draw", _("先照顾续读的，再抽签")),
    ("interview", _("面谈")),
)


class CopyForm(forms.Form):
    """照上学期再开: dates, room, teacher, seats, price, how seats are given; the rest is as in the earlier class."""

    use_required_attribute = True

    title = forms.CharField(label=_("班名"), max_length=80)
    first_day = forms.DateField(
        label=_("第一次上课"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    room = forms.TypedChoiceField(label=_("教室"), coerce=int)
    teacher = forms.TypedChoiceField(label=_("老师"), coerce=int)
    capacity = forms.IntegerField(label=_("座位数"), min_value=1, max_value=500)
    price = forms.CharField(
        label=_("每人费用（元）"), max_length=9, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    admission = forms.ChoiceField(
        label=_("怎么招"), choices=ADMISSIONS, help_text=_("抽签的班发布以后，到“抽签报名”里安排一轮。")
    )

    def __init__(
        self, *args: Any, rooms: list[tuple[int, str]], teachers: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = rooms  # type: ignore[attr-defined]
        self.fields["teacher"].choices = teachers  # type: ignore[attr-defined]

    def clean_first_day(self) -> Any:
        """A class starts tomorrow at the earliest and within a year."""
        day, today = self.cleaned_data["first_day"], clock.local_date(clock.now())
        if not today < day <= today + timedelta(days=366):
            raise forms.ValidationError(_("开课日期要在明天到一年之内。请换一天。"))
        return day

    def clean_price(self) -> int:
        """Yuan as people write them, to fen: at most two decimals, 0 to 99,999.99."""
        typed = self.cleaned_data["price"].strip()
        if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", typed):
            raise forms.ValidationError(_("费用写成 30 或 30.50 这样，0 到 99999.99 元。"))
        whole, _dot, part = typed.partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0"))
