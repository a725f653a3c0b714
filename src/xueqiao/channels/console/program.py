"""`xueqiao`: the operator's command."""

import typer

program = typer.Typer(no_args_is_help=True)


def main() -> None:
    program()
