"""Answers moto's question for a service's regions without reading the service's model.

moto asks when it imports a service; botocore then parses the whole model to learn a prefix: 1.4 s for EC2 alone.
"""

from boto3.session import Session


def use_known_regions() -> None:
    """Has every service be in every region that has EC2."""
    Session.get_available_regions = _regions  # type: ignore[method-assign]


def _regions(
    self: Session, _service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
) -> list[str]:
    resolver = self._session.get_component("endpoint_resolver")
    found: list[str] = resolver.get_available_endpoints("ec2", partition_name, allow_non_regional)
    return found
