"""Pure rules of what a class costs a learner. Whole fen; a class hour is 45 minutes.

Source: 领域规则第 6 节：收费 = 课时 x 单位成本；单位成本 =（教师报酬 + 场地 + 材料 + 平台）/ 预计付费学员 - 补贴；
分 20、30、40 元三档.
"""

from collections.abc import Mapping, Sequence


def unit_cost_fen(parts_fen: Mapping[str, int], *, learners: int, subsidy_fen: int = 0) -> int:
    """Return the cost per learner and class hour: all parts shared by the paying learners, less the grant.

    Rounded up to the fen, so that the class is never short; never below zero.
    """
    if learners < 1 or subsidy_fen < 0 or any(part < 0 for part in parts_fen.values()):
        raise ValueError("costs are shared by one learner or more")
    return max(0, -(-sum(parts_fen.values()) // learners) - subsidy_fen)


def band_for(cost_fen: int, bands_fen: Sequence[int]) -> int:
    """Return the lowest band that covers the cost, else the highest: no class is charged above the written bands."""
    if not bands_fen:
        raise ValueError("there are no bands")
    return next((band for band in sorted(bands_fen) if band >= cost_fen), max(bands_fen))
