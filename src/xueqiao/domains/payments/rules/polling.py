"""When a gateway is asked about a payment whose message has not come. Pure."""

from datetime import datetime, timedelta

FIRST = timedelta(seconds=20)
LONGEST = timedelta(minutes=4)  # below the five minutes within which every payment must be seen
GIVE_UP_AFTER = timedelta(days=3)  # the daily files have told by then


def next_ask(*, started_at: datetime, asks: int, now: datetime) -> datetime | None:
    """Return when to ask next after `asks` questions: waits of 20 s, 40 s, 80 s, then every four minutes.

    Source: WeChat Pay's advice to ask again after 5, 30, 60 s and on when no notification came; the limit of four
    minutes is ours, so that no paid seat waits longer than five. None three days after the start: a person looks then.
    """
    if now - started_at >= GIVE_UP_AFTER:
        return None
    return now + min(FIRST * 2 ** min(asks, 8), LONGEST)
