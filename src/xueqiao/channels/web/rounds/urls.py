from django.urls import path

from xueqiao.channels.web.rounds import counter, desk, interviews, staff, views

urlpatterns = [
    path("", views.rounds_list, name="rounds_list"),
    path("papers/", views.papers, name="rounds_papers"),
    path("entries/<uuid:entry_uuid>/", views.entry_page, name="rounds_entry"),
    path("entries/<uuid:entry_uuid>/change/", views.change, name="rounds_change"),
    path("entries/<uuid:entry_uuid>/invite/", views.invite, name="rounds_invite"),
    path("entries/<uuid:entry_uuid>/answer/", views.answer, name="rounds_answer"),
    path("entries/<uuid:entry_uuid>/leave/", views.leave, name="rounds_leave"),
    path("entries/<uuid:entry_uuid>/interview/", interviews.book, name="rounds_interview"),
    path("interviews/<uuid:interview_uuid>/", interviews.judge, name="rounds_judge"),
    path("kit/", desk.kit, name="rounds_kit"),
    path("kit/register/", desk.register, name="rounds_kit_register"),
    path("kit/withdraw/", desk.withdraw, name="rounds_kit_withdraw"),
    path("kit/sync/", desk.sync, name="rounds_kit_sync"),
    path("staff/", staff.rounds_page, name="rounds_staff"),
    path("staff/plan/", staff.plan, name="rounds_plan"),
    path("staff/<str:code>/", staff.round_page, name="rounds_staff_round"),
    path("staff/<str:code>/interviews/", interviews.desk, name="rounds_interviews"),
    path("staff/<str:code>/open/", staff.open_round, name="rounds_open"),
    path("staff/<str:code>/cancel/", staff.cancel_round, name="rounds_cancel"),
    path("staff/<str:code>/counter/", counter.counter, name="rounds_counter"),
    path("staff/<str:code>/paper/", desk.paper, name="rounds_paper"),
    path("staff/<str:code>/bulk/", desk.bulk, name="rounds_bulk"),
    path("staff/<str:code>/late/<uuid:late_uuid>/", staff.decide_late, name="rounds_decide_late"),
    path("<str:code>/", views.round_page, name="rounds_round"),
    path("<str:code>/return/", views.go_on, name="rounds_return"),
    path("<str:code>/enter/", views.enter, name="rounds_enter"),
]
