"""The door of indicators."""

from xueqiao.domains.indicators.actions.compute_figures import compute_figures  # recounts a year from the records
from xueqiao.domains.indicators.actions.count_participation import count_participation  # moves figures by one person
from xueqiao.domains.indicators.actions.export_board import export_board  # a board to take out, audited
from xueqiao.domains.indicators.errors import NoFigureYet, PeriodNotReadable, RegionOutsideYourDuty, UnknownIndicator
from xueqiao.domains.indicators.queries import (
    access_board,  # one unit and its children, for its officers
    access_evidence,  # what stands behind a figure
    access_tiles,  # all indicators of one unit
    definitions,  # the indicators and their definitions
    figure_of,  # one figure, for jobs
    get_definition,  # one definition
    published_figures,  # what anybody may see
    read_period,  # a year from typed text
)
from xueqiao.domains.indicators.values import (
    ELDERLY_PARTICIPATION,
    STANDARD_CENTRES,
    TOWNSHIP_COVERAGE,
    Board,
    Definition,
    EvidencePage,
    EvidenceRow,
    FigureView,
    Measure,
    PublicFigure,
    Recount,
)

__all__ = [
    "ELDERLY_PARTICIPATION",
    "STANDARD_CENTRES",
    "TOWNSHIP_COVERAGE",
    "Board",
    "Definition",
    "EvidencePage",
    "EvidenceRow",
    "FigureView",
    "Measure",
    "NoFigureYet",
    "PeriodNotReadable",
    "PublicFigure",
    "Recount",
    "RegionOutsideYourDuty",
    "UnknownIndicator",
    "access_board",
    "access_evidence",
    "access_tiles",
    "compute_figures",
    "count_participation",
    "definitions",
    "export_board",
    "figure_of",
    "get_definition",
    "published_figures",
    "read_period",
]
