from django.urls import path

from xueqiao.channels.web.points import desk, hours, mine, pot, time_bank

urlpatterns = [
    path("mine/points/", mine.overview, name="points_mine"),
    path("centre/rewards/", desk.rewards, name="points_rewards"),
    path("centre/rewards/counter/", desk.counter, name="points_counter"),
    path("centre/volunteers/", hours.desk, name="points_hours"),
    path("centre/volunteers/time-bank/", time_bank.desk, name="points_time_bank"),
    path("centre/rewards/pot/", pot.desk, name="points_pot"),
    path("open/pot/", pot.public, name="public_pot"),
]
