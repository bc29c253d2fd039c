"""500 repositories, each with its lifecycle and repository policy, without any component."""

import pulumi_aws as aws
from inputs import COUNT, LIFECYCLE, POLICY, REPOSITORY

for number in range(COUNT):
    repository = aws.ecr.Repository(f"team-app{number}", name=f"team/app{number}", **REPOSITORY)
    aws.ecr.LifecyclePolicy(f"team-app{number}-lifecycle", repository=repository.name, policy=LIFECYCLE)
    aws.ecr.RepositoryPolicy(f"team-app{number}-policy", repository=repository.name, policy=POLICY)
