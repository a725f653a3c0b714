from hypothesis import given
from hypothesis import strategies as st

from xueqiao.domains.enrolment.rules.paper import PaperForm, form_text, read_forms

ROUND = "L00000018"


def read(text, classes=5):
    return read_forms(text, round_code=ROUND, classes=classes)


def test_what_a_form_says_is_what_is_read():
    assert form_text(ROUND, "32090001") == "XQ1/L00000018/32090001"
    assert read(form_text(ROUND, "32090001") + " 2 1") == [PaperForm(1, "32090001", (2, 1))]


def test_a_scanner_ends_a_line_and_the_clerk_types_the_next():
    typed = f"{form_text(ROUND, '32090001')}\n3，1 2\n{form_text(ROUND)}\n32090002 4\nxq1/l00000018/32090003\n5\n"
    assert read(typed) == [
        PaperForm(1, "32090001", (3, 1, 2)),
        PaperForm(3, "32090002", (4,)),
        PaperForm(5, "32090003", (5,)),
    ]


def test_every_fault_is_told_on_its_form():
    faults = {
        "1 2": "这一行前面没有扫表上的码",
        "XQ1/L00000026/32090001 1": "这张表是另一轮的",
        f"{form_text(ROUND)} 1": "没有学员号",
        f"{form_text(ROUND, '32090001')} 古筝": "志愿要写班的序号，例如 2 1",
        f"{form_text(ROUND, '32090001')}": "没有填志愿",
        f"{form_text(ROUND, '32090001')} 6": "班的序号是 1 到 5",
        f"{form_text(ROUND, '32090001')} 0": "班的序号是 1 到 5",
        f"{form_text(ROUND, '32090001')} 2 2": "同一个班写了两次",
    }
    for typed, fault in faults.items():
        assert read(typed)[0].fault == fault, typed


def test_a_fault_does_not_swallow_the_next_form():
    forms = read(f"{form_text(ROUND, '32090001')} 9\n{form_text(ROUND, '32090002')} 1")
    assert [(form.learner_code, bool(form.fault)) for form in forms] == [("32090001", True), ("32090002", False)]


@given(st.text(max_size=200))
def test_anything_may_be_typed(text):
    assert all(form.fault or form.choices for form in read(text))


@given(st.lists(st.tuples(st.from_regex(r"[0-9]{8}", fullmatch=True), st.permutations([1, 2, 3])), max_size=20))
def test_forms_in_a_heap_are_read_one_by_one(heap):
    typed = "\n".join(f"{form_text(ROUND, code)} {' '.join(map(str, wishes))}" for code, wishes in heap)
    assert [(form.learner_code, form.choices) for form in read(typed)] == [(c, tuple(w)) for c, w in heap]
