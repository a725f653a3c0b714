"""My learning, passport, certificates."""

from django.urls import path

from xueqiao.channels.web.mine import claims, conversions, merging, notices, proofs, shares, views

urlpatterns = [
    path("", views.learning_page, name="mine_learning"),
    path("calendar.ics", views.calendar, name="mine_calendar"),
    path("calendar/<str:class_code>.ics", views.class_calendar, name="mine_class_calendar"),
    path("notices/", notices.notices_page, name="mine_notices"),
    path("merge/<uuid:ask_uuid>/", merging.merge, name="mine_merge"),
    path("passport/", views.passport, name="mine_passport"),
    path("worth/", claims.worth, name="mine_worth"),
    path("claims/", claims.claims, name="mine_claims"),
    path("claims/new/", claims.claim, name="mine_claim"),
    path("claims/<uuid:claim_uuid>/appeal/", claims.appeal, name="mine_claim_appeal"),
    path("conversions/", conversions.conversions, name="mine_conversions"),
    path("conversions/new/", conversions.convert, name="mine_convert"),
    path("conversions/<uuid:conversion_uuid>/", conversions.conversion, name="mine_conversion"),
    path("conversions/<uuid:conversion_uuid>/withdraw/", conversions.withdraw, name="mine_conversion_withdraw"),
    path("proposals/<uuid:proposal_uuid>/deposit/", views.deposit, name="mine_deposit"),
    path("proposals/<uuid:proposal_uuid>/take-back/", views.take_back, name="mine_take_back"),
    path("completions/<int:completion_id>/certificate/", views.issue, name="mine_issue"),
    path("certificates/<uuid:certificate_uuid>/", views.certificate, name="mine_certificate"),
    path("shares/", shares.shares, name="mine_shares"),
    path("shares/<uuid:share_uuid>/end/", shares.end, name="mine_share_end"),
    path("passport/statement.json", proofs.statement, name="mine_statement"),
    path("certificates/<uuid:certificate_uuid>/prove/", proofs.prove, name="mine_prove"),
    path("certificates/<uuid:certificate_uuid>/reissue/", proofs.reissue, name="mine_reissue"),
    path("certificates/<uuid:certificate_uuid>.jwt", proofs.token, name="mine_certificate_jwt"),
    path("certificates/<uuid:certificate_uuid>.pdf", views.certificate_pdf, name="mine_certificate_pdf"),
    path("certificates/<uuid:certificate_uuid>.json", views.certificate_json, name="mine_certificate_json"),
]
