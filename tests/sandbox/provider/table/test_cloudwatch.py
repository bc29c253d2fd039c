from __future__ import annotations

from sandbox.provider.table.cloudwatch import METRIC_ALARM

PULLS = {
    "comparisonOperator": "LessThanThreshold",
    "evaluationPeriods": 1,
    "metricName": "RepositoryPullCount",
    "namespace": "AWS/ECR",
    "period": 300,
    "statistic": "Sum",
    "threshold": 0,
}


def test_an_alarm_on_one_metric_is_as_it_was_declared(make):
    alarm = make(METRIC_ALARM, name="pulls", dimensions={"RepositoryName": "team/app"}, **PULLS)

    assert alarm.state["dimensions"] == {"RepositoryName": "team/app"}
    assert alarm.changes_after_refresh() == []


def test_an_alarm_loses_what_the_program_takes_away(make):
    alarm = make(METRIC_ALARM, name="pulls", alarmDescription="nobody pulls", datapointsToAlarm=1, **PULLS)
    alarm.update({"name": "pulls", **PULLS})

    found = METRIC_ALARM.read(alarm.aws, "pulls")
    assert (found["alarmDescription"], found["datapointsToAlarm"]) == (None, None)
    assert alarm.changes_after_refresh() == []
