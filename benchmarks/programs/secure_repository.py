"""500 SecureRepository, each with the three resources of by_hand.py."""

from inputs import COUNT, KEY
from secure_ecr import SecureRepository

for number in range(COUNT):
    SecureRepository(
        f"team-app{number}",
        {
            "repository_name": f"team/app{number}",
            "kms_key_arn": KEY,
            "access": {"pull": [{"account_id": "210987654321"}]},
        },
    )
