from django.urls import path

from xueqiao.channels.web.pay import inside, views

urlpatterns = [
    path("callback/<slug:gateway>/", views.callback, name="pay_callback"),
    path("by/<str:token>/", views.by_link, name="pay_by_link"),
    path("rehearsal/<uuid:payment_uuid>/", views.cashier, name="pay_cashier"),
    path("rehearsal/<uuid:payment_uuid>/payer/", inside.rehearsal_payer, name="pay_payer"),
    path("inside/", inside.show, name="pay_inside"),  # one address: WeChat compares it with the folder entered there
    path("inside/<uuid:payment_uuid>/back/", inside.back, name="pay_inside_back"),
    path("go/<uuid:payment_uuid>/", views.go, name="pay_go"),
    path("result/<uuid:payment_uuid>/", views.result, name="pay_result"),
    path("<uuid:bill_uuid>/", views.bill, name="pay_bill"),
    path("<uuid:bill_uuid>/counter/", views.counter, name="pay_counter"),
    path("<uuid:bill_uuid>/link/", views.link, name="pay_link"),
]
