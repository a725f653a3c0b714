import pytest

from tests.worlds.small_county import add_person, small_county
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import Person
from xueqiao.domains.people.rules import person_key
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


def test_a_name_and_a_number_together_mean_one_person_or_nobody(settings, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    small_county()
    one = add_person("吴一", phone="13900000009", with_account=False)
    two = add_person("吴二", phone="13900000009", with_account=False)
    same = [add_person("吴三", phone="13900000008", with_account=False) for _ in range(2)]
    id_number = "32092419900101001X"
    Person.objects.within(Scope.everything("test")).filter(pk=one.pk).update(
        person_key=person_key(settings.SECRET_KEY, id_number)
    )
    pairs = [
        ("吴一", "13900000009"),  # a phone shared by two: the name says whose
        ("吴二", "+86 139-0000-0009"),
        ("吴三", "13900000008"),  # two of one name: nobody
        ("吴三", same[1].code),
        ("吴一", id_number.lower()),
        ("吴二", id_number),
        ("吴一", two.code),
        ("吴一", ""),
    ]
    with django_assert_num_queries(1):
        answers = people.persons_meant(pairs)
    assert answers == [one.pk, two.pk, None, same[1].pk, one.pk, None, None, None]


def test_a_merged_record_is_no_longer_meant() -> None:
    small_county()
    gone, kept = add_person("吴四"), add_person("吴四")
    Person.objects.within(Scope.everything("test")).filter(pk=gone.pk).update(merged_into=kept)
    assert people.persons_meant([("吴四", gone.code), ("吴四", kept.code)]) == [None, kept.pk]
