from django.db import models

from xueqiao.domains.payments.models.bills import Bill, BillShare


class BillPart(models.Model):
    """One delivery (a meeting) that a bill pays for.

    waiting -> released when it was held; released -> waiting when that is corrected; waiting -> owed when it fell out
    and may be made up; waiting, owed -> returned when its money went back, or -> moved when the learner goes on in
    another class and its money waits for other parts. delivery_id is named by the domain above: payments knows no
    timetable.
    """

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="parts")
    delivery_id = models.BigIntegerField()
    state = models.CharField(max_length=10, default="waiting")
    turn = models.SmallIntegerField(default=0)  # how often it was released; names the transfer
    planned_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill", "delivery_id"], name="part_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "owed", "released", "returned", "moved"]), name="part_state"
            ),
        ]
        indexes = [
            models.Index(fields=["delivery_id"], name="part_delivery"),
            models.Index(fields=["moved_at"], condition=models.Q(state="owed"), name="part_owed"),
        ]


class ShareMove(models.Model):
    """One payer's money that left what is held: append-only, one row per share and transfer.

    kind: released (to the institution's income), taken_back (the correction of a release), returned (to this payer).
    part is empty for money that belongs to no single meeting: refunds by the learner's rule, and rests of rounding.
    """

    share = models.ForeignKey(BillShare, on_delete=models.PROTECT, related_name="moves")
    part = models.ForeignKey(BillPart, null=True, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField()
    transfer_key = models.CharField(max_length=120)
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share", "transfer_key"], name="share_move_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=1), name="share_move_amount"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["released", "taken_back", "returned"]), name="share_move_kind"
            ),
        ]
        indexes = [models.Index(fields=["moved_at"], name="share_move_at")]
