"""Pure rules of taking many wishes at once."""

from collections.abc import Sequence

from xueqiao.domains.enrolment.values.seats import HoldRequest


def in_waves(requests: Sequence[HoldRequest]) -> list[list[int]]:
    """Return the positions of the requests in waves: inside one, nobody's answer can depend on another's.

    Two requests for one person, or with one form number of one agent, go into different waves, in order of arrival; all
    others into the first. Inside a wave only seats are shared, and those are ranked by arrival. So the whole is what
    single holds would have done, wave by wave.
    """
    waves: list[list[int]] = []
    next_of: dict[object, int] = {}
    for position, request in enumerate(requests):
        person, form = ("person", request.person_id), ("form", request.agent_id, request.request_key)
        wave = max(next_of.get(person, 0), next_of.get(form, 0))
        next_of[person] = next_of[form] = wave + 1
        if wave == len(waves):
            waves.append([])
        waves[wave].append(position)
    return waves
