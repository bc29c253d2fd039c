"""Alarms and dashboards: what an operator watches a registry by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.difference import DEFAULTS
from sandbox.provider.documents import normalize, same_json
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.tags import listed, retag, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/cloudwatch"


# Alarms

_PLAIN: Final = {
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "alarmDescription": "AlarmDescription",
    "comparisonOperator": "ComparisonOperator",
    "datapointsToAlarm": "DatapointsToAlarm",
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "evaluationPeriods": "EvaluationPeriods",
    "extendedStatistic": "ExtendedStatistic",
    "insufficientDataActions": "InsufficientDataActions",
    "metricName": "MetricName",
    "namespace": "Namespace",
    "okActions": "OKActions",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "thresholdMetricId": "ThresholdMetricId",
    "treatMissingData": "TreatMissingData",
    "unit": "Unit",
}
_QUERY: Final = {
    "expression": "Expression",
    "id": "Id",
    "label": "Label",
    "period": "Period",
    "returnData": "ReturnData",
}
# API shapes ComparisonOperator and Statistic; API PutMetricAlarm, TreatMissingData.
_OPERATORS: Final = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
_STATISTICS: Final = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_MISSING_DATA: Final = ("breaching", "ignore", "missing", "notBreaching")


def _create_alarm(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    _put_alarm(aws, inputs, Tags=listed(inputs.get("tagsAll", {})))
    return inputs["name"], _read_alarm(aws, inputs["name"]) or {}


def _put_alarm(aws: Aws, inputs: Mapping[str, Any], **more: Any) -> None:
    aws.call(
        "put_metric_alarm",
        AlarmName=inputs["name"],
        Dimensions=_dimensions(inputs),
        Metrics=[_query(each) for each in inputs.get("metricQueries", [])] or None,
        **{api: inputs[name] for name, api in _PLAIN.items() if name in inputs},
        **more,
    )


def _dimensions(inputs: Mapping[str, Any]) -> list[State] | None:
    given = inputs.get("dimensions", {})
    return [{"Name": name, "Value": value} for name, value in given.items() if name != DEFAULTS] or None


def _query(given: Mapping[str, Any]) -> State:
    query = {api: given[name] for name, api in _QUERY.items() if name in given}
    if metric := given.get("metric"):
        named: State = {"MetricName": metric["metricName"], "Dimensions": _dimensions(metric) or []}
        if "namespace" in metric:
            named["Namespace"] = metric["namespace"]
        query["MetricStat"] = {"Metric": named, "Period": metric["period"], "Stat": metric["stat"]}
        if "unit" in metric:
            query["MetricStat"]["Unit"] = metric["unit"]
    return query


def _read_alarm(aws: Aws, name: str) -> State | None:
    for alarm in aws.call("describe_alarms", AlarmNames=[name], AlarmTypes=["MetricAlarm"])["MetricAlarms"]:
        tags = aws.call("list_tags_for_resource", ResourceARN=alarm["AlarmArn"])["Tags"]
        return {
            **{each: alarm.get(api) for each, api in _PLAIN.items()},
            "arn": alarm["AlarmArn"],
            "dimensions": {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])} or None,
            "metricQueries": [_described(each) for each in alarm.get("Metrics", [])] or None,
            "name": name,
            "tagsAll": unlisted(tags),
            "treatMissingData": alarm.get("TreatMissingData", "missing"),
        }
    return None


def _described(said: Mapping[str, Any]) -> State:
    query: State = {name: said[api] for name, api in _QUERY.items() if api in said}
    if stat := said.get("MetricStat"):
        metric = stat["Metric"]
        dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
        members = {
            "dimensions": dimensions or None,
            "metricName": metric["MetricName"],
            "namespace": metric.get("Namespace"),
            "period": stat["Period"],
            "stat": stat["Stat"],
            "unit": stat.get("Unit"),
        }
        query["metric"] = {name: value for name, value in members.items() if value is not None}
    return query


def _update_alarm(aws: Aws, name: str, change: Change) -> State | None:
    if change.names - {"tags", "tagsAll"}:
        _put_alarm(aws, change.new)
    retag(aws, change, "ResourceARN", change.old["arn"])
    return _read_alarm(aws, name)


def _delete_alarm(aws: Aws, name: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_alarms", AlarmNames=[name])


_METRIC: Final = Property(
    kind="object",
    fields={
        "dimensions": Property(kind="map"),
        "metricName": Property(required=True),
        "namespace": Property(),
        "period": Property(kind="integer", required=True),
        "stat": Property(required=True),
        "unit": Property(),
    },
)

METRIC_ALARM: Final = ResourceType(
    type_name="aws:cloudwatch/metricAlarm:MetricAlarm",
    service="cloudwatch",
    inputs={
        "actionsEnabled": Property(kind="boolean", default=True),
        "alarmActions": Property(kind="set"),
        "alarmDescription": Property(),
        "comparisonOperator": Property(values=_OPERATORS),
        "datapointsToAlarm": Property(kind="integer"),
        "dimensions": Property(kind="map"),
        "evaluateLowSampleCountPercentiles": Property(kept=True, values=("evaluate", "ignore")),
        "evaluationCriteria": Property(kind="object", lacking=True),
        "evaluationInterval": Property(kind="integer", lacking=True),
        "evaluationPeriods": Property(kind="integer"),
        "evaluationWindow": Property(kind="object", lacking=True),
        "extendedStatistic": Property(),
        "insufficientDataActions": Property(kind="set"),
        "metricName": Property(),
        "metricQueries": Property(
            kind="set",
            fields={
                "accountId": Property(lacking=True),
                "expression": Property(),
                "id": Property(required=True),
                "label": Property(),
                "metric": _METRIC,
                "period": Property(kind="integer"),
                "returnData": Property(kind="boolean", default=False),
            },
        ),
        "name": Property(kept=True, replaces=True),
        "namespace": Property(),
        "okActions": Property(kind="set"),
        "period": Property(kind="integer"),
        "statistic": Property(values=_STATISTICS),
        "threshold": Property(kind="number"),
        "thresholdMetricId": Property(),
        "treatMissingData": Property(default="missing", values=_MISSING_DATA),
        "unit": Property(),
        "warmUpConfiguration": Property(kind="object", lacking=True),
    },
    outputs=("arn",),
    create=_create_alarm,
    read=_read_alarm,
    update=_update_alarm,
    delete=_delete_alarm,
    missing=frozenset({"ResourceNotFound"}),
    import_id="the name of the alarm",
    identifier=("name",),
    autoname=Autoname(),
    tagged=True,
    sources=(
        f"{_TERRAFORM}/metric_alarm.go",
        "pulumi-aws, provider/resource_overrides.go (name)",
        "pulumi_aws.cloudwatch.MetricAlarm",
    ),
)


# Dashboards


def _put_dashboard(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs["dashboardName"]
    aws.call("put_dashboard", DashboardName=name, DashboardBody=normalize(inputs["dashboardBody"]))
    return name, _read_dashboard(aws, name)


def _update_dashboard(aws: Aws, _name: str, change: Change) -> None:
    _put_dashboard(aws, change.new)


def _read_dashboard(aws: Aws, name: str) -> State:
    found = aws.call("get_dashboard", DashboardName=name)
    return {"dashboardArn": found["DashboardArn"], "dashboardBody": found["DashboardBody"], "dashboardName": name}


def _delete_dashboard(aws: Aws, name: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_dashboards", DashboardNames=[name])


DASHBOARD: Final = ResourceType(
    type_name="aws:cloudwatch/dashboard:Dashboard",
    service="cloudwatch",
    inputs={
        "dashboardBody": Property(kind="json", required=True, same=same_json),
        "dashboardName": Property(required=True, replaces=True),
    },
    outputs=("dashboardArn",),
    create=_put_dashboard,
    read=_read_dashboard,
    update=_update_dashboard,
    delete=_delete_dashboard,
    missing=frozenset({"ResourceNotFound"}),
    import_id="the name of the dashboard",
    identifier=("dashboardName",),
    sources=(f"{_TERRAFORM}/dashboard.go", "pulumi_aws.cloudwatch.Dashboard"),
)

ENTRIES: Final = (METRIC_ALARM, DASHBOARD)
