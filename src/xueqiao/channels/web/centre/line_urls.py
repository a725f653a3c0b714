"""Waiting lists, the calls about offered seats, and numbers of waiting rooms taken at the desk."""

from django.urls import path

from xueqiao.channels.web.centre import absences, lines, numbers

urlpatterns = [
    path("runs/<str:code>/line/", lines.line_page, name="centre_line"),
    path("runs/<str:code>/line/<uuid:move_uuid>/", lines.decide_move, name="centre_line_move"),
    path("absences/", absences.absences_page, name="centre_absences"),
    path("absences/<uuid:case_uuid>/", absences.keep_seat, name="centre_absence_keep"),
    path("numbers/", numbers.board, name="centre_numbers"),
    path("calls/", lines.calls_page, name="centre_calls"),
    path("calls/<uuid:offer_uuid>/", lines.record_call, name="centre_call"),
]
