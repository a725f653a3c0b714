"""The contract `doors` of .importlinter: a domain or foundation app is entered by its `api` only."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

ROOMED = ("xueqiao.domains.", "xueqiao.foundation.")


class DoorsContract(Contract):
    """Every import that enters a domain or foundation app goes to its `api`; models may import models."""

    type_name = "doors"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken: list[dict[str, Any]] = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if breaks_door(importer, imported):
                    details = graph.get_import_details(importer=importer, imported=imported)
                    broken.append({"importer": importer, "imported": imported, "line": details[0]["line_number"]})
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for item in check.metadata["broken"]:
            house = house_of(item["imported"])
            output.print_error(
                f"{item['importer']} (line {item['line']}) imports {item['imported']}: "
                f"import from {house}.api instead, or let {house} offer what you need there."
            )


def house_of(module: str) -> str | None:
    """Return the domain or foundation app a module belongs to, None for other modules.

    A plain module of the foundation (clock, money) is not an app: it has no rooms and so no door.
    """
    for storey in ROOMED:
        if module.startswith(storey):
            name, _, room = module.removeprefix(storey).partition(".")
            if room or storey == "xueqiao.domains.":
                return storey + name
    return None


def breaks_door(importer: str, imported: str) -> bool:
    """True when the import enters somebody else's rooms by another way than the door.

    Besides the door stand open: the plain words (`values`) of foundation apps; `ports` and `values` for gateways, which
    implement the ones in terms of the others; tables for foreign keys; and everything for the server, which joins it.
    """
    house = house_of(imported)
    if house is None or house_of(importer) == house or importer.startswith("xueqiao.server."):
        return False
    room = imported.removeprefix(house).lstrip(".")
    if room in {"", "api"} or (room == "values" and house.startswith("xueqiao.foundation.")):
        return False
    kind = room.partition(".")[0]  # a room may be a package: values.seats is a part of values
    if importer.startswith("xueqiao.gateways.") and kind in {"ports", "values"}:
        return False
    from_models = importer.startswith(ROOMED) and ".models" in importer
    return not (kind == "models" and from_models)
