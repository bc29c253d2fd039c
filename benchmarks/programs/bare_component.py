"""The same resources as by_hand.py, each three under a component that does nothing else."""

import pulumi
import pulumi_aws as aws
from inputs import COUNT, LIFECYCLE, POLICY, REPOSITORY


class Bare(pulumi.ComponentResource):
    """The least that a component can be."""

    def __init__(self, name: str, repository_name: str) -> None:
        super().__init__("bench:index:Bare", name, {"repositoryName": repository_name})
        child = pulumi.ResourceOptions(parent=self)
        repository = aws.ecr.Repository(name, name=repository_name, **REPOSITORY, opts=child)
        aws.ecr.LifecyclePolicy(f"{name}-lifecycle", repository=repository.name, policy=LIFECYCLE, opts=child)
        aws.ecr.RepositoryPolicy(f"{name}-policy", repository=repository.name, policy=POLICY, opts=child)
        self.register_outputs({"repositoryUrl": repository.repository_url})


for number in range(COUNT):
    Bare(f"team-app{number}", f"team/app{number}")
