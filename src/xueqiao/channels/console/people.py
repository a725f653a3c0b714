"""`xueqiao people`: the first operator of a new platform, duties, and staff who lost their second factor."""

from __future__ import annotations

from typing import Annotated

import typer

people = typer.Typer(no_args_is_help=True, help="人员：职务与第二道验证。（Staff duties and second factors.）")
Reason = Annotated[str, typer.Option(help="Why; it stays in the audit trail.")]


@people.command("grant-role")
def grant_role(
    phone: str,
    role: Annotated[str, typer.Argument(help="teacher, centre_clerk, county_officer, ..., operator")],
    region: Annotated[str, typer.Argument(help="Division code of the unit, 2 to 12 digits.")],
) -> None:
    """Give the owner of an account a duty from today on. Makes the first operator. Exit 1 when refused."""
    from xueqiao.domains.people.api import grant_role as grant  # noqa: PLC0415 - models exist only after setup
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.values import Actor  # noqa: PLC0415
    from xueqiao.foundation.reasons import Refused  # noqa: PLC0415

    try:
        row = grant(actor=Actor.system("console grant-role"), phone=phone, role=role, region=region, now=clock.now())
    except Refused as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"已任职，编号 {row}。下次登录要设第二道验证。 (Granted.)")


@people.command("reset-factors")
def reset_factors(phone: str, reason: Reason) -> None:
    """Take the second factors off a staff account whose owner lost them, and end its sessions. Exit 1 when refused."""
    from xueqiao.domains.people.api import reset_second_factors  # noqa: PLC0415 - models exist only after setup
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.values import Actor  # noqa: PLC0415
    from xueqiao.foundation.reasons import Refused  # noqa: PLC0415

    try:
        count = reset_second_factors(
            actor=Actor.system("console reset-factors"), phone=phone, reason=reason, now=clock.now()
        )
    except Refused as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"已去掉 {count} 个第二道验证，所有登录已失效。 (Reset.)")
