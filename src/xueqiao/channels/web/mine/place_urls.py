"""Places, offers, waiting."""

from django.urls import path

from xueqiao.channels.web.mine import absences, places

urlpatterns = [
    path("places/", places.places_page, name="mine_places"),
    path("absences/<uuid:case_uuid>/", absences.absence, name="mine_absence"),
    path("offers/<uuid:offer_uuid>/", places.offer_page, name="mine_offer"),
    path("offers/<uuid:offer_uuid>/decline/", places.decline, name="mine_offer_decline"),
    path("waiting/<uuid:entry_uuid>/", places.waiting_page, name="mine_waiting"),
    path("waiting/<uuid:entry_uuid>/leave/", places.leave, name="mine_waiting_leave"),
]
