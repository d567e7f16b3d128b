"""SNS topics."""

from typing import Any

from hourglass.aws.clients import client
from hourglass.notices import Notice


class Topic:
    """One topic."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._sns: Any = client("sns")

    def publish(self, notice: Notice) -> None:
        self._sns.publish(TopicArn=self._arn, Subject=notice.subject, Message=notice.message)
