"""Public draws, receipts, and the staff's steps."""

from django.urls import path

from xueqiao.channels.web.draws import staff, views

urlpatterns = [
    path("draws/script/<str:name>", views.script, name="draw_script"),
    path("draws/<str:code>/", views.show, name="draw_show"),
    path("draws/<str:code>/list/", views.list_lines, name="draw_list"),
    path("draws/<str:code>/result/", views.result_lines, name="draw_result"),
    path("draws/<str:code>/check/", views.check, name="draw_check"),
    path("draws/<str:code>/files/<str:name>", views.file, name="draw_file"),
    path("mine/receipts/<uuid:entry_uuid>/", views.receipt, name="draw_receipt"),
    path("mine/receipts/<uuid:entry_uuid>/file/", views.receipt_file, name="draw_receipt_file"),
    path("centre/draws/", staff.rounds, name="centre_draws"),
    path("centre/draws/<str:code>/", staff.steps, name="centre_draw"),
    path("centre/draws/<str:code>/freeze/", staff.freeze, name="centre_draw_freeze"),
    path("centre/draws/<str:code>/value/", staff.type_value, name="centre_draw_value"),
    path("centre/draws/<str:code>/hold/", staff.hold, name="centre_draw_hold"),
]
