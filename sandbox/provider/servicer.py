"""
Serve the engine's provider protocol for every type in the table.

Each method translates one request, lets the machinery decide, and translates the answer; what a resource type *is*
stands in `table/`. Source: Pulumi, `proto/pulumi/provider.proto`; pulumi-terraform-bridge, `pkg/tfbridge/provider.go`.
"""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.provider import difference, functions, inputs, state, wire
from sandbox.provider.clients import Aws, AwsError, Clients
from sandbox.provider.errors import ProviderError
from sandbox.provider.resource import Change, ResourceType, State
from sandbox.provider.schema import schema
from sandbox.provider.settings import Settings, read
from sandbox.provider.table import SERVICES, lookup

Request = TypeVar("Request")
Response = TypeVar("Response")
Method = Callable[["AwsServicer", Request, grpc.ServicerContext], Response]

_KINDS: Final = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}
_MODES: Final[Mapping[int, inputs.Mode]] = {0: "propose", 1: "enforce", 2: "disable"}
# Pulumi AWS guide "Enhanced Region Support": an import id may end with the Region.
_ID_WITH_REGION: Final = re.compile(r"(?P<id>.+)@(?P<region>[a-z]{2,}(?:-[a-z]+)+-[0-9]+)")


def answering(method: Method[Request, Response]) -> Method[Request, Response]:
    """Turn the errors that an operator can act on into one line for the engine to print."""

    @functools.wraps(method)
    def answer(self: AwsServicer, request: Request, context: grpc.ServicerContext) -> Response:
        try:
            return method(self, request, context)
        except AwsError as error:
            name = getattr(request, "name", "") or getattr(request, "tok", "")
            refuse(context, error.describe(name))
        except ProviderError as error:
            refuse(context, str(error))

    return answer


def refuse(context: grpc.ServicerContext, message: str) -> NoReturn:
    """End the call with *message*, which the engine prints as the error of the resource."""
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError  # abort raises; its declared type does not say so


class AwsServicer(provider_pb2_grpc.ResourceProviderServicer):
    """The stand-in for the `aws` provider: one instance in one process for each provider resource."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._settings: Settings | None = None
        self._clients: Clients | None = None
        self._cancelled = threading.Event()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: ARG002, N802  # the protocol's names
        """Return the version of the SDK that the plugin stands beside; another one makes the engine warn."""
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(  # noqa: N802
        self,
        request: provider_pb2.GetSchemaRequest,  # noqa: ARG002
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> provider_pb2.GetSchemaResponse:
        """Return the package schema of the types in the table; programs in YAML ask for it."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema(self._version)))

    def CheckConfig(  # noqa: N802
        self,
        request: provider_pb2.CheckRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> provider_pb2.CheckResponse:
        """Accept the provider's inputs as they are, or say why not."""
        try:
            read(wire.decode(request.news).values, SERVICES)
        except ProviderError as error:
            return provider_pb2.CheckResponse(
                inputs=request.news, failures=[provider_pb2.CheckFailure(reason=str(error))]
            )
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(  # noqa: N802
        self,
        request: provider_pb2.DiffRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> provider_pb2.DiffResponse:
        """
        Say which inputs of the provider changed. None of them replaces it, since pulumi-aws 7 not even the Region.

        Source: pulumi/pulumi-aws#5656.
        """
        old, new = wire.decode(request.old_inputs).values, wire.decode(request.news).values
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some if changed else none, diffs=changed)

    @answering
    def Configure(  # noqa: N802
        self,
        request: provider_pb2.ConfigureRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> provider_pb2.ConfigureResponse:
        """Make ready to call the embedded AWS, and nothing else."""
        settings = read(wire.decode(request.args).values, SERVICES)
        clients = Clients(settings)
        if settings.allowed_accounts or settings.forbidden_accounts:
            clients.require_allowed_account()
        self._settings, self._clients = settings, clients
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    @answering
    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:  # noqa: ARG002, N802
        """Complete the inputs of a resource, and report every mistake in them."""
        new = wire.decode(request.news)
        naming = inputs.Naming(request.name or _last(request.urn), request.randomSeed)
        if request.HasField("autonaming"):
            mode = _MODES[request.autonaming.mode]
            naming = inputs.Naming(naming.logical, naming.seed, request.autonaming.proposed_name, mode)
        around = inputs.Surroundings(self._configured.region, self._configured.default_tags)
        checked, failures = inputs.check(
            _entry(request.urn), wire.decode(request.olds).values, new.values, naming, around
        )
        return provider_pb2.CheckResponse(
            inputs=wire.encode(checked, _secret(new.secrets)),
            failures=[provider_pb2.CheckFailure(property=each.path, reason=each.reason) for each in failures],
        )

    @answering
    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:  # noqa: ARG002, N802
        """Say what an update would change, and whether it can be made in place."""
        entry = _entry(request.urn)
        new = wire.decode(request.news).values
        found = difference.differences(entry, wire.decode(request.olds).values, new, request.ignoreChanges)
        if not found:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
        replaces = sorted({each.name for each in found if each.replaces or entry.update is None})
        response = provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            diffs=sorted({each.name for each in found}),
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and difference.deletes_first(entry, new),
            hasDetailedDiff=True,
        )
        for each in found:
            response.detailedDiff[each.path].kind = _KINDS[each.kind, each.name in replaces and each.replaces]
        return response

    @answering
    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:  # noqa: N802
        """Make the resource; in a preview, say what can be known of it."""
        entry = _entry(request.urn)
        given = wire.decode(request.properties)
        if request.preview:
            planned = {**state.planned(entry, given.values), "id": wire.UNKNOWN}
            return provider_pb2.CreateResponse(properties=_encode(planned, given))
        self._refuse_after_cancel(context)
        identifier, said = entry.create(self._aws(entry, given.values.get("region")), given.values)
        outputs = state.created(entry, given.values, said) | {"id": identifier}
        return provider_pb2.CreateResponse(id=identifier, properties=_encode(outputs, given))

    @answering
    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:  # noqa: N802
        """Change the resource in place; in a preview, say what it will be."""
        entry = _entry(request.urn)
        old, given = wire.decode(request.olds).values, wire.decode(request.news)
        said: Mapping[str, Any] | None = None
        if not request.preview and entry.update:
            self._refuse_after_cancel(context)
            found = difference.differences(entry, old, given.values, request.ignoreChanges)
            change = Change(old, given.values, frozenset(each.name for each in found))
            said = entry.update(self._aws(entry, given.values.get("region")), request.id, change)
        outputs = state.updated(entry, old, given.values, said or {})
        return provider_pb2.UpdateResponse(properties=_encode(outputs | {"id": request.id}, given))

    @answering
    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:  # noqa: ARG002, N802
        """Return what AWS has under an id: to refresh a resource, to import it, or to look it up."""
        entry = _entry(request.urn)
        old, old_inputs = wire.decode(request.properties), wire.decode(request.inputs)
        known = old.values.get("region") or old_inputs.values.get("region")
        identifier, region = _parse(entry, request.id, known)
        said = self._read(entry, identifier, region, old_inputs.values)
        if said is None:
            return provider_pb2.ReadResponse()
        identifier = said.pop("id", identifier)
        found = state.live(entry, said, old.values)
        if old_inputs.values:
            read_inputs = state.refreshed_inputs(entry, old_inputs.values, found)
        else:
            read_inputs = state.imported_inputs(entry, found)
        return provider_pb2.ReadResponse(
            id=identifier,
            properties=_encode(found | {"id": identifier}, wire.Properties({}, old.secrets | old_inputs.secrets)),
            inputs=wire.encode(read_inputs, _secret(old_inputs.secrets)),
        )

    @answering
    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Remove the resource; one that is gone already is fine."""
        self._refuse_after_cancel(context)
        entry = _entry(request.urn)
        old = wire.decode(request.properties).values
        try:
            entry.delete(self._aws(entry, old.get("region")), request.id, old)
        except AwsError as error:
            if error.code not in entry.missing:
                raise
        return Empty()

    @answering
    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:  # noqa: ARG002, N802
        """Answer one of the package's functions."""
        function = functions.lookup(request.tok)
        arguments = wire.decode(request.args).values
        aws = self._connected.aws(function.service, arguments.get("region"))
        response = provider_pb2.InvokeResponse()
        # `return` is a word of Python's, so the field cannot be named as an argument.
        getattr(response, "return").CopyFrom(wire.encode(function.answer(aws, arguments)))
        return response

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:  # noqa: ARG002, N802
        """Begin no further change; one that is under way on loopback ends in a moment by itself."""
        self._cancelled.set()
        return Empty()

    @property
    def _configured(self) -> Settings:
        if self._settings is None:
            raise ProviderError("the aws provider must be configured before it is used")
        return self._settings

    @property
    def _connected(self) -> Clients:
        if self._clients is None:
            raise ProviderError("the aws provider must be configured before it is used")
        return self._clients

    def _aws(self, entry: ResourceType, region: str | None) -> Aws:
        return self._connected.aws(entry.service, region)

    def _refuse_after_cancel(self, context: grpc.ServicerContext) -> None:
        if self._cancelled.is_set():
            context.abort(grpc.StatusCode.CANCELLED, "the deployment was cancelled")

    def _read(
        self, entry: ResourceType, identifier: str, region: str | None, old_inputs: Mapping[str, Any]
    ) -> State | None:
        aws = self._aws(entry, region)
        try:
            said = entry.read(aws, identifier)
        except AwsError as error:
            if error.code not in entry.missing:
                raise
            return None
        if said is not None and entry.regional:
            said = {**said, "region": aws.region}
        if said is not None and entry.tagged:
            named = list(old_inputs.get("tags", {}))
            said = {**said, "tags": state.own_tags(said["tagsAll"], self._configured.default_tags, named)}
        return said


def _entry(urn: str) -> ResourceType:
    return lookup(urn.split("::")[2].rpartition("$")[2])


def _last(urn: str) -> str:
    return urn.rpartition("::")[2]


def _secret(names: frozenset[str]) -> frozenset[str]:
    """Return *names* and what repeats their values: all tags hold the tags."""
    return names | {"tagsAll"} if "tags" in names else names


def _encode(values: Mapping[str, Any], given: wire.Properties) -> Struct:
    return wire.encode(values, _secret(given.secrets))


def _parse(entry: ResourceType, identifier: str, region: str | None) -> tuple[str, str | None]:
    match = _ID_WITH_REGION.fullmatch(identifier) if entry.regional and region is None else None
    return (match["id"], match["region"]) if match else (identifier, region)
