from django.urls import path

from xueqiao.channels.web.family import views

urlpatterns = [
    path("", views.people_page, name="family_people"),
    path("add/", views.add, name="family_add"),
    path("child/", views.child, name="family_child"),
    path("self/", views.be_self, name="family_self"),
    path("<uuid:link_uuid>/confirm/", views.confirm, name="family_confirm"),
    path("<uuid:link_uuid>/act/", views.act, name="family_act"),
    path("<uuid:link_uuid>/cap/", views.cap, name="family_cap"),
    path("<uuid:link_uuid>/consent/", views.consent, name="family_consent"),
    path("<uuid:link_uuid>/end/", views.end, name="family_end"),
]
