"""The dashboard of a registry: calls against their quotas, repositories, pulls."""

from collections.abc import Sequence

from ecr_model.documents import compact
from ecr_model.metrics import MEASURED_OPERATIONS, Metric, call_count, pull_count, rate_quota, repository_count

_WIDTH, _HEIGHT = 12, 6  # of a grid of 24 columns
_EVERY_PULL = "SEARCH('{AWS/ECR,RepositoryName} MetricName=\"RepositoryPullCount\"', 'Sum', 300)"


def render_dashboard(repositories: Sequence[str], *, region: str) -> str:
    """
    Return the body of the dashboard, with a graph for each measured operation.

    Args:
        repositories: Names of the repositories whose pulls are drawn; empty, all of them.
        region: Region of the registry.

    Source: CloudWatch API reference, "Dashboard body structure and syntax"; CloudWatch user guide, "Using metric
    math", for `SEARCH`.
    """
    pulls = [_line(pull_count(repository), repository) for repository in sorted(repositories)]
    graphs = [
        ("Pulls", pulls or [[{"expression": _EVERY_PULL, "id": "pulls", "label": ""}]], 300, None),
        ("Repositories", [_line(repository_count(), "repositories")], 300, None),
        *(
            (operation, [_line(call_count(operation), "calls in a minute")], 60, rate_quota(operation).default * 60)
            for operation in MEASURED_OPERATIONS
        ),
    ]
    widgets = [
        {
            "type": "metric",
            "x": _WIDTH * (place % 2),
            "y": _HEIGHT * (place // 2),
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": {
                "title": title,
                "region": region,
                "view": "timeSeries",
                "period": period,
                "metrics": metrics,
                **({} if quota is None else {"annotations": {"horizontal": [{"label": "quota", "value": quota}]}}),
            },
        }
        for place, (title, metrics, period, quota) in enumerate(graphs)
    ]
    return compact({"widgets": widgets})


def _line(metric: Metric, label: str) -> list[object]:
    dimensions = [text for dimension in metric.dimensions.items() for text in dimension]
    return [metric.namespace, metric.name, *dimensions, {"stat": metric.statistic, "label": label}]
