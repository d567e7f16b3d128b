"""Clusters and steps as they are stored, and the shapes in which the EMR API shows them."""

import pickle
import secrets
import string
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

STARTING, BOOTSTRAPPING, RUNNING, WAITING = "STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"
TERMINATING, TERMINATED, TERMINATED_WITH_ERRORS = "TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"
ENDED = (TERMINATED, TERMINATED_WITH_ERRORS)

PENDING, COMPLETED, FAILED, CANCELLED = "PENDING", "COMPLETED", "FAILED", "CANCELLED"
STEP_ENDED = (COMPLETED, FAILED, CANCELLED)


def new_id(prefix: str, length: int = 13) -> str:
    """An id as EMR makes them: `j-2AXXXXXXGAPLF`."""
    return prefix + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(length))


def now() -> datetime:
    """moto's serializer takes naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass
class Failure:
    """Why a step failed: EMR's FailureDetails."""

    reason: str
    message: str
    log_file: str


@dataclass
class Step:
    """One step of a cluster."""

    name: str
    action_on_failure: str
    jar: str
    args: list[str]
    properties: dict[str, str]
    main_class: str | None = None
    id: str = field(default_factory=lambda: new_id("s-"))
    state: str = PENDING
    reason: str | None = None
    failure: Failure | None = None
    created_at: datetime = field(default_factory=now)
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state in STEP_ENDED

    def shape(self) -> dict[str, Any]:
        config: dict[str, Any] = {"Jar": self.jar, "Properties": self.properties, "Args": self.args}
        if self.main_class:
            config["MainClass"] = self.main_class
        status: dict[str, Any] = {
            "State": self.state,
            "StateChangeReason": {"Message": self.reason} if self.reason else {},
            "Timeline": timeline(
                CreationDateTime=self.created_at, StartDateTime=self.started_at, EndDateTime=self.ended_at
            ),
        }
        if self.failure:
            status["FailureDetails"] = {
                "Reason": self.failure.reason,
                "Message": self.failure.message,
                "LogFile": self.failure.log_file,
            }
        return {
            "Id": self.id,
            "Name": self.name,
            "Config": config,
            "ActionOnFailure": self.action_on_failure,
            "Status": status,
        }


@dataclass
class Cluster:
    """One cluster; `request` is what RunJobFlow was given."""

    name: str
    arn_prefix: str
    request: dict[str, Any]
    keep_alive: bool
    id: str = field(default_factory=lambda: new_id("j-"))
    steps: list[Step] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    state: str = STARTING
    reason_code: str | None = None
    reason: str | None = None
    step_concurrency: int = 1
    termination_protected: bool = False
    managed_scaling: dict[str, Any] | None = None
    auto_termination: dict[str, Any] | None = None
    end_code: str | None = None
    end_reason: str = ""
    end_with_errors: bool = False
    created_at: datetime = field(default_factory=now)
    ready_at: datetime | None = None
    ended_at: datetime | None = None
    groups: list[dict[str, Any]] = field(default_factory=list)
    fleets: list[dict[str, Any]] = field(default_factory=list)
    packed: bytes | None = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Packed once when it has ended: every change of any cluster stores all that there ever were."""
        if not self.ended:
            return _restored, ({**vars(self), "packed": None},)
        if self.packed is None:
            self.packed = zlib.compress(pickle.dumps(vars(self)))
        return _unpacked, (self.packed,)

    @property
    def arn(self) -> str:
        return f"{self.arn_prefix}:cluster/{self.id}"

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def applications(self) -> list[str]:
        """The names of what EMR was asked to install."""
        return [str(application["Name"]) for application in self.request.get("Applications") or []]

    @property
    def log_uri(self) -> str | None:
        """LogUri with a slash at its end."""
        uri = self.request.get("LogUri")
        return uri.rstrip("/") + "/" if uri else None

    def status(self) -> dict[str, Any]:
        reason = {"Code": self.reason_code, "Message": self.reason}
        return {
            "State": self.state,
            "StateChangeReason": {key: value for key, value in reason.items() if value},
            "Timeline": timeline(
                CreationDateTime=self.created_at, ReadyDateTime=self.ready_at, EndDateTime=self.ended_at
            ),
        }

    def summary(self) -> dict[str, Any]:
        return {
            "Id": self.id,
            "Name": self.name,
            "Status": self.status(),
            "NormalizedInstanceHours": 0,
            "ClusterArn": self.arn,
        }

    def shape(self) -> dict[str, Any]:
        request, instances = self.request, self.request.get("Instances", {})
        subnets = instances.get("Ec2SubnetIds") or [None]
        attributes = {
            "Ec2KeyName": instances.get("Ec2KeyName"),
            "Ec2SubnetId": instances.get("Ec2SubnetId") or subnets[0],
            "Ec2AvailabilityZone": instances.get("Placement", {}).get("AvailabilityZone"),
            "IamInstanceProfile": request.get("JobFlowRole"),
            "EmrManagedMasterSecurityGroup": instances.get("EmrManagedMasterSecurityGroup"),
            "EmrManagedSlaveSecurityGroup": instances.get("EmrManagedSlaveSecurityGroup"),
            "ServiceAccessSecurityGroup": instances.get("ServiceAccessSecurityGroup"),
        }
        passed_on = (
            "ReleaseLabel", "LogUri", "LogEncryptionKmsKeyId", "Applications", "SecurityConfiguration",
            "AutoScalingRole",
            "ScaleDownBehavior", "CustomAmiId", "EbsRootVolumeSize", "Configurations", "ServiceRole", "OSReleaseLabel",
        )  # fmt: skip
        return {
            **{name: request[name] for name in passed_on if request.get(name) is not None},
            **self.summary(),
            "Ec2InstanceAttributes": {name: value for name, value in attributes.items() if value},
            "InstanceCollectionType": "INSTANCE_FLEET" if self.fleets else "INSTANCE_GROUP",
            "AutoTerminate": not self.keep_alive,
            "TerminationProtected": self.termination_protected,
            "VisibleToAllUsers": request.get("VisibleToAllUsers", True),
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            "MasterPublicDnsName": "127.0.0.1",
            "StepConcurrencyLevel": self.step_concurrency,
        }


def _restored(values: dict[str, Any]) -> Cluster:
    cluster = Cluster.__new__(Cluster)
    vars(cluster).update(values)
    return cluster


def _unpacked(packed: bytes) -> Cluster:
    return _restored({**pickle.loads(zlib.decompress(packed)), "packed": packed})  # noqa: S301 - our own state folder


def timeline(**moments: datetime | None) -> dict[str, datetime]:
    return {name: moment for name, moment in moments.items() if moment is not None}
