"""A program under recorded mocks: what it registered, with which options, and what came out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from google.protobuf import json_format
from pulumi.runtime import Mocks
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs
from secure_ecr import errors
from secure_ecr.errors import DeclarationError

ACCOUNT = "123456789012"
REGION = "eu-central-1"
LAST_DEPLOYMENT = "pulumi:pulumi:readStackResourceOutputs"
"""What a component asks the engine for what the stack has; unless a test says otherwise, it has nothing."""
UNKNOWN = "unknown"
"""Stands in what was recorded for a value that is not known yet."""


def plain(value: Any) -> Any:
    """Return *value* with `UNKNOWN` for what is not known yet."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return UNKNOWN if type(value).__name__ == "Unknown" else value


def outputs_of(args: MockResourceArgs) -> dict[str, Any]:
    """Return what AWS would add to the inputs of a resource."""
    region, name = args.inputs.get("region", REGION), args.inputs.get("name", args.name)
    return {
        "aws:ecr/repository:Repository": {
            "arn": f"arn:aws:ecr:{region}:{ACCOUNT}:repository/{name}",
            "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{name}",
            "registryId": ACCOUNT,
        },
        "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {"registryId": ACCOUNT},
        "aws:kms/key:Key": {"arn": f"arn:aws:kms:{region}:{ACCOUNT}:key/{args.name}", "keyId": args.name},
        "aws:ecrpublic/repository:Repository": {
            "arn": f"arn:aws:ecr-public::{ACCOUNT}:repository/{args.inputs.get('repositoryName')}",
            "repositoryUri": f"public.ecr.aws/a1b2c3d4/{args.inputs.get('repositoryName')}",
            "registryId": ACCOUNT,
        },
        "aws:iam/instanceProfile:InstanceProfile": {"name": name},
        "aws:sns/topic:Topic": {"arn": f"arn:aws:sns:{region}:{ACCOUNT}:{args.name}"},
        "aws:iam/role:Role": {"arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "name": name},
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
            "arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{str(args.inputs.get('url')).removeprefix('https://')}"
        },
    }.get(args.typ, {})


@dataclass
class Deployment:
    """
    What a program did.

    Attributes:
        resources: Inputs of the resources of providers, whole, by logical name.
        components: Inputs of the components, by logical name.
        options: Of both: parent, protect and so on, by type and logical name.
        outputs: What the program returned, resolved; a value that is not known is `UNKNOWN`.
        log: Lines that an operator would see.
    """

    resources: dict[str, Any] = field(default_factory=dict)
    components: dict[str, Any] = field(default_factory=dict)
    options: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    outputs: Any = None
    log: list[str] = field(default_factory=list)


class Recorder(Mocks):
    def __init__(self, deployment: Deployment, *, preview: bool, calls: Mapping[str, Any]) -> None:
        self.deployment, self.preview, self.calls = deployment, preview, calls

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        into = self.deployment.resources if args.custom else self.deployment.components
        assert args.name not in into, f"two resources are called {args.name}"
        into[args.name] = plain(args.inputs)
        computed = {} if self.preview else outputs_of(args)
        return f"{args.name}-id", {**args.inputs, **computed}

    def call(self, args: MockCallArgs) -> Any:
        answer = self.calls[args.token]  # a lookup without a double is a mistake of the test
        return answer(args.args) if callable(answer) else answer


class RecordingMonitor(MockMonitor):
    """Keeps the options, which mocks do not see."""

    def __init__(self, mocks: Recorder) -> None:
        super().__init__(mocks)
        self.options = mocks.deployment.options

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name of the protocol
        about_deletion = ("protect", "deleteBeforeReplace", "deletedWith")
        kept = ("parent", "aliases", "importId", "ignoreChanges", "dependencies", "provider", *about_deletion)
        message = json_format.MessageToDict(request)
        if request.type != "pulumi:pulumi:Stack":
            self.options[request.type, request.name] = {key: message[key] for key in kept if key in message}
        return super().RegisterResource(request)


class Lines(logging.Handler):
    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.INFO)
        self.into = into

    def emit(self, record: logging.LogRecord) -> None:
        self.into.append(f"{record.levelname.lower()}: {record.getMessage()}")


Deploy = Callable[..., Deployment]


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Deploy:
    """Run a program to its end, and return what it did."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(errors, "_SHOWN", set())

    def run(
        program: Callable[[], Any],
        *,
        preview: bool = False,
        calls: Mapping[str, Any] | None = None,
        configuration: Mapping[str, str] | None = None,
        into: Deployment | None = None,
    ) -> Deployment:
        deployment = into or Deployment()
        mocks = Recorder(deployment, preview=preview, calls={LAST_DEPLOYMENT: {}, **(calls or {})})
        logger = logging.getLogger("deployment")
        logger.handlers = [Lines(deployment.log)]
        pulumi.runtime.set_mocks(
            mocks, "secure-ecr", "test", preview=preview, logger=logger, monitor=RecordingMonitor(mocks)
        )
        pulumi.runtime.set_all_config(dict(configuration or {}))

        @pulumi.runtime.test
        def body() -> Any:
            resolved = pulumi.Output.from_input(program())

            async def keep() -> None:
                known = await resolved.is_known()
                deployment.outputs = await resolved.future() if known else UNKNOWN

            return pulumi.Output.from_input(keep())

        body()
        return deployment

    return run


Refusal = Callable[[Callable[[], Any]], list[str]]


@pytest.fixture
def refusal(deploy: Deploy) -> Refusal:
    """Run a program that must be refused, and return the lines that an operator sees of it."""

    def run(program: Callable[[], Any], **arguments: Any) -> list[str]:
        deployment = Deployment()
        with pytest.raises(DeclarationError) as refused:
            deploy(program, into=deployment, **arguments)
        assert deployment == Deployment(), "something was registered"
        return str(refused.value).splitlines()

    return run
