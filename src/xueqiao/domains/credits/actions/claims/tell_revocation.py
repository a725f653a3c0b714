"""Tell a person that recognised credit was taken back."""

from datetime import datetime

from xueqiao.domains.credits.models import RecognitionRevocation
from xueqiao.domains.credits.queries.corrections import Recognition
from xueqiao.domains.credits.values.amounts import credits_text
from xueqiao.domains.people import api as people


def tell_revocation(*, row: RecognitionRevocation, about: Recognition, now: datetime) -> int:
    """Tell the person, and who acts for her, once; whoever deposited it. Needs a transaction."""
    name, amount = row.person.name, credits_text(about.amount_hundredths)
    return people.notify(
        [
            people.NoticeWanted(
                person_id=row.person_id,
                text=f"{name}的“{about.title}”认定的 {amount} 学分被撤回。原因和办法请问社区教育中心。",
                values={"name": name[:8], "title": about.title[:16], "amount": amount},
                path="/mine/passport/",
            )
        ],
        template="recognition_revoked",
        key=f"recognition_revoked:{row.pk}",
        now=now,
    )
