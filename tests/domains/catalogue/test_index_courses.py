from tests.worlds.small_county import add_course
from xueqiao.domains.catalogue.api import find_courses, index_courses
from xueqiao.domains.catalogue.models import Course, SearchDocument, SearchWord


def test_a_changed_title_is_found_by_its_new_name_only(db):
    course = add_course("C301", "太极拳")
    assert index_courses(codes=["C301"]) == 1
    Course.objects.filter(id=course.id).update(title="八段锦")
    index_courses(codes=["C301"])
    assert [hit.course.code for hit in find_courses("八段锦")] == ["C301"]
    assert find_courses("太极拳") == []
    assert SearchDocument.objects.count() == 1


def test_it_can_be_repeated(db):
    add_course("C301", "太极拳")
    index_courses()
    words = SearchWord.objects.count()
    assert words > 0
    assert index_courses() == 1
    assert SearchWord.objects.count() == words
