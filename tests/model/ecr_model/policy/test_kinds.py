"""The kinds of policies: their limits are those of the API."""

import botocore.session
import pytest
from ecr_model.policy.kinds import PUBLIC_REPOSITORY_POLICY, REGISTRY_POLICY, REPOSITORY_POLICY


@pytest.mark.parametrize(
    ("service", "shape", "kind"),
    [
        ("ecr", "RepositoryPolicyText", REPOSITORY_POLICY),
        ("ecr", "RegistryPolicyText", REGISTRY_POLICY),
        ("ecr-public", "RepositoryPolicyText", PUBLIC_REPOSITORY_POLICY),
    ],
)
def test_lengths_are_those_of_the_api(service, shape, kind):
    model = botocore.session.get_session().get_service_model(service)

    assert model.shape_for(shape).metadata["max"] == kind.longest
