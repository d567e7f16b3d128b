"""What a launch could cost at most; one that could cost more than operations allow is refused before it happens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from hourglass.cluster import ClusterSettings
from hourglass.errors import LaunchRefusedError

PRIMARY_INSTANCES = 1


@dataclass(frozen=True)
class Budget:
    """The most that a cluster may live and cost."""

    maximum_hours: float
    maximum_dollars: float


@dataclass(frozen=True)
class Prices:
    """`prices.json` in US dollars: `instances` per hour and type, EC2 on demand and EMR's fee together;
    `athena_terabyte` per 10^12 bytes that a statement reads, each at least `athena_minimum_bytes`."""

    instances: Mapping[str, float]
    athena_terabyte: float
    athena_minimum_bytes: int


def load_prices() -> Prices:
    prices = json.loads((files("hourglass") / "prices.json").read_text(encoding="utf-8"))
    instances = {name: parts["ec2"] + parts["emr"] for name, parts in prices["dollars_per_hour"].items()}
    return Prices(instances, prices["athena"]["dollars_per_terabyte"], prices["athena"]["minimum_bytes"])


def check_launch(settings: ClusterSettings, budget: Budget, prices: Prices) -> float:
    """The dollars that the cluster costs when every instance lives for the longest time, none as a spot instance.

    Raises:
        LaunchRefusedError: the sizes contradict each other, the price is unknown, or it would be too much.
    """
    if settings.maximum_instances < settings.core_instances:
        raise LaunchRefusedError(
            f"EmrMaximumInstances is {settings.maximum_instances}, which is less than the {settings.core_instances} of "
            "EmrCoreInstances"
        )
    price = prices.instances.get(settings.instance_type)
    if price is None:
        raise LaunchRefusedError(f"prices.json has no price for {settings.instance_type}, so its cost cannot be capped")
    instances = PRIMARY_INSTANCES + settings.maximum_instances
    dollars = instances * budget.maximum_hours * price
    if dollars > budget.maximum_dollars:
        raise LaunchRefusedError(
            f"{instances} {settings.instance_type} for {budget.maximum_hours:g} h cost up to {dollars:.2f} dollars, "
            f"more than the {budget.maximum_dollars:.2f} of ClusterMaximumDollars"
        )
    return dollars
