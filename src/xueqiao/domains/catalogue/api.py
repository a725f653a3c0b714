"""The door of the catalogue: what can be learned, and search in Chinese."""

from xueqiao.domains.catalogue.actions.index_courses import index_courses
from xueqiao.domains.catalogue.actions.publish_course import publish_course
from xueqiao.domains.catalogue.errors import BadCourse, UnknownCourse, UnknownUnit
from xueqiao.domains.catalogue.queries import courses_by_category, find_courses, get_course, get_unit, units_of
from xueqiao.domains.catalogue.search.documents import document_tokens, learn_words
from xueqiao.domains.catalogue.search.queries import (
    SearchTerms,
    as_query,
    parse_search,
    weighted,
    with_typo_corrected,
)
from xueqiao.domains.catalogue.values import AUDIENCES, CATEGORIES, CourseHit, CourseView, UnitView

__all__ = [
    "AUDIENCES",  # who a course may be for: code -> words
    "CATEGORIES",  # the six categories of courses
    "BadCourse",
    "CourseHit",
    "CourseView",
    "SearchTerms",
    "UnitView",
    "UnknownCourse",
    "UnknownUnit",
    "as_query",  # the text of a tsquery as a database expression
    "courses_by_category",  # published courses by category and code, paged
    "document_tokens",  # the text of a tsvector for one document
    "find_courses",  # courses that a search text finds, best first
    "get_course",  # the published course of a code, or UnknownCourse
    "get_unit",  # one unit with its text, or UnknownUnit
    "index_courses",  # write what search knows of courses; after loading or changing them
    "learn_words",  # add the words of titles and names to the vocabulary that corrects typos
    "parse_search",  # what somebody typed, as tsquery texts; None when nothing to look for
    "publish_course",  # put a course into the catalogue or change it; findable at once
    "units_of",  # the units of a course in order, without texts
    "weighted",  # a tsquery narrowed to weights of tokens
    "with_typo_corrected",  # the same terms with an attempt that puts one typo right
]
