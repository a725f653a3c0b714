from django.urls import path

from xueqiao.channels.web.points import desk, hours, mine

urlpatterns = [
    path("mine/points/", mine.overview, name="points_mine"),
    path("centre/rewards/", desk.rewards, name="points_rewards"),
    path("centre/rewards/counter/", desk.counter, name="points_counter"),
    path("centre/volunteers/", hours.desk, name="points_hours"),
]
