from django.urls import path

from xueqiao.channels.web.enrol import views, waiting

urlpatterns = [
    path("place/<uuid:place_uuid>/check/", views.check, name="enrol_check"),
    path("place/<uuid:place_uuid>/confirm/", views.confirm, name="enrol_confirm"),
    path("place/<uuid:place_uuid>/extend/", views.extend, name="enrol_extend"),
    path("place/<uuid:place_uuid>/release/", views.release, name="enrol_release"),
    path("place/<uuid:place_uuid>/done/", views.done, name="enrol_done"),
    path("place/<uuid:place_uuid>/slip/", views.slip, name="enrol_slip"),
    path("place/<uuid:place_uuid>/undo/", views.undo, name="enrol_undo"),
    path("place/<uuid:place_uuid>/calendar.ics", views.calendar, name="enrol_calendar"),
    path("<str:class_code>/wait/", waiting.wait, name="enrol_wait"),
    path("<str:class_code>/", views.who, name="enrol_who"),
]
