"""Three verifiers that share no line agree on every draw, and each names the file in which one bit was changed.

XUEQIAO_LONG=1 runs 1,000 draws instead of 60.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.domains.enrolment.small_draws import CLOSED, make_draw, publish, publish_by_steps
from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws import publication
from xueqiao.domains.enrolment.draws.check import check_folder
from xueqiao.domains.enrolment.draws.fingerprint import fingerprint

DRAWS = 1000 if os.environ.get("XUEQIAO_LONG") == "1" else 60
SCRIPT = Path(publication.__file__).parent / "published" / "verify.js"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="NO NODE: install nodejs; the web verifier was NOT run")


def verifier():
    """verify.py as a module, so that a thousand folders do not start a thousand interpreters."""
    spec = importlib.util.spec_from_file_location("published_verify", SCRIPT.parent / "verify.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_python(at: Path) -> dict:
    folder = VERIFIER.Folder(str(at))
    VERIFIER.run(folder)
    return {"wrong": folder.problems, **folder.facts}


def by_node(*folders: Path) -> list[dict]:
    tool = str(Path(__file__).parent / "draw_many.js")
    run = subprocess.run([NODE, tool, str(SCRIPT), *map(str, folders)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


VERIFIER = verifier()


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    at = tmp_path_factory.mktemp("draws")
    return [publish(make_draw(number), at / str(number), without_secret=number % 10 == 9) for number in range(DRAWS)]


def test_the_one_file_of_python_gives_the_identical_result(published):
    several_passes = 0
    for folder in published if DRAWS > 100 else published[:30]:
        ours, theirs = check_folder(folder), by_python(folder)
        assert ours.wrong == [] and theirs["wrong"] == []
        assert (ours.result_hash, ours.seed, ours.list_root) == (
            theirs["result_sha256"],
            theirs["seed"],
            theirs["list_root"],
        )
        assert (ours.winners, ours.seats_given, ours.passes) == tuple(
            theirs[name] for name in ("winners", "seats_given", "passes")
        )
        several_passes += ours.passes > 1
    assert several_passes > 3  # the draws are no toys: kept seats are left over and given to everybody


@needs_node
def test_the_script_of_the_web_page_gives_the_identical_result(published):
    for folder, theirs in zip(published, by_node(*published), strict=True):
        ours = check_folder(folder)
        assert theirs["wrong"] == []
        assert (ours.result_hash, ours.seed, ours.list_root, ours.is_without_secret) == (
            theirs["result_sha256"],
            theirs["seed"],
            theirs["list_root"],
            theirs["is_without_secret"],
        )


def test_the_verifier_runs_by_itself_from_its_folder(tmp_path):
    folder = publish(make_draw(3, tickets=30), tmp_path / "draw")
    command = [sys.executable, "-I", str(folder / "verify.py")]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert "全部一致" in run.stdout and fingerprint(bytes.fromhex(check_folder(folder).result_hash)) in run.stdout
    (folder / "result.csv").write_bytes((folder / "result.csv").read_bytes().replace(b",lost,", b",won,", 1))
    run = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert run.returncode == 1 and "result.csv" in names_of(json.loads(run.stdout)["wrong"])


def test_the_verifier_is_one_short_file_that_imports_only_the_standard_library():
    text = (SCRIPT.parent / "verify.py").read_text("utf-8")
    assert len(text.splitlines()) < 200
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported == {"hashlib", "json", "os", "sys"}


def names_of(answer) -> set[str]:
    return {name for name, _why in answer}


@needs_node
def test_a_changed_bit_in_any_file_is_found_and_the_file_is_named(tmp_path):
    folder = publish(make_draw(3, tickets=30), tmp_path / "draw")
    publication.write_report(tmp_path / "draw", {"round": "R2026", "rows": []})
    broken, touched = [], []
    for file in sorted(folder.iterdir()):
        raw = file.read_bytes()
        for at in {0, len(raw) // 3, len(raw) // 2, len(raw) - 2, len(raw) - 1}:
            copy = tmp_path / f"{file.name}-{at}"
            shutil.copytree(folder, copy)
            changed = bytearray(raw)
            changed[at] ^= 1 << (at % 8)
            (copy / file.name).write_bytes(changed)
            broken.append(copy)
            touched.append(file.name)
    assert set(touched) == {
        *("rules.json", "classes.csv", "entries.csv", "freeze.json", "result.csv", "draw.json"),
        *("report.json", "README.txt", "verify.py", "verify.html"),
    }
    for copy, name, by_script in zip(broken, touched, by_node(*broken), strict=True):
        assert name in names_of(check_folder(copy).wrong), copy.name
        assert name in names_of(by_python(copy)["wrong"]), copy.name
        assert name in names_of(by_script["wrong"]), copy.name


def lie(folder: Path, name: str, change) -> None:
    """Rewrite a file and every hash that names it, as somebody would who wants to hide it."""
    raw = (folder / name).read_bytes()
    (folder / name).write_bytes(change(raw))
    draw = files.read_sealed_json(files.DRAW, (folder / files.DRAW).read_bytes())
    draw["files"][name] = publication._hash_of(folder / name)
    draw.pop("sha256_above")
    if name == files.RESULT:
        draw["result_sha256"] = draw["files"][name]
    (folder / files.DRAW).write_bytes(files.sealed_json(draw))


def reseal(raw: bytes, **changes) -> bytes:
    content = files.read_sealed_json("x", raw)
    content.pop("sha256_above")
    return files.sealed_json(content | changes)


@needs_node
@pytest.mark.parametrize(
    ("what", "name", "change"),
    [
        ("another winner", "result.csv", lambda raw: raw.replace(b",lost,", b",won,", 1)),
        ("a late entry", "entries.csv", lambda raw: raw + raw.split(b"\n")[-2].replace(b"30,", b"31,f", 1) + b"\n"),
        ("more weight", "entries.csv", lambda raw: raw.replace(b",1,2,", b",1,6,", 1).replace(b",1,1,", b",1,5,", 1)),
        ("a seat more", "classes.csv", lambda raw: raw.replace(b"XQ000,", b"XQ000,1", 1)),
        ("frozen late", "freeze.json", lambda raw: reseal(raw, frozen_at="2026-03-01T21:00:00Z")),
        ("another secret", "draw.json", lambda raw: reseal(raw, secret="00" * 32)),
        ("no secret", "draw.json", lambda raw: reseal(raw, secret="")),
        ("another value", "draw.json", lambda raw: reseal(raw, source_value="01 02 03 04 05 06 07")),
        ("typed early", "draw.json", lambda raw: reseal(raw, typed_at=files.moment(CLOSED))),
    ],
)
def test_a_lie_that_rewrites_the_hashes_too_is_found(tmp_path, what, name, change):
    folder = publish(make_draw(3, tickets=30), tmp_path / "draw")
    if name == files.DRAW:
        (folder / name).write_bytes(change((folder / name).read_bytes()))
    else:
        lie(folder, name, change)
    answers = (check_folder(folder).wrong, by_python(folder)["wrong"], by_node(folder)[0]["wrong"])
    assert all(answers), what


def test_a_list_changed_after_the_freeze_is_not_drawn(tmp_path):
    made = make_draw(3, tickets=30)
    folder, frozen, _drawn = publish_by_steps(made, tmp_path / "draw")
    publication.take_back_draw(tmp_path / "draw")
    raw = (folder / files.ENTRIES).read_bytes()
    (folder / files.ENTRIES).write_bytes(raw + raw.split(b"\n")[-2].replace(b"30,", b"31,f", 1) + b"\n")
    value = publication.PublicValue(made.value, CLOSED, CLOSED)
    with pytest.raises(files.FolderWrong, match=r"entries\.csv"):
        publication.write_draw(
            tmp_path / "draw",
            value=value,
            secret=made.secret,
            withheld_because="",
            drawn_at=CLOSED,
            list_hash=frozen.list_hash,
        )
    assert not (folder / files.DRAW).exists()
