"""SageMaker models, endpoint configurations, endpoints and model package groups."""

from localcloud import service
from localcloud.deploy.kinds import Created, Resource, kind


def _create_group(group: Resource) -> Created:
    given = group.properties
    answer = group.call(
        "sagemaker",
        "create_model_package_group",
        ModelPackageGroupName=given["ModelPackageGroupName"],
        ModelPackageGroupDescription=given.get("ModelPackageGroupDescription"),
        Tags=group.tags() or None,
    )
    return Created(answer["ModelPackageGroupArn"], {"ModelPackageGroupArn": answer["ModelPackageGroupArn"]})


def _delete_group(group: Resource) -> None:
    name = group.properties["ModelPackageGroupName"]
    with service.mutating("sagemaker"):  # moto has no DeleteModelPackageGroup
        service.backend("sagemaker", group.deployment.region).model_package_groups.pop(name, None)


def _create_model(model: Resource) -> Created:
    name = model.name("ModelName", 63)
    given = {prop: value for prop, value in model.properties.items() if prop not in ("ModelName", "Tags")}
    answer = model.call("sagemaker", "create_model", ModelName=name, **given, Tags=model.tags() or None)
    return Created(answer["ModelArn"], {"ModelName": name})


def _delete_model(model: Resource) -> None:
    model.client("sagemaker").delete_model(ModelName=model.physical_id.rpartition("/")[2])


def _create_config(config: Resource) -> Created:
    name = config.name("EndpointConfigName", 63)
    given = {prop: value for prop, value in config.properties.items() if prop not in ("EndpointConfigName", "Tags")}
    answer = config.call(
        "sagemaker", "create_endpoint_config", EndpointConfigName=name, **given, Tags=config.tags() or None
    )
    return Created(answer["EndpointConfigArn"], {"EndpointConfigName": name})


def _delete_config(config: Resource) -> None:
    name = config.physical_id.rpartition("/")[2]
    config.client("sagemaker").delete_endpoint_config(EndpointConfigName=name)


def _create_endpoint(endpoint: Resource) -> Created:
    name = endpoint.name("EndpointName", 63)
    answer = endpoint.call(
        "sagemaker",
        "create_endpoint",
        EndpointName=name,
        EndpointConfigName=endpoint.properties["EndpointConfigName"],
        Tags=endpoint.tags() or None,
    )
    return Created(answer["EndpointArn"], {"EndpointName": name})


def _update_endpoint(endpoint: Resource) -> Created:
    name = endpoint.physical_id.rpartition("/")[2]
    config = endpoint.properties["EndpointConfigName"]
    endpoint.call("sagemaker", "update_endpoint", EndpointName=name, EndpointConfigName=config)
    return Created(endpoint.physical_id, {"EndpointName": name})


def _delete_endpoint(endpoint: Resource) -> None:
    endpoint.client("sagemaker").delete_endpoint(EndpointName=endpoint.physical_id.rpartition("/")[2])


KINDS = [
    kind(
        "SageMaker::ModelPackageGroup",
        "ModelPackageGroupName ModelPackageGroupDescription Tags",
        _create_group,
        _delete_group,
    ),
    kind(
        "SageMaker::Model",
        "ModelName PrimaryContainer Containers ExecutionRoleArn EnableNetworkIsolation VpcConfig Tags",
        _create_model,
        _delete_model,
    ),
    kind(
        "SageMaker::EndpointConfig",
        "EndpointConfigName ProductionVariants DataCaptureConfig KmsKeyId Tags",
        _create_config,
        _delete_config,
    ),
    kind(
        "SageMaker::Endpoint",
        "EndpointName EndpointConfigName Tags",
        _create_endpoint,
        _delete_endpoint,
        _update_endpoint,
        replaced_by="EndpointName Tags",
        without_effect={"DeploymentConfig": "there is one process per endpoint, so nothing to shift traffic between"},
    ),
]
