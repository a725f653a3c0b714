from django.urls import path

from xueqiao.channels.web.authority import approvals, views

urlpatterns = [
    path("", views.dashboard, name="authority_dashboard"),
    path("approvals/", approvals.inbox, name="authority_approvals"),
    path("approvals/<str:code>/approve/", approvals.approve, name="authority_approve"),
    path("approvals/<str:code>/return/", approvals.give_back, name="authority_give_back"),
    path("<slug:indicator>/<str:region>/", views.board, name="authority_board"),
    path("<slug:indicator>/<str:region>/evidence/", views.evidence, name="authority_evidence"),
    path("<slug:indicator>/<str:region>/export.xlsx", views.export, name="authority_export"),
]
