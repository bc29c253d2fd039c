"""Route tables and what is associated with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.partitions import arn
from sandbox.provider.resource import Change, Property, ResourceType, State
from sandbox.provider.table.ec2_tags import retag, specification
from sandbox.provider.tags import unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ec2"
_MISSING: Final = frozenset({"InvalidRouteTableID.NotFound"})
_DESTINATIONS: Final = {
    "cidrBlock": "DestinationCidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
}
_TARGETS: Final = {
    "carrierGatewayId": "CarrierGatewayId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}
_LACKING: Final = ("coreNetworkArn", "localGatewayId", "odbNetworkArn")


# Route tables


def _create_table(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_route_table", VpcId=inputs["vpcId"], TagSpecifications=specification("route-table", inputs)
    )
    table = answer["RouteTable"]["RouteTableId"]
    for route in inputs.get("routes", []):
        aws.call("create_route", RouteTableId=table, **_parameters(route, _DESTINATIONS | _TARGETS))
    return table, _read_table(aws, table)


def _parameters(route: Mapping[str, Any], names: Mapping[str, str]) -> State:
    return {names[name]: value for name, value in route.items() if name in names and value}


def _read_table(aws: Aws, table: str) -> State:
    found = aws.call("describe_route_tables", RouteTableIds=[table])["RouteTables"][0]
    return {
        "arn": arn(aws, f"route-table/{table}", found["OwnerId"]),
        "ownerId": found["OwnerId"],
        "propagatingVgws": [each["GatewayId"] for each in found.get("PropagatingVgws", [])],
        "routes": [_route(each) for each in found["Routes"] if _is_of_the_program(each)],
        "tagsAll": unlisted(found.get("Tags", [])),
        "vpcId": found["VpcId"],
    }


def _is_of_the_program(route: Mapping[str, Any]) -> bool:
    """Return whether a program has declared *route*: it is not the local one, nor one that an endpoint has added."""
    gateway = route.get("GatewayId", "")
    return gateway != "local" and not ("DestinationPrefixListId" in route and gateway.startswith("vpce-"))


def _route(said: Mapping[str, Any]) -> State:
    return {name: said[api] for name, api in (_DESTINATIONS | _TARGETS).items() if said.get(api)}


def _update_table(aws: Aws, table: str, change: Change) -> None:
    if change.of("routes"):
        before = {_destination(route): route for route in change.old.get("routes", [])}
        after = {_destination(route): route for route in change.new.get("routes", [])}
        for destination, route in after.items():
            if destination not in before:
                aws.call("create_route", RouteTableId=table, **_parameters(route, _DESTINATIONS | _TARGETS))
            elif _parameters(route, _TARGETS) != _parameters(before[destination], _TARGETS):
                aws.call("replace_route", RouteTableId=table, **_parameters(route, _DESTINATIONS | _TARGETS))
        for destination in before.keys() - after.keys():
            aws.call("delete_route", RouteTableId=table, **_parameters(before[destination], _DESTINATIONS))
    retag(aws, table, change)


def _destination(route: Mapping[str, Any]) -> tuple[str, str]:
    return next((name, route[name]) for name in _DESTINATIONS if route.get(name))


def _delete_table(aws: Aws, table: str, _old: Mapping[str, Any]) -> None:
    for association in aws.call("describe_route_tables", RouteTableIds=[table])["RouteTables"][0]["Associations"]:
        aws.call("disassociate_route_table", AssociationId=association["RouteTableAssociationId"])
    aws.call("delete_route_table", RouteTableId=table)


ROUTE_TABLE: Final = ResourceType(
    type_name="aws:ec2/routeTable:RouteTable",
    service="ec2",
    inputs={
        "propagatingVgws": Property(kind="set", kept=True, lacking=True),
        "routes": Property(
            kind="set",
            kept=True,
            fields={
                **{name: Property() for name in (*_DESTINATIONS, *_TARGETS)},
                **{name: Property(lacking=True) for name in _LACKING},
            },
        ),
        "vpcId": Property(required=True, replaces=True),
    },
    outputs=("arn", "ownerId"),
    create=_create_table,
    read=_read_table,
    update=_update_table,
    delete=_delete_table,
    missing=_MISSING,
    import_id="the id of the route table",
    tagged=True,
    sources=(f"{_TERRAFORM}/vpc_route_table.go", "pulumi_aws.ec2.RouteTable"),
)


# Associations


def _associate(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "associate_route_table",
        GatewayId=inputs.get("gatewayId"),
        RouteTableId=inputs["routeTableId"],
        SubnetId=inputs.get("subnetId"),
    )
    return answer["AssociationId"], {}


def _read_association(aws: Aws, identifier: str) -> State | None:
    """Return the association of that id, or of an import's subnet (or gateway) and table, `subnet-1/rtb-1`."""
    target, _, table = identifier.partition("/")
    wanted = {"Name": "association.route-table-association-id", "Values": [identifier]}
    found = aws.call("describe_route_tables", **({"RouteTableIds": [table]} if table else {"Filters": [wanted]}))
    for each in found["RouteTables"]:
        for association in each["Associations"]:
            members = {
                "id": association["RouteTableAssociationId"],
                "gatewayId": association.get("GatewayId"),
                "routeTableId": each["RouteTableId"],
                "subnetId": association.get("SubnetId"),
            }
            if (target if table else identifier) in members.values():
                return members
    return None


def _move_association(aws: Aws, identifier: str, change: Change) -> None:
    aws.call("replace_route_table_association", AssociationId=identifier, RouteTableId=change.new["routeTableId"])


def _disassociate(aws: Aws, identifier: str, _old: Mapping[str, Any]) -> None:
    aws.call("disassociate_route_table", AssociationId=identifier)


ROUTE_TABLE_ASSOCIATION: Final = ResourceType(
    type_name="aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    inputs={
        "gatewayId": Property(replaces=True),
        "routeTableId": Property(required=True),
        "subnetId": Property(replaces=True),
    },
    create=_associate,
    read=_read_association,
    update=_move_association,
    delete=_disassociate,
    missing=_MISSING | {"InvalidAssociationID.NotFound"},
    import_id="the id of the subnet or gateway and that of the route table, `subnet/table`",
    sources=(f"{_TERRAFORM}/vpc_route_table_association.go", "pulumi_aws.ec2.RouteTableAssociation"),
)

ENTRIES: Final = (ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION)
