from django.urls import path

from xueqiao.channels.web.authority import approvals, certificates, credits, rules, views

urlpatterns = [
    path("", views.dashboard, name="authority_dashboard"),
    path("approvals/", approvals.inbox, name="authority_approvals"),
    path("approvals/<str:code>/approve/", approvals.approve, name="authority_approve"),
    path("approvals/<str:code>/return/", approvals.give_back, name="authority_give_back"),
    path("credits/", credits.desk, name="authority_credits"),
    path("credits/<uuid:recognition_uuid>/ask/", credits.ask, name="authority_credit_ask"),
    path("credits/revocations/<uuid:revocation_uuid>/", credits.decide, name="authority_credit_decide"),
    path("credits/ending/<uuid:expiry_uuid>/restore/", credits.restore, name="authority_credit_restore"),
    path("certificates/", certificates.desk, name="authority_certificates"),
    path("certificates/changes/<uuid:change_uuid>/", certificates.decide, name="authority_certificate_decide"),
    path("certificates/<uuid:certificate_uuid>/suspend/", certificates.suspend, name="authority_certificate_suspend"),
    path("certificates/<uuid:certificate_uuid>/lift/", certificates.lift, name="authority_certificate_lift"),
    path("certificates/<uuid:certificate_uuid>/ask/", certificates.ask, name="authority_certificate_ask"),
    path("certificates/<str:code>/", certificates.certificate, name="authority_certificate"),
    path("rules/", rules.rule_list, name="authority_rules"),
    path("rules/new/", rules.edit, name="authority_rule_edit"),
    path("rules/replay/", rules.replay, name="authority_rules_replay"),
    path("rules/<str:code>/<int:version>/", rules.rule_version, name="authority_rule"),
    path("rules/<str:code>/<int:version>/advance/", rules.advance, name="authority_rule_advance"),
    path("rules/<str:code>/<int:version>/compare/<int:other>/", rules.compare, name="authority_rule_compare"),
    path("<slug:indicator>/<str:region>/", views.board, name="authority_board"),
    path("<slug:indicator>/<str:region>/evidence/", views.evidence, name="authority_evidence"),
    path("<slug:indicator>/<str:region>/export.xlsx", views.export, name="authority_export"),
]
