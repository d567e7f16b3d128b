"""The operations of the EMR API on stored clusters. Each takes the request's parameters and answers its result.

They run inside the state's lock (the server holds it for every request), so they only record what is asked
and wake the cluster's runner when the change is stored.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from moto.emr.exceptions import InvalidRequestException, ValidationException

from localcloud import service
from localcloud.engines.emr import events, records
from localcloud.engines.emr.records import Cluster, Step
from localcloud.engines.emr.runner import cancel_step

Request = dict[str, Any]
MOST_STEPS = 256
MOST_ON_A_PAGE = 50
MOST_STEP_CHARACTERS = 10_240
APPLICATIONS = ("Hadoop", "Spark", "Sqoop")
LAST_WITH_SQOOP = (7, 4)
ACTIONS = ("TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW", "CANCEL_AND_WAIT", "CONTINUE")


class Runner(Protocol):
    def start(self) -> None: ...
    def wake(self) -> None: ...
    def cancel(self, step_id: str) -> None: ...


class Clusters:
    """Where the operations find the runners of the clusters."""

    def __init__(self, make_runner: Callable[[str, Cluster], Runner]) -> None:
        self._make_runner = make_runner
        self.runners: dict[str, Runner] = {}

    def launch(self, region: str, cluster: Cluster) -> None:
        runner = self._make_runner(region, cluster)
        self.runners[cluster.id] = runner
        service.after_commit(runner.start)

    def wake(self, cluster_id: str) -> None:
        runner = self.runners.get(cluster_id)
        if runner:
            service.after_commit(runner.wake)

    def cancel(self, cluster_id: str, step_id: str) -> None:
        runner = self.runners.get(cluster_id)
        if runner:
            service.after_commit(lambda: runner.cancel(step_id))


class Operations:
    """One method per operation, named as moto names it."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters

    def run_job_flow(self, backend: Any, request: Request) -> Request:
        instances = request.get("Instances", {})
        if not request.get("ReleaseLabel"):
            raise ValidationException("The embedded EMR needs a ReleaseLabel, for example emr-7.4.0.")
        if not request.get("ServiceRole") or not request.get("JobFlowRole"):
            raise ValidationException("ServiceRole and JobFlowRole (an instance profile) are required.")
        check_applications(request["ReleaseLabel"], request.get("Applications") or [])
        configuration = request.get("SecurityConfiguration")
        if configuration and configuration not in backend.security_configurations:
            raise InvalidRequestException(f"Security configuration with name '{configuration}' does not exist.")
        cluster = Cluster(
            name=request["Name"],
            arn_prefix=f"arn:aws:elasticmapreduce:{backend.region_name}:{backend.account_id}",
            request=request,
            keep_alive=bool(instances.get("KeepJobFlowAliveWhenNoSteps", False)),
            step_concurrency=request.get("StepConcurrencyLevel") or 1,
            termination_protected=bool(instances.get("TerminationProtected", False)),
            managed_scaling=request.get("ManagedScalingPolicy"),
            auto_termination=request.get("AutoTerminationPolicy"),
            tags={tag["Key"]: tag.get("Value", "") for tag in request.get("Tags", [])},
        )
        cluster.groups, cluster.fleets = _capacity(instances)
        self._add_steps(cluster, request.get("Steps", []))
        backend.clusters[cluster.id] = cluster
        events.emit_cluster(cluster, backend.region_name)
        for step in cluster.steps:
            events.emit_step(cluster, step, backend.region_name)
        self._clusters.launch(backend.region_name, cluster)
        return {"JobFlowId": cluster.id, "ClusterArn": cluster.arn}

    def add_job_flow_steps(self, backend: Any, request: Request) -> Request:
        cluster = find_cluster(backend, request["JobFlowId"])
        if cluster.ended or cluster.end_code:
            raise ValidationException("A job flow that is shutting down, terminated, or finished may not be modified.")
        added = self._add_steps(cluster, request.get("Steps", []))
        for step in added:
            events.emit_step(cluster, step, backend.region_name)
        self._clusters.wake(cluster.id)
        return {"StepIds": [step.id for step in added]}

    def _add_steps(self, cluster: Cluster, configs: list[Request]) -> list[Step]:
        if len(cluster.steps) + len(configs) > MOST_STEPS:
            raise ValidationException(f"Maximum number of steps for job flow exceeded ({MOST_STEPS}).")
        added = [make_step(config) for config in configs]
        for step in added:
            if cluster.step_concurrency > 1 and step.action_on_failure not in ("CONTINUE",):
                raise ValidationException(
                    f"ActionOnFailure {step.action_on_failure} is not allowed with a step concurrency level above 1."
                )
        cluster.steps.extend(added)
        return added

    def terminate_job_flows(self, backend: Any, request: Request) -> Request:
        found = [find_cluster(backend, name) for name in request.get("JobFlowIds", [])]
        if any(cluster.termination_protected and not cluster.ended for cluster in found):
            raise ValidationException("Could not shut down one or more job flows since they are termination protected.")
        for cluster in found:
            if cluster.ended or cluster.end_code:
                continue
            cluster.end_code, cluster.end_reason = "USER_REQUEST", "Terminated by user request"
            for step in cluster.steps:
                if step.state == records.RUNNING:
                    self._clusters.cancel(cluster.id, step.id)
            self._clusters.wake(cluster.id)
        return {}

    def cancel_steps(self, backend: Any, request: Request) -> Request:
        cluster = find_cluster(backend, request["ClusterId"])
        answers = []
        for step_id in request.get("StepIds", []):
            step = find_step(cluster, step_id)
            if step.ended:
                answers.append({"StepId": step_id, "Status": "FAILED", "Reason": f"Step is {step.state}."})
                continue
            if step.state == records.PENDING:
                cancel_step(cluster, step, backend.region_name, "Cancelled by user")
            else:
                self._clusters.cancel(cluster.id, step.id)
            answers.append({"StepId": step_id, "Status": "SUBMITTED"})
        self._clusters.wake(cluster.id)
        return {"CancelStepsInfoList": answers}

    def describe_cluster(self, backend: Any, request: Request) -> Request:
        return {"Cluster": find_cluster(backend, request["ClusterId"]).shape()}

    def describe_step(self, backend: Any, request: Request) -> Request:
        return {"Step": find_step(find_cluster(backend, request["ClusterId"]), request["StepId"]).shape()}

    def list_clusters(self, backend: Any, request: Request) -> Request:
        states, after, before = request.get("ClusterStates"), request.get("CreatedAfter"), request.get("CreatedBefore")
        found = [
            cluster
            for cluster in backend.clusters.values()
            if (not states or cluster.state in states)
            and (after is None or cluster.created_at > _naive(after))
            and (before is None or cluster.created_at < _naive(before))
        ]
        found.sort(key=lambda cluster: cluster.created_at, reverse=True)
        return {"Clusters": [cluster.summary() for cluster in found]}

    def list_steps(self, backend: Any, request: Request) -> Request:
        states, ids = request.get("StepStates"), request.get("StepIds")
        steps = reversed(find_cluster(backend, request["ClusterId"]).steps)
        return {
            "Steps": [
                step.shape() for step in steps if (not states or step.state in states) and (not ids or step.id in ids)
            ]
        }

    def list_bootstrap_actions(self, backend: Any, request: Request) -> Request:
        actions = find_cluster(backend, request["ClusterId"]).request.get("BootstrapActions", [])
        shown = [
            {"Name": a["Name"], "ScriptPath": a["ScriptBootstrapAction"]["Path"],
             "Args": a["ScriptBootstrapAction"].get("Args", [])}
            for a in actions
        ]  # fmt: skip
        return {"BootstrapActions": shown}

    def list_instance_groups(self, backend: Any, request: Request) -> Request:
        return {"InstanceGroups": find_cluster(backend, request["ClusterId"]).groups}

    def list_instance_fleets(self, backend: Any, request: Request) -> Request:
        return {"InstanceFleets": find_cluster(backend, request["ClusterId"]).fleets}

    def modify_cluster(self, backend: Any, request: Request) -> Request:
        cluster = change_cluster(backend, request["ClusterId"])
        cluster.step_concurrency = request.get("StepConcurrencyLevel") or cluster.step_concurrency
        self._clusters.wake(cluster.id)
        return {"StepConcurrencyLevel": cluster.step_concurrency}

    def add_tags(self, backend: Any, request: Request) -> Request:
        cluster = change_cluster(backend, _id_of(request["ResourceId"]))
        cluster.tags.update({tag["Key"]: tag.get("Value", "") for tag in request.get("Tags", [])})
        return {}

    def remove_tags(self, backend: Any, request: Request) -> Request:
        cluster = change_cluster(backend, _id_of(request["ResourceId"]))
        for key in request.get("TagKeys", []):
            cluster.tags.pop(key, None)
        return {}

    def set_termination_protection(self, backend: Any, request: Request) -> Request:
        for name in request.get("JobFlowIds", []):
            change_cluster(backend, name).termination_protected = bool(request.get("TerminationProtected"))
        return {}

    def set_visible_to_all_users(self, backend: Any, request: Request) -> Request:
        for name in request.get("JobFlowIds", []):
            change_cluster(backend, name).request["VisibleToAllUsers"] = bool(request.get("VisibleToAllUsers"))
        return {}

    def set_keep_job_flow_alive_when_no_steps(self, backend: Any, request: Request) -> Request:
        for name in request.get("JobFlowIds", []):
            change_cluster(backend, name).keep_alive = bool(request.get("KeepJobFlowAliveWhenNoSteps"))
            self._clusters.wake(name)
        return {}

    def put_managed_scaling_policy(self, backend: Any, request: Request) -> Request:
        limits = request["ManagedScalingPolicy"].get("ComputeLimits")
        if not limits or limits["MinimumCapacityUnits"] > limits["MaximumCapacityUnits"]:
            raise ValidationException("ManagedScalingPolicy needs ComputeLimits with minimum ≤ maximum.")
        change_cluster(backend, request["ClusterId"]).managed_scaling = request["ManagedScalingPolicy"]
        return {}

    def get_managed_scaling_policy(self, backend: Any, request: Request) -> Request:
        policy = find_cluster(backend, request["ClusterId"]).managed_scaling
        return {"ManagedScalingPolicy": policy} if policy else {}

    def remove_managed_scaling_policy(self, backend: Any, request: Request) -> Request:
        change_cluster(backend, request["ClusterId"]).managed_scaling = None
        return {}

    def put_auto_termination_policy(self, backend: Any, request: Request) -> Request:
        cluster = change_cluster(backend, request["ClusterId"])
        cluster.auto_termination = _checked_policy(request.get("AutoTerminationPolicy") or {})
        self._clusters.wake(cluster.id)
        return {}

    def get_auto_termination_policy(self, backend: Any, request: Request) -> Request:
        policy = find_cluster(backend, request["ClusterId"]).auto_termination
        return {"AutoTerminationPolicy": policy} if policy else {}

    def remove_auto_termination_policy(self, backend: Any, request: Request) -> Request:
        cluster = change_cluster(backend, request["ClusterId"])
        cluster.auto_termination = None
        self._clusters.wake(cluster.id)
        return {}


PAGED = {
    "list_clusters": "Clusters", "list_steps": "Steps", "list_bootstrap_actions": "BootstrapActions",
    "list_instance_groups": "InstanceGroups", "list_instance_fleets": "InstanceFleets",
}  # fmt: skip
REFUSED = (
    "add_instance_groups", "add_instance_fleet", "describe_job_flows", "list_instances", "modify_instance_groups",
    "modify_instance_fleet", "put_auto_scaling_policy", "remove_auto_scaling_policy",
)  # fmt: skip


def check_applications(release_label: str, applications: list[Request]) -> None:
    """Refuses what the release does not have, and what this machine cannot stand in for."""
    release = re.fullmatch(r"emr-(\d+)\.(\d+)\.\d+", release_label)
    if release is None:
        raise ValidationException(f"The supplied release label is invalid: {release_label}.")
    for name in (application["Name"] for application in applications):
        if name not in APPLICATIONS:
            raise ValidationException(f"The embedded EMR has {', '.join(APPLICATIONS)}; it has no {name}.")
        if name == "Sqoop" and (int(release[1]), int(release[2])) > LAST_WITH_SQOOP:
            raise ValidationException(f"Specified application: Sqoop is not supported on release {release_label}.")


def make_step(config: Request) -> Step:
    """A step of a StepConfig; ValidationException if it breaks one of EMR's limits."""
    run = config["HadoopJarStep"]
    args = list(run.get("Args", []))
    properties = {pair["Key"]: pair["Value"] for pair in run.get("Properties", [])}
    characters = len(run["Jar"]) + sum(map(len, args)) + sum(len(k) + len(v) for k, v in properties.items())
    if characters > MOST_STEP_CHARACTERS:
        raise ValidationException(
            f"The strings of step '{config['Name']}' have {characters} characters; "
            f"at most {MOST_STEP_CHARACTERS} are allowed."
        )
    action = config.get("ActionOnFailure") or "TERMINATE_CLUSTER"
    if action not in ACTIONS:
        raise ValidationException(f"ActionOnFailure {action} is not one of {', '.join(ACTIONS)}.")
    return Step(config["Name"], action, run["Jar"], args, properties, run.get("MainClass"))


def find_cluster(backend: Any, cluster_id: str) -> Cluster:
    cluster: Cluster | None = backend.clusters.get(cluster_id)
    if cluster is None:
        raise InvalidRequestException(f"Cluster id '{cluster_id}' is not valid.")
    return cluster


def change_cluster(backend: Any, cluster_id: str) -> Cluster:
    """A cluster that the caller is about to change: it is packed again, even if it has ended."""
    cluster = find_cluster(backend, cluster_id)
    cluster.packed = None
    return cluster


def find_step(cluster: Cluster, step_id: str) -> Step:
    for step in cluster.steps:
        if step.id == step_id:
            return step
    raise InvalidRequestException(f"Step id '{step_id}' is not valid.")


def _checked_policy(policy: Request) -> Request:
    seconds = policy.get("IdleTimeout", 3600)
    if not 60 <= seconds <= 604_800:
        raise ValidationException(f"IdleTimeout must be from 60 to 604800 seconds; it is {seconds}.")
    return {"IdleTimeout": seconds}


def _capacity(instances: Request) -> tuple[list[Request], list[Request]]:
    """What was asked for, in the shape of ListInstanceGroups or ListInstanceFleets."""
    running = {"State": "RUNNING", "StateChangeReason": {}, "Timeline": {}}
    groups = instances.get("InstanceGroups") or []
    if instances.get("MasterInstanceType"):
        groups = [{"InstanceRole": "MASTER", "InstanceType": instances["MasterInstanceType"], "InstanceCount": 1}]
        others = instances.get("InstanceCount", 1) - 1
        if others > 0:
            kind = instances.get("SlaveInstanceType") or instances["MasterInstanceType"]
            groups.append({"InstanceRole": "CORE", "InstanceType": kind, "InstanceCount": others})
    fleets = instances.get("InstanceFleets") or []
    if not groups and not fleets:
        raise ValidationException("Instances needs InstanceGroups, InstanceFleets or MasterInstanceType.")
    if groups and fleets:
        raise ValidationException("InstanceGroups and InstanceFleets are mutually exclusive.")
    shown_groups = [
        {
            "Id": records.new_id("ig-"),
            "Name": group.get("Name", group["InstanceRole"].lower()),
            "Market": group.get("Market", "ON_DEMAND"),
            "InstanceGroupType": group["InstanceRole"],
            "InstanceType": group["InstanceType"],
            "RequestedInstanceCount": group["InstanceCount"],
            "RunningInstanceCount": group["InstanceCount"],
            "Status": running,
        }
        for group in groups
    ]
    shown_fleets = [
        {
            "Id": records.new_id("if-"),
            "Name": fleet.get("Name", fleet["InstanceFleetType"].lower()),
            "InstanceFleetType": fleet["InstanceFleetType"],
            "TargetOnDemandCapacity": fleet.get("TargetOnDemandCapacity", 0),
            "TargetSpotCapacity": fleet.get("TargetSpotCapacity", 0),
            "ProvisionedOnDemandCapacity": fleet.get("TargetOnDemandCapacity", 0),
            "ProvisionedSpotCapacity": fleet.get("TargetSpotCapacity", 0),
            "Status": running,
        }
        for fleet in fleets
    ]
    return shown_groups, shown_fleets


def _id_of(resource: str) -> str:
    return resource.rsplit("/", 1)[-1]


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def page(operation: str, request: Request, answer: Request) -> Request:
    """The part of a list that the request's Marker asks for.

    The marker counts what is left: lists are newest first, so a page does not move when something is added.
    """
    key, marker = PAGED[operation], request.get("Marker")
    items = answer[key]
    if marker is not None and not (marker.isdecimal() and int(marker) <= len(items)):
        raise InvalidRequestException(f"Marker '{marker}' is not valid.")
    left = items[len(items) - int(marker) :] if marker else items
    shown, rest = left[:MOST_ON_A_PAGE], left[MOST_ON_A_PAGE:]
    return {**answer, key: shown, **({"Marker": str(len(rest))} if rest else {})}
