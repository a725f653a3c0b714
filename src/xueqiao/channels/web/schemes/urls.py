"""Vouchers and shares at the finance desk, concessions at the counter, a resident's own."""

from django.urls import path

from xueqiao.channels.web.schemes import concessions, mine, shares, vouchers

urlpatterns = [
    path("finance/vouchers/", vouchers.listed, name="scheme_vouchers"),
    path("finance/vouchers/<uuid:scheme_uuid>/", vouchers.one, name="scheme_voucher"),
    path("finance/shares/", shares.listed, name="scheme_shares"),
    path("finance/shares/<int:scheme_id>/", shares.approve, name="scheme_share_approve"),
    path("centre/concessions/", concessions.listed, name="scheme_concessions"),
    path("centre/concessions/<uuid:concession_uuid>/", concessions.end, name="scheme_concession_end"),
    path("mine/vouchers/", mine.overview, name="mine_vouchers"),
]
