"""What imports cannot show: tables, files, names, documents."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.doors_contract import breaks_door

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "xueqiao"
DOMAINS = sorted(p.parent for p in (PACKAGE / "domains").glob("*/apps.py"))
LINES_MAX = 500
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "base",
    "core",
    "lib",
    "manager",
    "managers",
    "service",
    "services",
    "handler",
    "handlers",
    "data",
    "info",
}
# What a domain may consist of. A new kind of file is a decision: add it here and to `rooms` in .importlinter.
ROOMS = {
    "__init__",
    "actions",
    "admin",
    "api",
    "apps",
    "errors",
    "events",
    "jobs",
    "migrations",
    "models",
    "parameters",
    "ports",
    "queries",
    "rules",
    "subscriptions",
    "values",
}
HOT_PATHS = {
    "admission",
    "authorities",
    "calendar",
    "draws",
    "engine",
    "factors",
    "listings",
    "paper",
    "search",
    "rulesets",
    "signing",
    "simulator",
    "timetable",
}


def layers(contract: str) -> list[set[str]]:
    """The layers of a contract, top first, as .importlinter states them."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    lines = parser[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [{name.strip(" ()") for name in re.split(r"[|:]", line)} for line in lines if line.strip()]


def height(app_name: str) -> tuple[int, int]:
    """How high an app stands: its storey, and its layer among the domains. Greater is higher."""
    storeys, domain_layers = list(reversed(layers("house"))), list(reversed(layers("domains")))
    storey, _, rest = app_name.removeprefix("xueqiao.").partition(".")
    level = next(i for i, names in enumerate(storeys) if storey in names)
    layer = next((i for i, names in enumerate(domain_layers) if rest in names), 0)
    return level, layer


def ours() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.app_config.name.startswith("xueqiao.")]


def source_files(*suffixes: str) -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in listed.splitlines():
        path = ROOT / line
        if path.is_file() and (not suffixes or path.suffix in suffixes):
            yield path


def python_modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in (PACKAGE / folder).rglob("*.py") if "migrations" not in p.parts)


def test_foreign_keys_point_down() -> None:
    up = []
    for model in ours():
        mine = model._meta.app_config.name
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not isinstance(field, models.ForeignKey) or not isinstance(target, type):
                continue
            other = target._meta.app_config.name
            if other.startswith("xueqiao.") and other != mine and height(other) >= height(mine):
                up.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert up == [], "a foreign key points to the same height or up; let the upper domain hold it"


def test_the_check_of_foreign_keys_knows_up_from_down() -> None:
    assert height("xueqiao.domains.credits") > height("xueqiao.domains.people") > height("xueqiao.foundation.ledger")


def test_the_doors_contract_tells_door_from_window() -> None:
    assert breaks_door("xueqiao.domains.credits.actions.x", "xueqiao.domains.people.queries")
    assert breaks_door("xueqiao.channels.web.views", "xueqiao.domains.people.models")
    assert breaks_door("xueqiao.domains.credits.queries", "xueqiao.foundation.ledger.models")
    assert not breaks_door("xueqiao.domains.credits.actions.x", "xueqiao.domains.people.api")
    assert not breaks_door("xueqiao.domains.credits.models", "xueqiao.domains.people.models")
    assert not breaks_door("xueqiao.domains.people.api", "xueqiao.domains.people.queries")
    assert not breaks_door("xueqiao.domains.people.api", "xueqiao.foundation.clock")


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda p: p.name)
def test_every_domain_says_what_it_promises(domain: Path) -> None:
    assert (domain / "README.md").is_file(), f"{domain.name} has no README.md"
    assert (domain / "api.py").is_file(), f"{domain.name} has no door"


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda p: p.name)
def test_every_domain_consists_of_known_rooms(domain: Path) -> None:
    rooms = {p.stem for p in domain.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert rooms <= ROOMS | HOT_PATHS
    for hot in rooms & HOT_PATHS:
        assert (domain / hot / "README.md").is_file(), f"{domain.name}/{hot} is a hot path without a README"


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda p: p.name)
def test_every_action_has_a_test_file_of_its_name(domain: Path) -> None:
    missing = [
        name
        for name in actions_of(domain)
        if not list((ROOT / "tests").rglob(f"test_{name}.py")) and not is_tested_elsewhere(domain.name, name)
    ]
    assert missing == [], f"write tests/domains/{domain.name}/test_NAME.py for these"


def actions_of(domain: Path) -> list[str]:
    """The public verbs: files of actions/ and of its rooms by subject, or functions of actions.py."""
    folder = domain / "actions"
    if folder.is_dir():
        return sorted(p.stem for p in folder.rglob("*.py") if not p.stem.startswith("_"))
    single = domain / "actions.py"
    if not single.is_file():
        return []
    body = ast.parse(single.read_text()).body
    return sorted(n.name for n in body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_"))


def is_tested_elsewhere(domain: str, name: str) -> bool:
    return any((ROOT / "tests" / "races").glob(f"test_{name}*.py"))


def test_every_action_file_holds_the_function_of_its_name() -> None:
    wrong = []
    for domain in DOMAINS:
        for file in (domain / "actions").rglob("*.py"):
            if not file.stem.startswith("_"):
                names = {n.name for n in ast.parse(file.read_text()).body if isinstance(n, ast.FunctionDef)}
                if file.stem not in names:
                    wrong.append(str(file.relative_to(PACKAGE)))
    assert wrong == []


def test_domains_neither_render_nor_call_out() -> None:
    forbidden = re.compile(
        r"^(django\.(http|template|shortcuts|views|urls)|urllib\.request|http\.client|socket|httpx|requests|ninja)(\.|$)"
    )
    found = []
    for file in python_modules("domains", "foundation"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found += [f"{file.relative_to(PACKAGE)}: {name}" for name in names if forbidden.match(name)]
    assert sorted(set(found)) == []


def test_only_channels_jobs_and_the_server_ask_what_time_it_is() -> None:
    asks = re.compile(
        r"\bclock\.now\(|from xueqiao\.foundation\.clock import [^\n]*\bnow\b|timezone\.now\(|datetime\.now\("
    )
    allowed = {"foundation/clock.py", "foundation/outbox/queue.py"}
    found = [
        str(file.relative_to(PACKAGE))
        for file in python_modules("domains", "foundation")
        if file.name != "jobs.py" and str(file.relative_to(PACKAGE)) not in allowed and asks.search(file.read_text())
    ]
    assert found == [], "take `now` as an argument"


def test_no_file_has_a_name_that_says_nothing() -> None:
    found = [str(p.relative_to(ROOT)) for p in source_files(".py") if p.stem in FORBIDDEN_NAMES]
    assert found == []


def test_no_source_file_is_longer_than_500_lines() -> None:
    long = {}
    for path in source_files(".py"):
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LINES_MAX:
            long[str(path.relative_to(ROOT))] = lines
    assert long == {}


def test_no_machine_path_is_in_the_repository() -> None:
    machine = re.compile(r"(?<![\w.])/(?:home|root|Users|work|workspace|opt)/[a-z]")
    found = []
    for path in source_files(
        ".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".yml", ".yaml", ".sh", ".in", ".sql"
    ):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if machine.search(line) and path != Path(__file__):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    for name in ("bootstrap", "run", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = re.findall(r"^[a-z0-9][^ ]*==", text, re.M)
        assert pins, name
        assert text.count("--hash=sha256:") >= len(pins)
        assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text), name


def test_make_lists_at_most_twelve_targets() -> None:
    command = ["make", "--no-print-directory", "help"]  # run from make itself, it would name its folder
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    targets = [line.split()[0] for line in shown if line.strip()]
    assert targets == [
        *("up", "test", "check", "journey", "bench", "e2e"),
        *("docs", "messages", "migrations", "lock", "note", "clean"),
    ]
