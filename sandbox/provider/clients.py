"""
Call the embedded AWS: clients that are made once, and errors that fit one line.

botocore, the half of boto3 that makes clients, is imported by the first call and not before: a deployment that
changes nothing makes none, and should not wait for it.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sandbox.provider.errors import ProviderError
from sandbox.provider.settings import Settings

_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 60
_CONNECTIONS: Final = 32

_REMEDIES: Final = (
    ("AlreadyExists", "import it, or choose another name"),
    ("NotEmpty", "remove what it holds, or set forceDelete"),
    ("NotFound", "create it first, or run `pulumi refresh` if it was there"),
    ("NoSuchEntity", "create it first, or run `pulumi refresh` if it was there"),
    ("InternalError", "the embedded AWS failed or lacks the operation, see its log"),
    ("Unreachable", "start the embedded AWS with `make up`"),
)


class AwsError(ProviderError):
    """
    A call that AWS refused, or that did not reach it.

    Attributes:
        operation: The API operation.
        code: AWS's error code, `Unreachable` when there was no answer.
        message: AWS's message, on one line.
    """

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(operation, code, message)
        self.operation = operation
        self.code = code
        self.message = " ".join(message.split())

    def describe(self, resource: str) -> str:
        """Return the line for the operator: operation, *resource*, code, message and what to do."""
        remedy = next((remedy for part, remedy in _REMEDIES if part in self.code), "change the program accordingly")
        return f"{self.operation} of {resource}: {self.code}: {self.message}; {remedy}"


@dataclass(frozen=True)
class Aws:
    """What an entry of the table calls AWS with: one service in one Region, in the provider's account."""

    clients: Clients
    service: str
    region: str

    def call(self, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """
        Return the answer to *operation* (`create_repository`); a parameter that is None is left out.

        Raises:
            AwsError: AWS refused, or could not be reached.
        """
        client = self.clients.client(self.service, self.region)
        return _answer(client, operation, {name: value for name, value in parameters.items() if value is not None})

    @property
    def account(self) -> str:
        """The id of the account that the calls act in."""
        return self.clients.account


class Clients:
    """The boto3 clients of one provider process: one for each service and Region, all in one account."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._made: dict[tuple[str, str], Any] = {}

    def aws(self, service: str, region: str | None) -> Aws:
        """Return what calls *service* in *region*; absent, in that of the provider."""
        return Aws(self, service, region or self._settings.region)

    def client(self, service: str, region: str) -> Any:
        """Return the boto3 client for *service* in *region*."""
        key = (service, region)
        made = self._made.get(key)
        if made is None:
            with self._lock:
                if key not in self._made:
                    self._made[key] = self._make(service, region, self._keys)
                made = self._made[key]
        return made

    @cached_property
    def account(self) -> str:
        """The id of the account that the keys belong to."""
        return str(self.identity["Account"])

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What AWS says of the caller: Account, Arn and UserId."""
        return self.aws("sts", None).call("get_caller_identity")

    def require_allowed_account(self) -> None:
        """
        Refuse to work in an account that the configuration excludes.

        Raises:
            ProviderError: The account is not allowed.
        """
        allowed, forbidden = self._settings.allowed_accounts, self._settings.forbidden_accounts
        if (allowed and self.account not in allowed) or self.account in forbidden:
            raise ProviderError(
                f"allowedAccountIds: must hold the account of the keys, got {self.account}; assume a role in an "
                "allowed account"
            )

    @cached_property
    def _keys(self) -> tuple[str, str, str | None]:
        keys = self._settings.keys
        for role in self._settings.roles:
            parameters = {"RoleArn": role.arn, "RoleSessionName": "sandbox", **role.options}
            given = _answer(self._make("sts", self._settings.region, keys), "assume_role", parameters)["Credentials"]
            keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return keys

    def _make(self, service: str, region: str, keys: tuple[str, str, str | None]) -> Any:
        from botocore.config import Config  # noqa: PLC0415  # see the module's docstring

        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": 1},  # on loopback a second attempt fails like the first
            max_pool_connections=_CONNECTIONS,
        )
        return self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self._settings.endpoints[service],
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            aws_session_token=keys[2],
            config=config,
        )

    @cached_property
    def _session(self) -> Any:
        forget_the_person()
        from botocore.session import Session  # noqa: PLC0415  # see the module's docstring

        return Session()


def forget_the_person() -> None:
    """Turn this process away from the person's AWS profiles and proxies: neither is for a loopback AWS."""
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ |= {"NO_PROXY": "*", "no_proxy": "*"}  # Python's library heeds the small letters first
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CA_BUNDLE"):
        os.environ.pop(name, None)


def _answer(client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    from botocore import exceptions, parsers  # noqa: PLC0415  # see the module's docstring

    name = client.meta.method_to_api_mapping[operation]
    try:
        answer: dict[str, Any] = getattr(client, operation)(**parameters)
    except exceptions.ClientError as error:
        told = error.response["Error"]
        if told["Code"].isdecimal():  # an HTTP status: the embedded AWS failed, and answered with a page
            raise AwsError(name, "InternalError", f"HTTP status {told['Code']}") from error
        raise AwsError(name, told["Code"], told["Message"]) from error
    except parsers.ResponseParserError as error:  # moto's own page for a fault of its own
        raise AwsError(name, "InternalError", "the answer cannot be read") from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise AwsError(name, "Unreachable", str(error)) from error
    except exceptions.BotoCoreError as error:
        raise AwsError(name, "Invalid", str(error)) from error
    return answer
