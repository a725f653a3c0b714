"""`xueqiao credits`: check a rule file, list versions, ask whom a change would touch, work the history out again,
settle a year between institutions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

group = typer.Typer(no_args_is_help=True, help="学分规则：检查、列出、试算影响、重算历史。（Credit rules.）")
rules = typer.Typer(no_args_is_help=True, help="规则文件。（Rule files.）")
group.add_typer(rules, name="rules")


@rules.command()
def check(file: Annotated[Path, typer.Argument(help="A rule file, .toml.")]) -> None:
    """Read a rule file; name every mistake with its line, its field and the cure. Exit 1 when there are any."""
    from xueqiao.domains.credits.api import RuleFileWrong, read_rule_file  # noqa: PLC0415 - needs setup

    console = Console(highlight=False, emoji=False, markup=False)
    text = _text_of(file, console)
    try:
        ruleset = read_rule_file(text)
    except RuleFileWrong as refused:
        raise _mistakes(refused.problems, console) from None
    console.print(
        f"《{ruleset.title}》第 {ruleset.version} 版可以读。学习项目 {len(ruleset.programmes)} 个，"
        f"折算条款 {len(ruleset.conversions)} 条，上限 {len(ruleset.caps)} 条。"
        f" (Version {ruleset.version} can be read: {len(ruleset.programmes)} programmes,"
        f" {len(ruleset.conversions)} conversion rules, {len(ruleset.caps)} caps.)",
        soft_wrap=True,
    )
    console.print(f"sha256 {ruleset.sha256}", soft_wrap=True)


@rules.command(name="list")
def list_versions() -> None:
    """Every version of every rule set with its state."""
    from xueqiao.domains.credits.api import rule_versions  # noqa: PLC0415 - needs setup
    from xueqiao.foundation import clock  # noqa: PLC0415

    console = Console(highlight=False, emoji=False, markup=False)
    for each in rule_versions(on=clock.local_date(clock.now())):
        since = each.starts_on.isoformat()
        name = f"{each.code}/{each.version}"
        state = f"{each.state_name} {each.state.replace('_', ' ')}"
        console.print(f"{name}  {state}  从 since {since}  {each.title}", soft_wrap=True)


@rules.command(name="what-if")
def whom_it_touches(file: Annotated[Path, typer.Argument(help="The changed rule file.")]) -> None:
    """Whom a changed rule file would touch, compared with the version in force. Writes nothing."""
    from xueqiao.domains.credits.api import RuleFileWrong, credits_text, what_if  # noqa: PLC0415 - needs setup
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.values import Actor  # noqa: PLC0415

    console = Console(highlight=False, emoji=False, markup=False)
    text = _text_of(file, console)
    try:
        told = what_if(actor=Actor.system("rules_what_if"), text=text, now=clock.now())
    except RuleFileWrong as refused:
        raise _mistakes(refused.problems, console) from None
    console.print(
        f"看了 {told.people} 人：{told.gaining} 处变多，{told.losing} 处变少。"
        f" ({told.people:,} people looked at: more in {told.gaining:,} places, less in {told.losing:,}.)",
        soft_wrap=True,
    )
    for each in told.touched:
        before, after = credits_text(each.before_hundredths), credits_text(each.after_hundredths)
        console.print(f"  {each.person_code}  {each.programme}  {before} → {after}", soft_wrap=True)


def _text_of(file: Path, console: Console) -> str:
    """The text of a rule file. Exit 2 with a sentence when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        console.print(
            "文件打不开，请核对路径；要用 UTF-8 保存。 (The file cannot be opened: check its path; save it as UTF-8.)",
            soft_wrap=True,
        )
        raise typer.Exit(2) from None


def _mistakes(problems: Sequence[object], console: Console) -> typer.Exit:
    """Print what is wrong with a rule file, a line each."""
    for problem in problems:
        console.print(str(problem), soft_wrap=True)
    count = len(problems)
    console.print(
        f"有 {count} 处错误，没有采用。 ({count} {'mistake' if count == 1 else 'mistakes'}; nothing was taken.)"
    )
    return typer.Exit(1)


@group.command()
def replay() -> None:
    """Work every recognition out again under the rules it cites. Exit 1 when one differs from the ledger."""
    from xueqiao.domains.credits.api import replay_recognitions  # noqa: PLC0415 - needs setup

    told = replay_recognitions()
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(
        f"重算 {told.claims} 项认定、{told.accounts} 个账户：{len(told.wrong)} 项不一致。"
        f" ({told.claims:,} recognitions and {told.accounts:,} accounts worked out again: {len(told.wrong):,} differ.)",
        soft_wrap=True,
    )
    for each in told.wrong:
        console.print(f"  {each}", soft_wrap=True)
    if not told.is_sound:
        raise typer.Exit(1)


@group.command()
def settle(
    year: Annotated[int, typer.Argument(help="The year that is over, such as 2026.")],
    folder: Annotated[Path, typer.Option(help="Where the files go; it is made when it is not there.")],
) -> None:
    """Settle a year between institutions and write its files; run again it moves nothing and writes the same bytes."""
    from xueqiao.domains.credits.api import settle_year  # noqa: PLC0415 - needs setup
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.values import Actor  # noqa: PLC0415
    from xueqiao.foundation.reasons import Refused  # noqa: PLC0415

    console = Console(highlight=False, emoji=False, markup=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)  # before anything is paid: what cannot be written is not settled
    except OSError:
        console.print(
            f"文件夹 {folder} 建不了，没有结清。请换一个文件夹。"
            " (The folder cannot be made; nothing was settled. Name another folder.)",
            soft_wrap=True,
        )
        raise typer.Exit(2) from None
    try:
        told = settle_year(actor=Actor.system("credits_settle"), year=year, now=clock.now())
    except Refused as refused:
        console.print(refused.message, soft_wrap=True)
        raise typer.Exit(1) from None
    for name, body in told.files.items():
        (folder / name).write_bytes(body)
    state = "结清" if told.is_first else "以前结清过，没有再动账"
    settled = "settled" if told.is_first else "was settled before, nothing moved"
    console.print(
        f"{year} 年院校往来{state}：{told.entries:,} 笔，{len(told.pairs):,} 对，共 {told.total_text} 学分。"
        f" ({year} {settled}: {told.entries:,} entries, {len(told.pairs):,} pairs, {told.total_text} credits.)",
        soft_wrap=True,
    )
    console.print(f"sha256 {told.sha256}  {folder}", soft_wrap=True)
