from django.urls import path

from xueqiao.channels.web.authority import views

urlpatterns = [
    path("", views.dashboard, name="authority_dashboard"),
    path("<slug:indicator>/<str:region>/", views.board, name="authority_board"),
    path("<slug:indicator>/<str:region>/evidence/", views.evidence, name="authority_evidence"),
    path("<slug:indicator>/<str:region>/export.xlsx", views.export, name="authority_export"),
]
