"""What the driver of `examples/many-accounts` decides and says, without an engine."""

import importlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from io import StringIO
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import click
import pytest
import yaml
from ecr_model.actions import ACTIONS, REGISTRY_ACTIONS
from ecr_model.documents import read_document
from ecr_model.findings import Finding
from pulumi import automation
from pulumi.automation import events
from pulumi.automation.errors import ConcurrentUpdateError
from rich.console import Console
from secure_ecr.arguments import hints
from secure_ecr.errors import DeclarationError
from secure_ecr.estate import Estate
from secure_ecr_policies.pack.configuration import check_configuration

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "many-accounts"
sys.path.insert(0, str(EXAMPLE))
declaration, engine, fleet = map(importlib.import_module, ("declaration", "engine", "fleet"))
sys.path.remove(str(EXAMPLE))

Row, State = engine.Row, engine.State
CONFIGURATION = "must be a configuration of the policy pack in the folder policies"
KEYS = f"use {', '.join(map(repr, list(hints(Estate))[:-1]))} or 'assume_role_arn'"
TOGETHER = "put the Regions of both below"
IN_ONE_REGION = 'accounts.prod.regions.eu-west-1.repositories["team/api"]'
REMOVAL = "pulumi destroy --remove --stack"
SMALL = {
    "secrets_provider": "awskms://alias/state?region=eu-central-1",
    "role_name": "deployment",
    "estate": {"repositories": {"team/api": {}}},
    "accounts": {
        "dev": {"account_id": "111122223333", "policies": "dev", "regions": {"eu-west-1": {}, "us-east-1": None}},
        "prod": {"account_id": "777788889999", "policies": "prod", "regions": {"eu-west-1": {}}},
    },
}
"""Three registries."""


@pytest.fixture
def declared(tmp_path):
    """Return what loads a declaration, given as data or as text."""
    shutil.copytree(EXAMPLE / "policies", tmp_path / "policies")

    def load(content, **options):
        file = tmp_path / "registries.yaml"
        file.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return declaration.load(file, **options)

    return load


@pytest.fixture
def lines(declared):
    """Return the lines that an operator sees of a wrong declaration."""

    def refusal(content, **options):
        with pytest.raises(DeclarationError) as error:
            declared(content, **options)
        return str(error.value).splitlines()

    return refusal


def changed(**changes):
    return {**SMALL, **changes}


def account(**changes):
    return changed(accounts={**SMALL["accounts"], "prod": {**SMALL["accounts"]["prod"], **changes}})


class TestDeclaration:
    def test_of_the_example_has_each_account_in_each_region(self):
        loaded = declaration.load()

        assert [registry.stack for registry in loaded.registries] == [
            f"{name}.{region}"
            for name in ("shop-dev", "shop-staging", "shop-prod", "games-dev", "games-prod")
            for region in ("eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-1")
        ]
        assert loaded.secrets_provider == "awskms://alias/registry-state?region=eu-central-1"

    def test_puts_what_an_account_and_a_region_declare_before_what_all_have(self, declared):
        everywhere = {
            "tags": {"by": "us", "kind": "any"},
            "repositories": {"team/api": {}},
            "naming": "{team}/{service}",
        }
        own = {"tags": {"kind": "dev"}, "defaults": {"force_delete": True}}
        there = {"repositories": {"team/api": {"scan_on_push": False}, "team/web": {}}, "naming": "team/{service}"}
        dev = {"account_id": "111122223333", "policies": "dev", "estate": own, "regions": {"cn-north-1": there}}

        (registry,) = declared(changed(estate=everywhere, accounts={"dev": dev})).registries

        assert registry.estate == {
            "account_id": "111122223333",
            "region": "cn-north-1",
            "assume_role_arn": "arn:aws-cn:iam::111122223333:role/deployment",
            "tags": {"by": "us", "kind": "dev"},
            "defaults": {"force_delete": True},
            "repositories": {"team/api": {"scan_on_push": False}, "team/web": {}},
            "naming": "team/{service}",
        }
        assert registry.policies.name == "dev.json"

    def test_loads_one_stack_for_its_program(self, declared):
        assert [each.stack for each in declared(SMALL, stack="prod.eu-west-1").registries] == ["prod.eu-west-1"]

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(
                {"role_name": "two words", "estates": {}, "accounts": {"Dev": {}}},
                [
                    "secrets_provider: must be given",
                    "estates: must be a known key, got 'estates'; write 'estate'",
                    "role_name: must be letters, digits and '+=,.@_-', got 'two words'",
                    "accounts.Dev.account_id: must be given",
                    "accounts.Dev.policies: must be given",
                    "accounts.Dev.regions: must be given",
                    "accounts.Dev: must be lower-case letters, digits and '-', got 'Dev'",
                ],
                id="its-own-keys",
            ),
            pytest.param(
                changed(secrets_provider="passphrase"),
                ["secrets_provider: must be a key as awskms://alias/NAME?region=REGION, got 'passphrase'"],
                id="a-secrets-provider-that-is-no-key",
            ),
            pytest.param(
                account(account_id=777788889999),
                ["accounts.prod.account_id: must be a text, got 777788889999; put it in quotes"],
                id="an-account-without-quotes",
            ),
            pytest.param(
                account(account_id="7777"),
                ["accounts.prod.account_id: must be an account id of 12 digits, got 4 characters: '7777'"],
                id="an-account-that-is-none",
            ),
            pytest.param(
                account(account_id="111122223333"),
                [f"accounts.prod.account_id: must be declared once, got '111122223333'; {TOGETHER} 'dev'"],
                id="an-account-with-two-names",
            ),
            pytest.param(
                account(policies="prd"),
                [f"accounts.prod.policies: {CONFIGURATION}, got 'prd'; write prod"],
                id="a-configuration-that-is-not-there",
            ),
            pytest.param(
                account(regions={"eu": {}, "eu-west-1": []}),
                [
                    "accounts.prod.regions.eu: must be a Region's name, as eu-west-1, got 'eu'",
                    "accounts.prod.regions.eu-west-1: must be an object, got a list",
                ],
                id="a-region-that-is-none",
            ),
            pytest.param(
                account(regions={1: {}, False: {}}),
                [
                    "accounts.prod.regions: must have Regions as keys, got false",
                    "accounts.prod.regions: must have Regions as keys, got 1",
                ],
                id="regions-that-are-no-text",
            ),
            pytest.param(
                account(regions={}), ["accounts.prod.regions: must have at least one Region"], id="an-account-nowhere"
            ),
            pytest.param(changed(accounts={}), ["accounts: must have at least one account"], id="nobody"),
            pytest.param(
                account(estate={1: {}, "repositories": {"team/api": {"scan_on_push": 7}}}),
                [
                    f"estate: must be a known key, got 1; {KEYS}",
                    'accounts.prod.estate.repositories["team/api"].scan_on_push: must be true or false, got 7',
                ],
                id="a-key-that-is-no-text",
            ),
            pytest.param(
                account(estate={"region": "eu-west-1", "repositories": {"team/x": []}}),
                [
                    "accounts.prod.estate.region: must be absent: accounts says where a registry is",
                    'accounts.prod.estate.repositories["team/x"]: must be an object, got a list',
                ],
                id="an-estate-in-another-place",
            ),
            pytest.param(
                changed(estate={"key": {"alias": "state"}, "repositories": {"team/api": {}}}),
                ["estate.key.alias: must be 7 to 256 characters, got 5: 'state'"],
                id="what-all-have-is-told-once",
            ),
            pytest.param(
                account(regions={"eu-west-1": {"repositories": {"team/api": {"scan_on_push": "no"}}}}),
                [f"{IN_ONE_REGION}.scan_on_push: must be true or false, got 'no'"],
                id="in-one-region",
            ),
            pytest.param(
                {
                    **account(regions={"eu-west-1": {"repositories": {"team/web": {}}}}),
                    "estate": {"repositories": {"team/api": {"scan_on_push": "no"}}},
                },
                ["estate.repositories[\"team/api\"].scan_on_push: must be true or false, got 'no'"],
                id="of-all-where-one-region-has-more",
            ),
            pytest.param(changed(estate={}), ["estate.repositories: must be given"], id="what-nobody-has-written"),
            pytest.param(
                changed(estate=7),
                ["estate: must be an object, got 7"],
                id="without-what-follows-from-a-mistake",
            ),
            pytest.param([], ["must be an object, got a list"], id="no-object"),
        ],
    )
    def test_names_all_mistakes_where_they_are_written(self, lines, content, expected):
        assert lines(content) == expected

    def test_says_that_no_stack_is_declared(self, lines):
        (line,) = lines(SMALL, stack="prod.eu-north-1")

        assert line == (
            "registries.yaml: must declare the account and the Region of the stack, got 'prod.eu-north-1'; "
            "select a stack that it declares"
        )

    def test_finds_a_key_that_stands_twice(self, lines):
        assert lines("accounts:\n  dev: {policies: dev}\n  dev: {policies: prod}\n") == [
            "registries.yaml: must be a readable YAML file: 'dev' twice in line 3"
        ]

    def test_says_where_a_text_is_no_yaml(self, lines):
        (line,) = lines("accounts:\n  dev: [")

        assert line == (
            "registries.yaml: must be a readable YAML file: expected the node content, but found '<stream end>' "
            "in line 2"
        )

    def test_says_that_there_is_no_file(self, tmp_path):
        with pytest.raises(DeclarationError, match=r"^none.yaml: must be a readable YAML file: .*No such file"):
            declaration.load(tmp_path / "none.yaml")


class TestFingerprint:
    def test_is_the_same_for_the_same(self, declared):
        assert [each.fingerprint() for each in declared(SMALL).registries] == [
            each.fingerprint() for each in declared(SMALL).registries
        ]

    def test_is_another_for_each_registry(self, declared):
        assert len({each.fingerprint() for each in declared(SMALL).registries}) == 3

    def test_changes_with_the_estate_of_the_registry_alone(self, declared):
        before = {each.stack: each.fingerprint() for each in declared(SMALL).registries}
        more = {"repositories": {"team/web": {}}}
        after = {each.stack: each.fingerprint() for each in declared(account(regions={"eu-west-1": more})).registries}

        assert {stack for stack in before if before[stack] != after[stack]} == {"prod.eu-west-1"}

    def test_changes_with_the_configuration_of_the_pack(self, declared):
        before = {each.stack: each.fingerprint() for each in declared(SMALL).registries}
        loaded = declared(SMALL).registries
        loaded[-1].policies.write_text("{}", encoding="utf-8")

        assert {each.stack for each in loaded if before[each.stack] != each.fingerprint()} == {"prod.eu-west-1"}

    @pytest.mark.parametrize("name", declaration.PROGRAM)
    def test_changes_with_the_program(self, declared, monkeypatch, tmp_path, name):
        copy = shutil.copytree(EXAMPLE, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(declaration, "FILE", copy / "registries.yaml")
        registry = declared(SMALL).registries[0]
        before = registry.fingerprint()
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("\n# another")

        assert registry.fingerprint() != before

    def test_changes_with_the_version_of_a_package(self, declared, monkeypatch):
        registry = declared(SMALL).registries[0]
        before = registry.fingerprint()
        monkeypatch.setattr(declaration, "version", lambda name: f"{name} of tomorrow")

        assert registry.fingerprint() != before


class TestSelect:
    @pytest.mark.parametrize(
        ("patterns", "expected"),
        [
            pytest.param([], ["dev.eu-west-1", "dev.us-east-1", "prod.eu-west-1"], id="all"),
            pytest.param(["dev/*"], ["dev.eu-west-1", "dev.us-east-1"], id="an-account"),
            pytest.param(["777788889999/*"], ["prod.eu-west-1"], id="an-account-by-its-id"),
            pytest.param(["*/eu-*"], ["dev.eu-west-1", "prod.eu-west-1"], id="regions"),
            pytest.param(["prod/*", "dev/us-east-1"], ["dev.us-east-1", "prod.eu-west-1"], id="two-in-declared-order"),
        ],
    )
    def test_takes_accounts_and_regions(self, declared, patterns, expected):
        assert [each.stack for each in fleet.select(declared(SMALL).registries, patterns)] == expected

    def test_refuses_a_pattern_for_nothing(self, declared):
        with pytest.raises(click.UsageError) as error:
            fleet.select(declared(SMALL).registries, ["dev/*", "test/*"])

        assert error.value.message == (
            "--only: must select a registry, got 'test/*'; write ACCOUNT/REGION, with * for any"
        )


SAVED = {"manifest": {"time": "2026-11-30T12:00:05.9+01:00"}}


def last(**changes):
    """Return the newest entry of a history, which ended in the second in which the state was saved."""
    end = datetime(2026, 11, 30, 11, 0, 5)  # noqa: DTZ001 - as the Automation API has it
    said = {"kind": "update", "result": "succeeded", "message": "abc", "end_time": end} | changes
    return automation.UpdateSummary(start_time=end, environment={}, config={}, **said)


class TestStanding:
    @pytest.mark.parametrize(
        ("entry", "state", "expected"),
        [
            pytest.param(last(), SAVED, (State.CURRENT, ""), id="deployed-as-declared"),
            pytest.param(None, SAVED, (State.WAITING, "never deployed"), id="new"),
            pytest.param(last(message="abd"), SAVED, (State.WAITING, "declared anew"), id="declared-anew"),
            pytest.param(last(message=""), SAVED, (State.WAITING, "declared anew"), id="deployed-by-hand"),
            pytest.param(last(kind="destroy"), SAVED, (State.WAITING, "declared anew"), id="destroyed"),
            pytest.param(
                last(result="failed"), SAVED, (State.WAITING, "the last update failed"), id="failed-as-declared"
            ),
            pytest.param(
                last(),
                {"manifest": {"time": "2026-11-30T11:00:09Z"}},
                (State.WAITING, "cut off, or changed by hand"),
                id="state-younger-than-history",
            ),
            pytest.param(
                last(end_time=None), SAVED, (State.WAITING, "cut off, or changed by hand"), id="entry-without-end"
            ),
            pytest.param(
                last(),
                {**SAVED, "pending_operations": [{"type": "creating", "resource": {"urn": "urn:a::api"}}]},
                (State.FAILED, "a run was cut off while AWS made api"),
                id="cut-off-in-a-create",
            ),
            pytest.param(
                last(),
                {**SAVED, "pending_operations": [{"type": "updating", "resource": {"urn": "urn:a::api"}}]},
                (State.CURRENT, ""),
                id="what-the-engine-clears-itself",
            ),
        ],
    )
    def test_is_told_from_history_and_state(self, entry, state, expected):
        assert engine.standing("abc", entry, state) == expected


@pytest.fixture
def rows(declared, monkeypatch, tmp_path):
    """Return rows of three stacks, whose logs are elsewhere."""
    monkeypatch.setattr(engine, "HERE", tmp_path)
    return [Row(registry) for registry in declared(SMALL).registries]


def event(**said):
    return automation.EngineEvent(sequence=1, timestamp=1, **said)


def diagnostic(message, severity="error", urn="urn:a::api"):
    return event(diagnostic_event=events.DiagnosticEvent(message=message, color="never", severity=severity, urn=urn))


def outputs(urn, op="create"):
    step = events.StepEventMetadata(op=op, urn=urn, type="t", provider="")
    return event(res_outputs_event=events.ResOutputsEvent(step))


def finding(level):
    said = {"color": "never", "policy_pack_name": "p", "policy_pack_version": "1", "policy_pack_version_tag": "1"}
    return event(
        policy_event=events.PolicyEvent(
            message="must not.\nwrite this\n",
            policy_name="ecr-x",
            enforcement_level=level,
            resource_urn="urn:a::api",
            **said,
        )
    )


class TestRow:
    def test_counts_a_resource_that_is_replaced_once(self, rows):
        for each in (outputs("a"), outputs("a", "delete-replaced"), outputs("b", "same")):
            rows[0].hear(each)

        assert len(rows[0].resources) == 2

    def test_says_what_changed(self, rows):
        changes = {"update": 2, "same": 9, "create": 1}
        rows[0].hear(event(summary_event=events.SummaryEvent(False, 1, changes, {})))

        assert rows[0].note == "1 create, 2 update"

    def test_keeps_errors_of_resources_and_what_the_pack_refuses(self, rows):
        for each in (
            diagnostic("no such key\n"),
            diagnostic("update failed\n", urn=None),
            diagnostic("failed to run policy: context canceled"),
            diagnostic("copies what is pushed", severity="warning"),
            finding("mandatory"),
            finding("advisory"),
        ):
            rows[0].hear(each)

        assert rows[0].errors == ["no such key", "ecr-x: api: must not.\nwrite this"]


def failure(kind=automation.CommandError, stdout="", stderr=""):
    return kind(automation.CommandResult(stdout, stderr, 255))


class TestAttempt:
    @pytest.fixture
    def attempted(self, rows):
        """Return a row after an operation that fails."""

        def attempt(error, *heard):
            def operation(row):
                for each in heard:
                    row.hear(each)
                raise error

            engine.Engine(workspace=None, policy_pack="", existing=frozenset()).attempt(rows[0], operation)
            return rows[0]

        return attempt

    def test_prefers_what_the_engine_said_of_a_resource(self, attempted):
        row = attempted(failure(stderr="error: update failed"), diagnostic("no such key"))

        assert (row.state, row.errors) == (State.FAILED, ["no such key"])

    def test_keeps_what_the_command_said_else(self, attempted):
        assert attempted(failure(stderr="error: no credentials")).errors == ["no credentials"]

    def test_keeps_all_of_a_failure_without_the_word(self, attempted):
        assert attempted(failure(stdout="killed")).errors == ["code: 255 stdout: killed stderr:"]

    def test_tells_how_a_lock_is_taken_away(self, attempted):
        error = failure(ConcurrentUpdateError, stderr="error: the stack is currently locked by 1 lock(s)")

        assert attempted(error).errors == [
            "the stack is currently locked by 1 lock(s)",
            "if nobody deploys it now: pulumi cancel --stack dev.eu-west-1",
        ]

    def test_takes_away_the_log_of_an_earlier_run(self, attempted, rows):
        rows[0].log.parent.mkdir()
        rows[0].log.write_text("earlier", encoding="utf-8")

        assert not attempted(failure(stderr="error: no credentials")).log.exists()

    def test_hides_no_mistake_of_its_own(self, attempted):
        with pytest.raises(KeyError):
            attempted(KeyError("x"))


@pytest.fixture
def console(monkeypatch):
    """Return what makes a console that keeps what is printed."""

    def make(**options):
        made = Console(file=StringIO(), width=100, highlight=False, soft_wrap=True, **options)
        monkeypatch.setattr(fleet, "CONSOLE", made)
        return made

    return make


class TestWork:
    @pytest.fixture(autouse=True)
    def printed(self, console):
        return console().file

    def test_does_so_many_at_a_time(self, rows):
        running, most = [], []

        def attempt(row):
            running.append(row)
            most.append(len(running))
            time.sleep(0.05)
            running.remove(row)

        fleet.work(rows, attempt, parallel=2, interrupted=Event())

        assert max(most) == 2

    def test_goes_on_after_a_failure(self, rows):
        def attempt(row):
            row.state = State.FAILED if row is rows[0] else State.DONE

        fleet.work(rows, attempt, parallel=1, interrupted=Event())

        assert [row.state for row in rows] == [State.FAILED, State.DONE, State.DONE]

    def test_begins_no_other_once_it_is_interrupted(self, rows):
        interrupted = Event()

        def attempt(row):
            interrupted.set()
            row.state = State.FAILED

        fleet.work(rows, attempt, parallel=1, interrupted=interrupted)

        assert [row.state for row in rows] == [State.STOPPED, State.NOT_BEGUN, State.NOT_BEGUN]

    def test_hides_no_mistake_of_its_own(self, rows):
        with pytest.raises(ZeroDivisionError):
            fleet.work(rows, lambda _: 1 / 0, parallel=1, interrupted=Event())

    def test_prints_a_line_for_each_where_there_is_no_terminal(self, rows, printed):
        def attempt(row):
            row.state, row.note, row.begun, row.ended = State.DONE, "2 create", 10, 13.2
            row.resources.update({"a", "b"})

        fleet.work(rows[:2], attempt, parallel=1, interrupted=Event())

        assert [" ".join(line.split()) for line in printed.getvalue().splitlines()] == [
            "account Region state resources seconds",
            "dev eu-west-1 done 2 3 2 create",
            "dev us-east-1 done 2 3 2 create",
        ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_takes_a_signal_for_a_wish(number):
    before = signal.getsignal(number)
    with fleet.interruptions() as interrupted:
        assert not interrupted.is_set()
        os.kill(os.getpid(), number)
        assert interrupted.wait(5)

    assert signal.getsignal(number) is before


class TestTable:
    @pytest.fixture
    def shown(self, rows, console):
        """Return the words of each line of the table while two stacks wait and one is under way."""

        def show(height):
            made = console(height=height, force_terminal=True, color_system=None)
            rows[1].state, rows[1].begun = State.RUNNING, time.monotonic() - 2
            made.print(fleet.progress(rows))
            return [" ".join(line.split()) for line in made.file.getvalue().splitlines()]

        return show

    def test_has_a_row_for_each_stack(self, shown):
        assert shown(height=20) == [
            "account Region state resources seconds",
            "dev eu-west-1 waiting",
            "dev us-east-1 running 2",
            "prod eu-west-1 waiting",
            "2 waiting, 1 running",
        ]

    def test_has_those_under_way_where_not_all_fit(self, shown):
        assert shown(height=5) == [
            "account Region state resources seconds",
            "dev us-east-1 running 2",
            "2 waiting, 1 running",
        ]

    def test_stays_in_the_end(self, rows, console):
        made = console(height=20, force_terminal=True, color_system=None)

        fleet.work(rows, lambda row: setattr(row, "state", State.DONE), parallel=1, interrupted=Event())

        assert made.file.getvalue().rstrip().splitlines()[-1].split() == ["prod", "eu-west-1", "done"]


class TestSummary:
    def test_has_each_failure_with_its_first_lines_and_what_was_not_begun(self, rows, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        rows[0].state, rows[0].errors = State.FAILED, ["no such key\n  alias/x\n", "\n".join(map(str, range(9)))]
        rows[0].log.parent.mkdir()
        rows[0].log.touch()
        rows[1].state, rows[1].errors = State.STOPPED, []
        rows[2].state = State.NOT_BEGUN

        assert fleet.summary(rows, ["old.eu-west-1"], 61.6) == [
            "dev.eu-west-1: failed",
            "    no such key",
            "    alias/x",
            *(f"    {number}" for number in range(6)),
            "    … and 3 lines more",
            "    see logs/dev.eu-west-1.log",
            "dev.us-east-1: stopped",
            "not begun: prod.eu-west-1",
            f"old.eu-west-1: not declared; to remove it: {engine.FROM_STATE}=true {REMOVAL} old.eu-west-1",
            "1 failed, 1 stopped, 1 not begun; 62 s",
        ]

    def test_is_one_line_when_all_went_well(self, rows):
        for row in rows:
            row.state = State.CURRENT

        assert fleet.summary(rows, [], 3.2) == ["3 up to date; 3 s"]


class TestCommand:
    @pytest.fixture
    def ran(self, monkeypatch, rows, console):
        """Return the exit code and the output of the command over stacks whose operation is given."""
        printed = console().file

        def run(operation):
            stand_in = SimpleNamespace(undeclared=lambda _: [], attempt=lambda row, do: setattr(row, "state", do(row)))
            loaded = declaration.Declaration("", tuple(row.registry for row in rows))
            monkeypatch.setattr(fleet, "load", lambda: loaded)
            monkeypatch.setattr(fleet.Engine, "of", lambda _: stand_in)
            with pytest.raises(SystemExit) as end:
                fleet.run([], 1, lambda _, row: operation(row))
            return end.value.code, printed.getvalue().splitlines()[-1]

        return run

    def test_ends_well(self, ran):
        assert ran(lambda _: State.DONE) == (0, "3 done; 0 s")

    def test_ends_with_one_after_a_failure(self, ran):
        assert ran(lambda row: State.FAILED if row.registry.account == "prod" else State.DONE) == (
            1,
            "2 done, 1 failed; 0 s",
        )

    def test_ends_with_130_after_an_interruption(self, ran):
        def operation(_):
            os.kill(os.getpid(), signal.SIGTERM)
            return State.DONE

        assert ran(operation) == (130, "1 done, 2 not begun; 0 s")

    @pytest.mark.parametrize(
        ("error", "message"),
        [
            pytest.param(DeclarationError([Finding("estate", "x", "must be")]), "estate: must be", id="declaration"),
            pytest.param(
                FileNotFoundError(2, "No such file", "pulumi"),
                "[Errno 2] No such file: 'pulumi'; pulumi and secure-ecr must be on PATH",
                id="no-engine",
            ),
            pytest.param(failure(stderr="error: no such bucket"), "no such bucket", id="no-backend"),
        ],
    )
    def test_ends_with_two_before_anything_is_begun(self, monkeypatch, capsys, error, message):
        def fail():
            raise error

        monkeypatch.setattr(fleet, "load", fail)
        with pytest.raises(SystemExit) as end:
            fleet.run([], 1, lambda *_: State.DONE)

        assert (end.value.code, capsys.readouterr().err) == (2, f"{message}\n")


GUIDE = EXAMPLE.parents[1] / "docs" / "how-to" / "many-accounts.md"
SHOWN = sorted(
    {
        tuple(shlex.split(options))
        for path in (EXAMPLE / "README.md", GUIDE)
        for options in re.findall(r"python fleet\.py ([^`\n]+)", path.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_knows_the_options_that_are_shown(words):
    """Parsed as the command does, and not run."""
    command = fleet.main.get_command(None, words[0])

    assert command
    command.make_context(words[0], list(words[1:]), resilient_parsing=True).close()
    assert {word for word in words if word.startswith("--")} <= {
        option for parameter in command.params for option in parameter.opts
    }


TEMPLATES = ["state.yaml", "deployment-role.yaml"]


class TestTemplates:
    @pytest.mark.parametrize("name", TEMPLATES)
    def test_is_valid_for_cloudformation(self, name):
        command = [Path(sys.executable).with_name("cfn-lint"), "--regions", "eu-central-1", "--", name]
        done = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, check=False)

        assert (done.returncode, done.stdout) == (0, "")

    def test_grants_actions_of_ecr_on_what_each_is_for(self):
        """`!Sub` and the like are read as the text after them."""
        template = yaml.load((EXAMPLE / "deployment-role.yaml").read_text(encoding="utf-8"), _Tagged)  # noqa: S506
        (policy,) = template["Resources"]["Role"]["Properties"]["Policies"]
        granted = {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}
        ecr = {name: set(granted[name]["Action"]) for name in ("Repositories", "Registry")}

        assert ecr["Repositories"] | ecr["Registry"] <= ACTIONS.keys()
        assert ecr["Registry"] <= REGISTRY_ACTIONS
        assert not ecr["Repositories"] & REGISTRY_ACTIONS
        assert granted["Registry"]["Resource"] == "*"
        assert granted["Repositories"]["Resource"].endswith(":repository/*")


class _Tagged(yaml.SafeLoader):
    """Reads a template."""


_Tagged.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))


@pytest.mark.parametrize("path", sorted((EXAMPLE / "policies").glob("*.json")), ids=lambda path: path.stem)
def test_configures_controls_that_exist(path):
    document, findings = read_document(path.read_text(encoding="utf-8"), field="", longest=100_000)

    assert findings == ()
    assert check_configuration(document) == ()
