"""Rules of the house that a reader could overlook: which way imports run, where time and dialects
are known, how long a file may be, and that every refusal has its words."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from dialtree.audit.models import AuditAction
from dialtree.audit.wording import ACTIONS
from dialtree.language import Language
from dialtree.numbering.e164 import NumberProblem
from dialtree.refusals import WORDINGS, RefusalCode

PACKAGE = Path(__file__).parents[1] / "backend" / "dialtree"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 400

DIALECT_BRANCHES = (
    "database.py",
    "statements.py",
    "migrations/",
    "operations/backup.py",  # of the file of a SQLite; PostgreSQL has tools of its own
    "orders/",
    "inventory/import_command.py",
    "postgres.py",
    "sqlite.py",
    "statements.py",
)
"""Where SQLite and PostgreSQL may be told apart."""


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), name(path))


def imports(path: Path) -> Iterator[str]:
    """Every dotted name that is imported, also inside functions: modules and what is in them."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def comes_from(imported: str, *modules: str) -> bool:
    return any(imported == module or imported.startswith(f"{module}.") for module in modules)


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a dotted name, with that name: "clock.now", "Order.filter"."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def is_graphql(path: Path) -> bool:
    """Whether it translates between the API and the commands and queries."""
    return path.parent.name == "graphql" or any(
        comes_from(imported, "strawberry", "graphql") for imported in imports(path)
    )


GRAPHQL = [path for path in MODULES if is_graphql(path)]
ASSEMBLY = ("asgi.py", "cli.py", "cli_serving.py")


def modules(*names: str) -> list[Path]:
    return [path for path in MODULES if path.name in names]


def each(paths: list[Path]) -> pytest.MarkDecorator:
    assert paths
    return pytest.mark.parametrize("path", paths, ids=name)


# Imports -----------------------------------------------------------------------------------------


@each(sorted((PACKAGE / "numbering").glob("*.py")))
def test_numbering_knows_nothing_of_the_rest(path: Path) -> None:
    for imported in imports(path):
        if comes_from(imported, "dialtree"):
            assert comes_from(imported, "dialtree.numbering"), imported
        assert not comes_from(imported, "tortoise", "asyncio", "strawberry", "starlette"), imported


@each(modules("rules.py", "import_plan.py", "importing.py"))
def test_rules_read_and_write_nothing(path: Path) -> None:
    """They may name the enums of models, but not ask a database, nor what time it is (S7)."""
    for imported in imports(path):
        assert not comes_from(imported, "tortoise", "asyncio", "dialtree.database"), imported
        assert not re.search(r"\.(commands|queries|changes|facts|tree|worker)(\.|$)", imported)
    for node in ast.walk(tree(path)):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await)
    for called, _call in calls(path):
        assert called not in ("clock.now", "clock.today", "open"), called


@each([path for path in MODULES if path not in GRAPHQL and path.name not in ASSEMBLY])
def test_nothing_beneath_the_api_knows_graphql(path: Path) -> None:
    """These put everything together: the programs and the application."""
    api = {f"dialtree.{name(path).removesuffix('.py').replace('/', '.')}" for path in GRAPHQL}
    for imported in imports(path):
        assert not comes_from(imported, "strawberry", "graphql", "dialtree.graphql"), imported
        assert imported not in api


@each(modules("commands.py", "queries.py", "models.py", "changes.py", "tree.py", "facts.py"))
def test_domain_modules_are_not_taken_for_api_modules(path: Path) -> None:
    assert path not in GRAPHQL


@each([path for path in MODULES if path.name not in ASSEMBLY])
def test_nothing_imports_the_programs(path: Path) -> None:
    for imported in imports(path):
        assert not comes_from(imported, "dialtree.cli"), imported
        assert not comes_from(imported, "dialtree.asgi"), imported


# The API -----------------------------------------------------------------------------------------


@each(GRAPHQL)
def test_the_api_asks_for_rows_by_principal_or_loader(path: Path) -> None:
    """`Principal.of` is the one place where rows are scoped to a customer (P2)."""
    if name(path) == "graphql/loaders.py":
        return  # it is given ids that stand in rows the asker was allowed to read
    for called, _call in calls(path):
        assert not re.fullmatch(
            r"(models\.)?[A-Z]\w*\.(all|filter|exclude|get|get_or_none|first|in_bulk|create)",
            called,
        ), called
        assert not called.endswith((".all", ".raw", "execute_query", "execute_query_dict")), called


# Time and dialects -------------------------------------------------------------------------------


@each([path for path in MODULES if name(path) != "clock.py"])
def test_every_time_comes_from_the_clock(path: Path) -> None:
    for called, _call in calls(path):
        assert not re.search(
            r"\b(datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time|time_ns)$",
            called,
        ), called
    assert not any(comes_from(imported, "time") for imported in imports(path))
    sql = " ".join(texts(path)).lower()
    assert not re.search(r"\b(now\(\)|current_timestamp|current_date|datetime\('now)", sql)


def texts(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@each([path for path in MODULES if not name(path).startswith(DIALECT_BRANCHES)])
def test_only_a_few_modules_tell_the_databases_apart(path: Path) -> None:
    for imported in imports(path):
        assert not imported.endswith(("is_postgres", "capabilities")), imported
        assert not comes_from(imported, "asyncpg", "aiosqlite", "sqlite3"), imported
    for called, _call in calls(path):
        assert not called.endswith("is_postgres"), called


# The audit log ------------------------------------------------------------------------------------


def test_entries_of_the_audit_log_are_only_added() -> None:
    """P3; the databases refuse anything else, too, and no command is to try it."""
    of_entries = re.compile(
        r"\bAuditEntry\b.*\.(update|delete|save|bulk_update|bulk_create|update_or_create)\b"
    )
    writing = re.compile(r"\bAuditEntry(\.create)?$")
    for path in MODULES:
        for called, _call in calls(path):
            assert not of_entries.search(called), f"{name(path)}: {called}"
            if writing.match(called):
                assert name(path) == "audit/writing.py" or is_graphql(path), name(path)
    for dialect in ("sqlite", "postgres"):
        for migration in sorted((PACKAGE / "migrations").glob(f"*.{dialect}.sql")):
            if migration.name < "0005":
                continue  # before there were entries to keep
            sql = migration.read_text("utf-8")
            assert not re.search(r'(?i)(update|delete from|truncate)\s+"?audit_entry', sql)


CATALOGUES = PACKAGE.parents[1] / "frontend" / "src" / "i18n"


@pytest.mark.parametrize("action", AuditAction)
def test_every_action_is_said_alike_in_the_app_and_in_its_export(action: AuditAction) -> None:
    for language in Language:
        catalogue = json.loads((CATALOGUES / f"{language.lower()}.json").read_text("utf-8"))
        assert ACTIONS[action].say(language) == catalogue[f"audit.action.{action}"]


# Size --------------------------------------------------------------------------------------------


# The sentences of all refusals are a table to look things up in, not a text to follow.
@each([path for path in MODULES if name(path) != "refusals.py"])
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES


# Refusals ----------------------------------------------------------------------------------------


def placeholders(sentence: str) -> set[str]:
    return {field for _text, field, _spec, _conversion in Formatter().parse(sentence) if field}


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_has_words_in_both_languages(code: RefusalCode) -> None:
    wording = WORDINGS[code]
    assert placeholders(wording.en) == placeholders(wording.de)
    for sentence in (wording.en, wording.de):
        assert sentence[-1] in ".?!"
        assert sentence == " ".join(sentence.split())
    assert wording.en != wording.de
    assert wording.rule is None or re.fullmatch(r"[A-Z][0-9]{1,2}", wording.rule)


def test_no_wording_is_left_over() -> None:
    assert set(WORDINGS) == set(RefusalCode)
    assert len(Language) == 2, "the wordings speak German and English"


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_is_used(code: RefusalCode) -> None:
    named = re.compile(rf"\bRefusalCode\.{code.name}\b")
    by_name = {problem.name for problem in NumberProblem}
    assert code.name in by_name or any(named.search(p.read_text("utf-8")) for p in MODULES)


@pytest.mark.parametrize("problem", NumberProblem)
def test_every_problem_of_a_number_is_a_refusal(problem: NumberProblem) -> None:
    assert problem.name in RefusalCode.__members__


@each(MODULES)
def test_a_refusal_is_given_what_its_sentence_says(path: Path) -> None:
    """Where both stand in one place: `Refusal(RefusalCode.X, {"range": …})`."""
    for called, call in calls(path):
        if called.rpartition(".")[2] != "Refusal" or not call.args:
            continue
        if not isinstance(call.args[0], ast.Attribute):
            continue
        code = RefusalCode[call.args[0].attr]
        params = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
        if not isinstance(params, ast.Dict) or None in params.keys:  # {**others}
            continue
        given = {ast.literal_eval(key) for key in params.keys if key is not None}
        assert given >= placeholders(WORDINGS[code].en), f"{name(path)}:{call.lineno}"
