"""
The vocabulary of the table: what one resource type is, in data and four small functions.

The machinery (`inputs`, `difference`, `state`, `servicer`) reads these; the entries in `table/` are made of them.
Every entry says where its facts come from, because the stand-in is worth what it shares with the official plugin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from sandbox.provider.clients import Aws

Kind = Literal["string", "boolean", "integer", "number", "map", "list", "set", "object", "json"]
State = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """
    One input of a resource, or of an object inside it.

    Attributes:
        kind: `set` is a list whose order says nothing; `map` has string values; `json` is a document, given as text
            or as an object, kept as text.
        required: The program must set it.
        default: What the plugin fills in when the program does not.
        kept: What AWS has stays when the program does not set it (Terraform's Optional+Computed, or a suppressed
            difference); otherwise AWS is brought back to "not set".
        replaces: A change needs another resource (Terraform's ForceNew).
        switches: To set it or to take it away needs another resource; another value does not.
        lacking: The stand-in cannot do it: any value but the default is refused, with the way out.
        fields: The members of the objects in a `list`, a `set` or an `object`; absent for plain strings.
        same: What counts as the same value; absent, equality.
        values: The only values allowed; empty, any.
        between: The lowest and the highest number allowed.
    """

    kind: Kind = "string"
    required: bool = False
    default: str | bool | int | None = None
    kept: bool = False
    replaces: bool = False
    switches: bool = False
    lacking: bool = False
    fields: Mapping[str, Property] | None = None
    same: Callable[[str, str], bool] | None = None
    values: tuple[str, ...] = ()
    between: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoname:
    """
    How a resource without a name gets one: its logical name, a hyphen and seven hexadecimal digits.

    Attributes:
        property: The input that holds the name; `<property>Prefix`, when it is an input and set, stands in for it.
        longest: Characters of a name, at most.
        prefix: What every name of the type begins with; added when missing.
        guards: A name that the program gave makes every replacement delete first: two resources cannot have it.
    """

    property: str = "name"
    longest: int = 255
    prefix: str = ""
    guards: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What an update goes from and to; `old` is the state, `new` the inputs."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    names: frozenset[str]

    def of(self, *names: str) -> bool:
        """Return whether one of the properties *names* changes."""
        return not self.names.isdisjoint(names)


Create = Callable[["Aws", Mapping[str, Any]], tuple[str, State]]
Read = Callable[["Aws", str], "State | None"]
Update = Callable[["Aws", str, Change], "State | None"]
Delete = Callable[["Aws", str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """
    One row of the table.

    Attributes:
        type_name: The type as programs name it, `aws:ecr/repository:Repository`.
        service: The boto3 service that its calls go to.
        inputs: What a program may set; `region` and the tags are added by `regional` and `tagged`.
        outputs: What AWS decides.
        create: Make it; return the id, and what AWS says beyond the inputs.
        read: Return what AWS has under an id, inputs and outputs; None when it is gone. A member `id` takes the place
            of an id that only an import uses.
        update: Change it in place; return what AWS says beyond the inputs. Absent: every change replaces.
        delete: Remove it.
        missing: Error codes by which AWS says that it is not there: a read finds nothing, a delete is done.
        import_id: What `pulumi import` takes, in words.
        identifier: The inputs that the id is made of, joined with `separator`; empty when AWS decides it.
        autoname: How it gets a name that the program leaves out; absent, the program must give one.
        regional: It is in a Region; IAM's resources are in none.
        tagged: It takes tags.
        lasts: It is a setting that always has a value: it is reset, never gone.
        delete_first: Every replacement deletes before it creates.
        sources: Where the facts of this entry come from.
    """

    type_name: str
    service: str
    inputs: Mapping[str, Property]
    outputs: tuple[str, ...] = ()
    create: Create
    read: Read
    update: Update | None = None
    delete: Delete
    missing: frozenset[str] = frozenset()
    import_id: str
    identifier: tuple[str, ...] = ()
    separator: str = ":"
    autoname: Autoname | None = None
    regional: bool = True
    tagged: bool = False
    lasts: bool = False
    delete_first: bool = False
    sources: tuple[str, ...]
    properties: Mapping[str, Property] = field(init=False)

    def __post_init__(self) -> None:
        """Complete `properties`: the inputs and what the flags add."""
        added: dict[str, Property] = {}
        if self.regional:
            added["region"] = Property(kept=True, replaces=True)
        if self.tagged:
            added |= {"tags": Property(kind="map"), "tagsAll": Property(kind="map")}
        object.__setattr__(self, "properties", {**self.inputs, **added})
