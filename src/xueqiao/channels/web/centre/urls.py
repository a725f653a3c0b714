from django.urls import path

from xueqiao.channels.web.centre import assistants, batch, boards, changes, copies, seats, small, timetables, views

urlpatterns = [
    path("", views.today, name="centre_today"),
    path("links/<uuid:link_uuid>/confirm/", views.confirm_link, name="centre_confirm_link"),
    path("open/", views.open_class, name="centre_open"),
    path("open/all/", copies.copy_all, name="centre_copy_all"),
    path("open/list/", batch.batch, name="centre_batch"),
    path("open/list/empty.xlsx", batch.template, name="centre_batch_template"),
    path("drafts/", copies.drafts, name="centre_drafts"),
    path("runs/<str:code>/", views.run_page, name="centre_run"),
    path("board/", boards.timetable_board, name="centre_board"),
    path("rooms/board/", boards.room_board, name="centre_room_board"),
    path("small/", small.small, name="centre_small"),
    path("runs/<str:code>/open-anyway/", small.open_anyway, name="centre_open_anyway"),
    path("runs/<str:code>/merge/", small.merge, name="centre_merge"),
    path("runs/<str:code>/cancel/", changes.cancel_run, name="centre_cancel"),
    path("runs/<str:code>/assistants/", assistants.assistants, name="centre_assistants"),
    path("runs/<str:code>/seats/", seats.seats_page, name="centre_seats"),
    path("sessions/<int:session_id>/", changes.session_page, name="centre_session"),
    path("runs/<str:code>/publish/", views.publish, name="centre_publish"),
    path("timetable/", timetables.ask, name="centre_timetable_ask"),
    path("timetable/<uuid:uuid>/", timetables.show, name="centre_timetable"),
    path("timetable/<uuid:uuid>/accept/", timetables.accept, name="centre_timetable_accept"),
    path("timetable/<uuid:uuid>/drop/", timetables.drop, name="centre_timetable_drop"),
]
