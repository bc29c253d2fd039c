from __future__ import annotations

import json

from ecr_model.metrics import MEASURED_OPERATIONS
from secure_ecr.dashboard import render_dashboard


def graph(place, title, period, *metrics, **more):
    return {
        "type": "metric",
        "x": 12 * (place % 2),
        "y": 6 * (place // 2),
        "width": 12,
        "height": 6,
        "properties": {
            "title": title,
            "region": "eu-west-1",
            "view": "timeSeries",
            "period": period,
            "metrics": list(metrics),
            **more,
        },
    }


def calls(operation):
    dimensions = ["Service", "ECR", "Type", "API", "Resource", operation, "Class", "None"]
    return ["AWS/Usage", "CallCount", *dimensions, {"stat": "Sum", "label": "calls in a minute"}]


def quota(per_minute):
    return {"annotations": {"horizontal": [{"label": "quota", "value": per_minute}]}}


COUNT = [
    *("AWS/Usage", "ResourceCount", "Service", "ECR", "Type", "RESOURCE", "Resource", "RepositoryCount"),
    *("Class", "None", {"stat": "Maximum", "label": "repositories"}),
]
USAGE = [
    graph(1, "Repositories", 300, COUNT),
    graph(2, "GetAuthorizationToken", 60, calls("GetAuthorizationToken"), **quota(30_000)),
    graph(3, "BatchCheckLayerAvailability", 60, calls("BatchCheckLayerAvailability"), **quota(60_000)),
    graph(4, "InitiateLayerUpload", 60, calls("InitiateLayerUpload"), **quota(6_000)),
    graph(5, "UploadLayerPart", 60, calls("UploadLayerPart"), **quota(30_000)),
    graph(6, "CompleteLayerUpload", 60, calls("CompleteLayerUpload"), **quota(6_000)),
    graph(7, "PutImage", 60, calls("PutImage"), **quota(600)),
    graph(8, "BatchGetImage", 60, calls("BatchGetImage"), **quota(120_000)),
    graph(9, "GetDownloadUrlForLayer", 60, calls("GetDownloadUrlForLayer"), **quota(180_000)),
]


def test_draws_every_repository_when_none_is_named():
    expression = "SEARCH('{AWS/ECR,RepositoryName} MetricName=\"RepositoryPullCount\"', 'Sum', 300)"

    assert json.loads(render_dashboard([], region="eu-west-1")) == {
        "widgets": [graph(0, "Pulls", 300, [{"expression": expression, "id": "pulls", "label": ""}]), *USAGE]
    }


def test_draws_the_named_repositories():
    pulls = [
        ["AWS/ECR", "RepositoryPullCount", "RepositoryName", name, {"stat": "Sum", "label": name}]
        for name in ("team/api", "team/web")
    ]

    assert json.loads(render_dashboard(["team/web", "team/api"], region="eu-west-1")) == {
        "widgets": [graph(0, "Pulls", 300, *pulls), *USAGE]
    }


def test_draws_every_measured_operation():
    titles = [widget["properties"]["title"] for widget in USAGE]

    assert titles == ["Repositories", *MEASURED_OPERATIONS]
