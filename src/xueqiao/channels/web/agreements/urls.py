"""Agreements, and lists of trainees under them."""

from django.urls import path

from xueqiao.channels.web.agreements import clearing, trainees, views

urlpatterns = [
    path("", views.home, name="agreements"),
    path("new/", views.sign, name="agreement_sign"),
    path("list/", trainees.template, name="agreement_template"),
    path("clearing/", clearing.statement, name="clearing"),
    path("clearing.csv", clearing.csv_file, name="clearing_csv"),
    path("<slug:code>/", views.one, name="agreement_one"),
    path("<slug:code>/step/", views.step, name="agreement_step"),
    path("<slug:code>/check/", views.check, name="agreement_check"),
    path("<slug:code>/trainees/", trainees.upload, name="agreement_trainees"),
]
