from django.db import models

from xueqiao.domains.classes.models import Session
from xueqiao.domains.enrolment.models.seats import Place


class LeaveRight(models.Model):
    """A moved or added meeting collides with another class of the learner: she may leave, and every meeting not yet
    given is paid back, until that meeting is over. One per place and meeting; a further move judges anew.
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="leave_rights")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    valid_until = models.DateTimeField()
    words = models.CharField(max_length=120)  # the meeting in the way, as people read it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "session"], name="leave_right_once")]
