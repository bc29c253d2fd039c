"""
The public gallery, which moto lacks whole: a service in moto's own terms.

moto finds a service by a name in its own package; `register` puts this module there. State lives on the backend of an
account and a Region, so that moto's reset empties it like the rest.

Source: Amazon ECR Public API reference; botocore, `data/ecr-public`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from moto import backend_index
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

SERVICE: Final = "ecrpublic"
Item = dict[str, Any]


class GalleryError(ServiceException):
    """What the gallery refuses: an error code of the API and its message."""


class EcrPublicBackend(BaseBackend):
    """The public repositories of one account; each a description, a catalogue entry, a policy and tags."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.repositories: dict[str, Item] = {}

    @property
    def url_bases(self) -> list[str]:
        """The hosts of the service."""
        return [r"https?://ecr-public\.(.+)\.amazonaws\.com"]

    @property
    def url_paths(self) -> dict[str, Callable[..., Any]]:
        """The one path of the service."""
        return {"/$": EcrPublicResponse.dispatch}

    def find(self, name: str) -> Item:
        """
        Return the repository *name*.

        Raises:
            GalleryError: There is none.
        """
        if name not in self.repositories:
            raise GalleryError(
                "RepositoryNotFoundException",
                f"The repository with name '{name}' does not exist in the registry with id '{self.account_id}'",
            )
        return self.repositories[name]


class EcrPublicResponse(BaseResponse):
    """The operations of the service, by the names under which moto looks for them."""

    def __init__(self) -> None:
        super().__init__(service_name="ecr-public")

    @property
    def gallery(self) -> EcrPublicBackend:
        """The repositories of the caller's account."""
        backend: EcrPublicBackend = ecrpublic_backends[self.current_account][self.region]
        return backend

    @property
    def repository(self) -> Item:
        """The repository that the request names, by its name or its ARN."""
        named = self._get_param("repositoryName") or self._get_param("resourceArn").partition("/")[2]
        return self.gallery.find(named)

    def create_repository(self) -> ActionResult:
        """Add a repository. Source: API CreateRepository."""
        name, account = self._get_param("repositoryName"), self.current_account
        if name in self.gallery.repositories:
            raise GalleryError(
                "RepositoryAlreadyExistsException",
                f"The repository with name '{name}' already exists in the registry with id '{account}'",
            )
        self.gallery.repositories[name] = {
            "catalogData": self._get_param("catalogData") or {},
            "policyText": None,
            "repository": {
                "createdAt": datetime.now(UTC),
                "registryId": account,
                "repositoryArn": f"arn:{self.partition}:ecr-public::{account}:repository/{name}",
                "repositoryName": name,
                # AWS makes up an alias for each registry; eight characters of the account stand in for it.
                "repositoryUri": f"public.ecr.aws/{account[:8]}/{name}",
            },
            "tags": {tag["Key"]: tag["Value"] for tag in self._get_param("tags") or []},
        }
        created = self.gallery.find(name)
        return ActionResult({"repository": created["repository"], "catalogData": created["catalogData"]})

    def describe_repositories(self) -> ActionResult:
        """List the repositories, or those of the given names. Source: API DescribeRepositories."""
        names = self._get_param("repositoryNames") or list(self.gallery.repositories)
        return ActionResult({"repositories": [self.gallery.find(name)["repository"] for name in names]})

    def delete_repository(self) -> ActionResult:
        """Remove a repository. Source: API DeleteRepository."""
        repository = self.repository["repository"]
        del self.gallery.repositories[repository["repositoryName"]]
        return ActionResult({"repository": repository})

    def put_repository_catalog_data(self) -> ActionResult:
        """Replace the catalogue entry. Source: API PutRepositoryCatalogData."""
        self.repository["catalogData"] = self._get_param("catalogData") or {}
        return self.get_repository_catalog_data()

    def get_repository_catalog_data(self) -> ActionResult:
        """
        Return the catalogue entry. Of a logo the API tells a URL, and none is served here.

        Source: API GetRepositoryCatalogData.
        """
        return ActionResult({"catalogData": self.repository["catalogData"]})

    def set_repository_policy(self) -> ActionResult:
        """Replace the policy. Source: API SetRepositoryPolicy."""
        self.repository["policyText"] = self._get_param("policyText")
        return self.get_repository_policy()

    def get_repository_policy(self) -> ActionResult:
        """Return the policy; a repository without one is an error. Source: API GetRepositoryPolicy."""
        repository = self.repository
        name = repository["repository"]["repositoryName"]
        if repository["policyText"] is None:
            raise GalleryError(
                "RepositoryPolicyNotFoundException", f"Repository policy does not exist for the repository '{name}'"
            )
        return ActionResult(
            {
                "policyText": repository["policyText"],
                "registryId": self.current_account,
                "repositoryName": name,
            }
        )

    def delete_repository_policy(self) -> ActionResult:
        """Remove the policy. Source: API DeleteRepositoryPolicy."""
        answer = self.get_repository_policy()
        self.repository["policyText"] = None
        return answer

    def list_tags_for_resource(self) -> ActionResult:
        """List the tags of a repository. Source: API ListTagsForResource."""
        return ActionResult({"tags": [{"Key": key, "Value": value} for key, value in self.repository["tags"].items()]})

    def tag_resource(self) -> ActionResult:
        """Add or replace tags. Source: API TagResource."""
        self.repository["tags"] |= {tag["Key"]: tag["Value"] for tag in self._get_param("tags")}
        return EmptyResult()

    def untag_resource(self) -> ActionResult:
        """Remove tags; a stranger is no error. Source: API UntagResource."""
        for key in self._get_param("tagKeys"):
            self.repository["tags"].pop(key, None)
        return EmptyResult()


ecrpublic_backends: Final = BackendDict(EcrPublicBackend, "ecr-public")


def register() -> None:
    """Make moto's server find the service; a second call changes nothing more."""
    sys.modules[f"moto.{SERVICE}"] = sys.modules[__name__]
    pattern = re.compile(r"https?://ecr-public\.(.+)\.amazonaws\.com")
    if all(name != SERVICE for name, _ in backend_index.backend_url_patterns):
        backend_index.backend_url_patterns.append((SERVICE, pattern))
