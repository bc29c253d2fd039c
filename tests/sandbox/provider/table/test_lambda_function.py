from __future__ import annotations

import json

from sandbox.provider.table.iam import ROLE
from sandbox.provider.table.lambda_function import FUNCTION

GIVEN = {
    "name": "thumbnails",
    "packageType": "Image",
    "imageUri": f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app@sha256:{'a' * 64}",
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def test_a_function_loses_what_the_program_takes_away(make):
    role = make(ROLE, name="thumbnails-execution", assumeRolePolicy=json.dumps(TRUST))
    given = GIVEN | {"role": role.state["arn"]}
    function = make(FUNCTION, **given, description="small", environment={"variables": {"STAGE": "dev"}})
    function.update(given)

    found = FUNCTION.read(function.aws, "thumbnails")
    assert (found["description"], found["environment"]) == (None, None)
    assert function.changes_after_refresh() == []
