"""Pure rules of enterprises: the credit code, what an order costs, whom it is for, what a bank line is for, what was
earned so far."""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO

from xueqiao.domains.demand.errors import BankFileBroken, PhoneNamedOtherwise, PhoneTwice, TooManyLearners
from xueqiao.domains.demand.values import BankEntry, CheckedLearner, LearnerLine, Match, OpenBill

# GB 32100-2015, 6.5: the alphabet leaves out I, O, S, V and Z; weights are powers of 3 modulo 31.
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AMOUNT_FEN_MAX = 10**12
_HEADINGS = {
    "reference": ("流水号", "交易流水号", "reference"),
    "day": ("日期", "交易日期", "day"),
    "payer": ("对方户名", "付款人", "付款方", "payer"),
    "amount": ("金额", "贷方金额", "收入金额", "amount"),
    "words": ("附言", "摘要", "用途", "words"),
}


def credit_check_letter(first_17: str) -> str:
    """Return the 18th letter of a unified social credit code. Raises ValueError for letters that cannot stand in one.

    Source: GB 32100-2015 法人和其他组织统一社会信用代码编码规则, 6.5: C18 = 31 - (sum Ci x 3^(i-1)) mod 31,
    where 31 counts as 0.
    """
    if len(first_17) != 17:
        raise ValueError("the check letter is reckoned from 17 letters")
    total = sum(CREDIT_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(first_17))
    return CREDIT_LETTERS[(31 - total % 31) % 31]


def is_credit_code(text: str) -> bool:
    """True for 18 letters of the code's alphabet whose last one is the check letter of the others."""
    if len(text) != 18 or any(letter not in CREDIT_LETTERS for letter in text):
        return False
    return credit_check_letter(text[:17]) == text[17]


def order_price_fen(*, per_learner_fen: int, learners: int) -> int:
    """Return what a class ordered for so many learners costs: the price by rule, without the public subsidy.

    Source: 领域规则第 10 节（订单式培训：企业出资，按人报价）.
    """
    if per_learner_fen < 0 or learners < 1:
        raise ValueError("an order is for one learner or more")
    return per_learner_fen * learners


def earned_so_far(amount_fen: int, *, held: int, meetings: int) -> int:
    """Return what an institution has earned of a bill after so many held meetings: the even part, rounded down.

    The last meeting earns all of the rest. Without a meeting nothing is earned.
    """
    if not 0 <= held <= meetings or amount_fen < 0:
        raise ValueError("held meetings are among all of them")
    return amount_fen * held // meetings if meetings else 0


def match_line(entry: BankEntry, bills: Sequence[OpenBill]) -> Match:
    """Say what a bank line is for: the bill whose number stands in its words, else the only open bill of its payer.

    exact: what is left of it; partial: less; surplus: more. Two numbers, two bills of a payer, or none: unknown, for a
    person to decide.
    """
    named = [bill for bill in bills if bill.code in _letters(entry.words)]
    if not named:
        payer = _plain(entry.payer)
        named = [bill for bill in bills if payer and _plain(bill.enterprise_name) == payer]
        named = [bill for bill in named if bill.left_fen > 0]
    if len(named) != 1:
        return Match("unknown", None)
    bill = named[0]
    if entry.amount_fen == bill.left_fen:
        return Match("exact", bill.order_id)
    return Match("partial" if entry.amount_fen < bill.left_fen else "surplus", bill.order_id)


def entries_of(text: str) -> list[BankEntry]:
    """Return the incoming lines of a bank's CSV file with a heading of 流水号, 日期, 对方户名, 金额, 附言.

    Money that left (an amount below zero) is no business of ours and left out. Raises BankFileBroken naming the line.
    """
    rows = list(csv.reader(StringIO(text.lstrip("\ufeff"))))
    if not rows:
        raise BankFileBroken(line=1, what="文件是空的")
    columns = _columns([cell.strip() for cell in rows[0]])
    found: list[BankEntry] = []
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        entry = _entry(row, columns, number)
        if entry.amount_fen <= 0:
            continue
        if entry.reference in seen:
            raise BankFileBroken(line=number, what="流水号和前面的重复")
        seen.add(entry.reference)
        found.append(entry)
    return found


def _columns(heading: Sequence[str]) -> dict[str, int]:
    columns = {}
    for name, words in _HEADINGS.items():
        places = [place for place, cell in enumerate(heading) if cell.lower() in words]
        if not places:
            raise BankFileBroken(line=1, what=f"表头里没有“{words[0]}”")
        columns[name] = places[0]
    return columns


def _entry(row: Sequence[str], columns: dict[str, int], number: int) -> BankEntry:
    if len(row) <= max(columns.values()):
        raise BankFileBroken(line=number, what="列数比表头少")
    cells = {name: row[place].strip() for name, place in columns.items()}
    if not 1 <= len(cells["reference"]) <= 64:
        raise BankFileBroken(line=number, what="没有流水号")
    return BankEntry(
        cells["reference"],
        _day(cells["day"], number),
        cells["payer"][:80],
        _fen(cells["amount"], number),
        cells["words"][:120],
    )


def _day(text: str, number: int) -> date:
    digits = re.sub(r"[-/.年月日]", "", text)
    try:
        return (
            date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else date.fromisoformat(text)
        )
    except ValueError as failure:
        raise BankFileBroken(line=number, what="日期要写成 2026-03-05 这样") from failure


def _fen(text: str, number: int) -> int:
    plain = text.replace(",", "").replace("￥", "").replace("¥", "")
    if not re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,2})?", plain):
        raise BankFileBroken(line=number, what="金额要写成 1234.50 这样")
    whole, _dot, part = plain.lstrip("-").partition(".")
    fen = int(whole) * 100 + int(part.ljust(2, "0") or "0")
    return -fen if plain.startswith("-") else fen


def _letters(words: str) -> set[str]:
    """The words a number could stand in: every run of letters and digits, in capitals."""
    return set(re.findall(r"[A-Z0-9]+", words.upper()))


def _plain(name: str) -> str:
    """A firm's name without spaces and with one kind of brackets."""
    return re.sub(r"\s", "", name).replace("(", "（").replace(")", "）")


_PHONE_IN_LINE = re.compile(r"(\+?[0-9][0-9 \-]{1,16}[0-9])")
_BETWEEN = " \t,，、;；:：|"


def learner_lines_of(text: str) -> list[LearnerLine]:
    """Return the people of pasted lines: 姓名 手机号 岗位, one a line, numbered as they stand; empty lines count."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        before, *rest = _PHONE_IN_LINE.split(line, maxsplit=1)
        phone, after = rest or ("", "")
        found.append(LearnerLine(number, before.strip(_BETWEEN), phone, after.strip(_BETWEEN)))
    return found


def judged_learners(lines: Sequence[CheckedLearner], known: Mapping[str, str], *, most: int) -> list[CheckedLearner]:
    """Say of each cleaned line whether it fits a list; known: name by phone on the list; most: so many may stand there.

    Who stands there already under the same name is fine and takes no further place.
    """
    judged, seen, places = [], dict[str, int](), most - len(known)
    for checked in lines:
        line, problem, is_known = checked.line, checked.problem, False
        if problem is None and line.phone in seen:
            problem = PhoneTwice(line=seen[line.phone])
        elif problem is None and line.phone in known:
            is_known = known[line.phone] == line.name
            problem = None if is_known else PhoneNamedOtherwise(name=known[line.phone])
        elif problem is None:
            places -= 1
            problem = TooManyLearners(most=most) if places < 0 else None
        if problem is None:
            seen.setdefault(line.phone, line.number)
        judged.append(CheckedLearner(line, problem, is_known))
    return judged


def held_account(order_id: int) -> str:
    """What an enterprise paid for an order and waits until meetings are held."""
    return f"order:{order_id}:held"


def excess_account(order_id: int) -> str:
    """What came above the bill and is on its way back."""
    return f"order:{order_id}:excess"


UNKNOWN_ACCOUNT = "transfer:unknown"  # money at the bank that nobody could place yet
