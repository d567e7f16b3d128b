"""CloudWatch alarms: recorded; nothing here publishes the services' metrics that would set them off."""

from localcloud.deploy.kinds import Created, Resource, kind

_PROPERTIES = (
    "AlarmName AlarmDescription ActionsEnabled OKActions AlarmActions InsufficientDataActions MetricName Namespace "
    "Statistic ExtendedStatistic Dimensions Period Unit EvaluationPeriods DatapointsToAlarm Threshold "
    "ComparisonOperator TreatMissingData EvaluateLowSampleCountPercentile Metrics ThresholdMetricId Tags"
)


def _put_alarm(alarm: Resource) -> Created:
    name = alarm.physical_id or alarm.name("AlarmName", 255)
    given = {prop: value for prop, value in alarm.properties.items() if prop not in ("AlarmName", "Tags")}
    alarm.call("cloudwatch", "put_metric_alarm", AlarmName=name, **given, Tags=alarm.tags() or None)
    return Created(name, {"Arn": alarm.deployment.arn("cloudwatch", f"alarm:{name}")})


def _delete_alarm(alarm: Resource) -> None:
    alarm.client("cloudwatch").delete_alarms(AlarmNames=[alarm.physical_id])


KINDS = [kind("CloudWatch::Alarm", _PROPERTIES, _put_alarm, _delete_alarm, _put_alarm, replaced_by="AlarmName")]
