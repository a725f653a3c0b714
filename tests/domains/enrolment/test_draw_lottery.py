"""What the draw promises, on made-up draws: the order of entering is nothing, no seat too many, nobody is passed by."""

import random
from collections import Counter
from hashlib import sha256

import pytest

from tests.domains.enrolment.small_draws import BUCKETS, ballot_of, make_draw, publish_by_steps
from xueqiao.domains.enrolment.draws import lottery, merkle
from xueqiao.domains.enrolment.draws.fingerprint import CHARACTERS, fingerprint
from xueqiao.domains.enrolment.draws.folder import Ticket, pseudonym_of, read_classes, write_entries
from xueqiao.domains.enrolment.draws.lottery import NOTHING, Ballot, Desk
from xueqiao.domains.enrolment.draws.sources import ValueUnreadable, beacon_randomness, write_value


def ballot(*tickets, stride=3) -> Ballot:
    """Tickets as (size, weight, bucket mask, wishes); pseudonyms by position."""
    made = Ballot(stride)
    for at, (size, weight, mask, wishes) in enumerate(tickets):
        made.add(at.to_bytes(32, "big"), size, weight, mask, wishes)
    return made


def in_order(made: Ballot, *indexes: int):
    from array import array

    return array("I", indexes or range(len(made)))


def test_the_order_of_entering_changes_nothing(tmp_path):
    made = make_draw(11, tickets=50)
    seen = set()
    for turn in range(5):
        random.Random(turn).shuffle(made.tickets)
        _folder, frozen, drawn = publish_by_steps(made, tmp_path / str(turn))
        seen.add((frozen.list_root, drawn.result_hash))
    assert len(seen) == 1


@pytest.mark.parametrize("number", range(40))
def test_no_seat_too_many_and_nobody_is_passed_by(tmp_path, number):
    made = make_draw(number)
    _folder, _frozen, drawn = publish_by_steps(made, tmp_path)
    frozen, outcome = ballot_of(made, tmp_path), drawn.outcome
    assert sorted(outcome.order) == list(range(len(frozen)))
    used = Counter()
    for at, desk in enumerate(outcome.won):
        if desk != NOTHING:
            used[desk] += frozen.sizes[at]
            assert frozen.wishes[frozen.stride * at + outcome.ranks[at] - 1] == desk
    assert all(used[at] <= desk.seats for at, desk in enumerate(made.desks))
    assert sum(used.values()) == outcome.seats_given
    for at in range(len(frozen)):  # a single without a place: every class she wished is full
        if outcome.won[at] == NOTHING and frozen.sizes[at] == 1:
            wished = [w for w in frozen.wishes[at * frozen.stride : (at + 1) * frozen.stride] if w != NOTHING]
            assert all(used[desk] == made.desks[desk].seats for desk in wished)


def test_kept_seats_go_first_to_their_bucket_and_then_to_everybody():
    desk = Desk("A", 3, (2, 0, 0, 0))  # two seats for newcomers, one open
    others = [(1, 1, 0, [0])] * 3
    newcomers = [(1, 1, 1, [0])] * 2
    made = ballot(*others, *newcomers)
    full = lottery.take_turns(made, [desk], in_order(made))
    assert list(full.won) == [0, NOTHING, NOTHING, 0, 0] and full.passes == 1
    alone = ballot(*others, newcomers[0])
    shared = lottery.take_turns(alone, [desk], in_order(alone))
    assert list(shared.won) == [0, 0, NOTHING, 0] and shared.passes == 2  # the seat nobody claimed is the second's


def test_a_newcomer_drawn_early_takes_a_kept_seat_so_that_the_share_is_a_floor():
    desk = Desk("A", 2, (1, 0, 0, 0))
    made = ballot((1, 1, 1, [0]), (1, 1, 0, [0]), (1, 1, 1, [0]))
    assert list(lottery.take_turns(made, [desk], in_order(made)).won) == [0, 0, NOTHING]


def test_several_buckets_are_taken_in_the_published_order():
    desk = Desk("A", 2, (1, 1, 0, 0))
    both, second_only = (1, 1, 0b11, [0]), (1, 1, 0b10, [0])
    made = ballot(both, second_only)
    assert list(lottery.take_turns(made, [desk], in_order(made)).won) == [0, 0]


def test_a_group_goes_in_whole_or_to_its_next_wish():
    desks = [Desk("A", 3, (0,)), Desk("B", 2, (0,))]
    made = ballot((2, 1, 0, [0]), (2, 1, 0, [0, 1]), (1, 1, 0, [0]))
    done = lottery.take_turns(made, desks, in_order(made))
    assert list(done.won) == [0, 1, 0] and list(done.ranks) == [1, 2, 1] and done.seats_given == 5


def test_a_group_may_fill_kept_and_open_seats_together():
    made = ballot((3, 1, 1, [0]))
    assert list(lottery.take_turns(made, [Desk("A", 3, (1,))], in_order(made)).won) == [0]
    other = ballot((3, 1, 0, [0]), (1, 1, 1, [0]))
    assert list(lottery.take_turns(other, [Desk("A", 3, (1,))], in_order(other)).won) == [NOTHING, 0]


def test_who_named_true_wishes_never_loses_by_it():
    """No other list of wishes gives a better class by the true ranking, for every ticket, in draws without quotas."""
    for number in range(30):
        chance = random.Random(number)
        desks = [Desk(f"C{n}", chance.randint(1, 3), (0,)) for n in range(3)]
        truth = [chance.sample(range(3), 3) for _ in range(8)]
        order = chance.sample(range(8), 8)

        def got(wishes, at, desks=desks, order=order):
            made = ballot(*[(1, 1, 0, w) for w in wishes])
            return lottery.take_turns(made, desks, in_order(made, *order)).won[at]

        for at in range(8):
            value = {desk: 3 - rank for rank, desk in enumerate(truth[at])} | {NOTHING: 0}
            honest = value[got(truth, at)]
            for lie in ([0], [1], [2], [0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]):
                assert value[got([*truth[:at], lie, *truth[at + 1 :]], at)] <= honest


def test_first_place_falls_by_weight():
    """Weights 1, 2, 3: the heaviest is first in half of the draws. 6,000 seeds, 5 standard deviations."""
    made = ballot((1, 1, 0, [0]), (1, 2, 0, [0]), (1, 3, 0, [0]))
    first = Counter(lottery.drawn_order(made, sha256(b"%d" % n).digest())[0] for n in range(6000))
    for at, expected in ((0, 1000), (1, 2000), (2, 3000)):
        assert abs(first[at] - expected) < 5 * (expected * (1 - expected / 6000)) ** 0.5


def test_the_smallest_ball_is_the_weighted_draw_one_after_another():
    """Second place after the heaviest was first: 1 to 2 between the others, as if drawn anew among them."""
    made = ballot((1, 1, 0, [0]), (1, 2, 0, [0]), (1, 3, 0, [0]))
    orders = [lottery.drawn_order(made, sha256(b"s%d" % n).digest()) for n in range(6000)]
    second = Counter(order[1] for order in orders if order[0] == 2)
    total = sum(second.values())
    assert abs(second[1] - total * 2 / 3) < 5 * (total * 2 / 9) ** 0.5


def test_any_line_is_proved_by_its_path_and_no_other():
    for count in (1, 2, 3, 5, 8, 13, 64, 65, 200):
        leaves = [merkle.leaf(b"line %d" % n) for n in range(count)]
        top = merkle.root(leaves)
        for at in {0, count // 2, count - 1}:
            partners = merkle.path(leaves, at)
            assert merkle.climb(leaves[at], at, count, partners) == top
            assert merkle.climb(merkle.leaf(b"another"), at, count, partners) != top
            assert merkle.climb(leaves[at], at, count, [*partners, bytes(32)]) is None
            if count > 1:
                assert merkle.climb(leaves[at], (at + 1) % count, count, partners) != top


def test_blocks_of_the_list_are_subtrees_of_the_same_tree(tmp_path):
    tickets = [Ticket(n, pseudonym_of(b"s" * 16, f"E{n}"), 1, 1, [], ["A"]) for n in range(1, 151)]
    frozen = write_entries(tickets, tmp_path / "entries.csv")
    lines = (tmp_path / "entries.csv").read_bytes().split(b"\n")[1:-1]
    assert frozen.root == merkle.root([merkle.leaf(line) for line in lines])
    assert frozen.people == 150 and sorted(map(int, frozen.keys)) == list(range(1, 151))


def test_classes_are_read_as_they_were_written():
    from xueqiao.domains.enrolment.draws.folder import FolderWrong, classes_bytes

    desks = [Desk("XQ1", 12, (3, 0, 1, 0)), Desk("XQ2", 0, (0, 0, 0, 0))]
    assert read_classes(classes_bytes(desks, BUCKETS)) == (desks, list(BUCKETS))
    with pytest.raises(FolderWrong):
        read_classes(b"class,seats,newcomer\nXQ1,2,3\n")


def test_a_fingerprint_is_said_in_sixteen_syllables_that_differ():
    from pypinyin import lazy_pinyin

    assert len(CHARACTERS) == len({lazy_pinyin(each)[0] for each in CHARACTERS}) == 256
    assert fingerprint(bytes(range(32))) == "爱安八白 半帮宝北 本笔边表 冰波布菜"


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        ("lottery", "3 8 11 20 25 31 + 7", "03 08 11 20 25 31 07"),
        ("lottery", "０３　０８，11、20 25 31|07", "03 08 11 20 25 31 07"),
        ("dice", "36214 55261 34412 65132", "36214552613441265132"),
        ("beacon", "4321 " + "AB" * 48, "4321 " + "ab" * 48),
        (
            "beacon",
            '{"round": 7, "signature": "' + "cd" * 96 + '", "randomness": "' + beacon_randomness("cd" * 96) + '"}',
            "7 " + "cd" * 96,
        ),
    ],
)
def test_two_ways_of_typing_are_one_value(kind, typed, written):
    assert write_value(kind, typed) == written
    assert write_value(kind, written) == written


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("lottery", "03 08 11 20 25"),  # too few outcomes: an operator could try them all
        ("lottery", "03 08 11 20 25 31 七"),
        ("lottery", "103 08 11 20 25 31 07"),
        ("dice", "123456"),
        ("dice", "3621455261344126513" + "7"),
        ("beacon", "4321"),
        ("beacon", "0 " + "ab" * 48),
        ("beacon", '{"round": 7, "signature": "' + "cd" * 96 + '", "randomness": "00"}'),
        ("beacon", "{nonsense"),
    ],
)
def test_what_is_no_value_is_refused_with_words(kind, typed):
    with pytest.raises(ValueUnreadable, match=r"请|信标"):
        write_value(kind, typed)
