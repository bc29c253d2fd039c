"""What every program declares: as many repositories as COUNT says, with documents of the usual size."""

import json
import os

COUNT = int(os.environ.get("BENCHMARK_REPOSITORIES", "500"))
KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
REPOSITORY = {
    "image_tag_mutability": "IMMUTABLE",
    "encryption_configurations": [{"encryption_type": "KMS", "kms_key": KEY}],
    "image_scanning_configuration": {"scan_on_push": True},
}
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "untagged images",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Pull",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            }
        ],
    }
)
