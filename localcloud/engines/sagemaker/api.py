"""The operations of the SageMaker API on stored jobs and endpoints. They run inside the state's lock."""

from pathlib import Path
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ValidationError

from localcloud import service
from localcloud.engines.sagemaker import events
from localcloud.engines.sagemaker.channels import check_channel
from localcloud.engines.sagemaker.container import Images
from localcloud.engines.sagemaker.endpoints import Fleet
from localcloud.engines.sagemaker.records import Endpoint, TrainingJob, Variant
from localcloud.engines.sagemaker.training import JobRunner
from localcloud.errors import UnsupportedError

Request = dict[str, Any]

REFUSED = (
    "create_auto_ml_job_v2", "create_compilation_job", "create_hyper_parameter_tuning_job", "create_notebook_instance",
    "create_pipeline", "create_processing_job", "create_transform_job", "create_cluster", "start_pipeline_execution",
    "update_endpoint_weights_and_capacities", "create_data_quality_job_definition",
    "create_model_quality_job_definition", "create_model_bias_job_definition",
)  # fmt: skip


class Operations:
    """One method per operation, named as moto names it."""

    def __init__(self, images: Images, fleet: Fleet, folder: Path) -> None:
        self._images = images
        self._fleet = fleet
        self._folder = folder
        self.jobs: dict[str, JobRunner] = {}

    def create_training_job(self, backend: Any, request: Request) -> Request:
        name = request["TrainingJobName"]
        if name in backend.training_jobs:
            raise ResourceInUseException(
                f"Training job names must be unique within an AWS account and region, but a training job with this "
                f"name already exists ({_arn(backend, 'training-job', name)})"
            )
        _check_training(request)
        self._images.find(request["AlgorithmSpecification"]["TrainingImage"])
        job = TrainingJob(name, _arn(backend, "training-job", name), request)
        job.become("InProgress", "Starting", "Launching requested ML instances")
        backend.training_jobs[name] = job
        events.emit_job(job)
        runner = JobRunner(job, self._images, self._folder)
        self.jobs[job.arn] = runner
        service.after_commit(runner.start)
        return {"TrainingJobArn": job.arn}

    def describe_training_job(self, backend: Any, request: Request) -> Request:
        return _job(backend, request).shape()

    def stop_training_job(self, backend: Any, request: Request) -> Request:
        job = _job(backend, request)
        if job.ended:
            raise ValidationError(
                f"The request was rejected because the training job is in status {job.training_job_status}."
            )
        job.become("Stopping", "Stopping", "Stopping the training job")
        events.emit_job(job)
        runner = self.jobs.get(job.arn)
        if runner:
            service.after_commit(runner.stop_job)
        return {}

    def list_training_jobs(self, backend: Any, request: Request) -> Request:
        contains, status = request.get("NameContains"), request.get("StatusEquals")
        found = [
            job.summary()
            for job in backend.training_jobs.values()
            if (not contains or contains in job.training_job_name) and (not status or status == job.training_job_status)
        ]
        return {"TrainingJobSummaries": list(reversed(found))}

    def create_endpoint(self, backend: Any, request: Request) -> Request:
        name, config_name = request["EndpointName"], request["EndpointConfigName"]
        arn = _arn(backend, "endpoint", name.lower())
        if name in backend.endpoints:
            raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
        variants = self._variants(backend, config_name)
        endpoint = Endpoint(name, arn, config_name, variants, tags=request.get("Tags") or [])
        backend.endpoints[name] = endpoint
        events.emit_endpoint(endpoint)
        self._fleet.create(endpoint)
        return {"EndpointArn": arn}

    def update_endpoint(self, backend: Any, request: Request) -> Request:
        endpoint = _endpoint(backend, request)
        if endpoint.endpoint_status != "InService":
            raise ValidationError(
                f'Cannot update endpoint "{endpoint.arn}" while it is in state {endpoint.endpoint_status}.'
            )
        config_name = request["EndpointConfigName"]
        endpoint.updating_to = (config_name, self._variants(backend, config_name))
        endpoint.become("Updating")
        events.emit_endpoint(endpoint)
        self._fleet.update(endpoint)
        return {"EndpointArn": endpoint.arn}

    def describe_endpoint(self, backend: Any, request: Request) -> Request:
        return _endpoint(backend, request).shape()

    def delete_endpoint(self, backend: Any, request: Request) -> Request:
        endpoint = _endpoint(backend, request)
        if endpoint.endpoint_status in ("Creating", "Updating"):
            raise ValidationError(
                f'Cannot delete endpoint "{endpoint.arn}" while it is in state {endpoint.endpoint_status}.'
            )
        endpoint.become("Deleting")
        events.emit_endpoint(endpoint)
        del backend.endpoints[endpoint.endpoint_name]
        self._fleet.delete(endpoint.arn)
        return {}

    def list_endpoints(self, backend: Any, request: Request) -> Request:
        contains, status = request.get("NameContains"), request.get("StatusEquals")
        found = [
            endpoint.summary()
            for endpoint in backend.endpoints.values()
            if (not contains or contains in endpoint.endpoint_name)
            and (not status or status == endpoint.endpoint_status)
        ]
        return {"Endpoints": list(reversed(found))}

    def _variants(self, backend: Any, config_name: str) -> list[Variant]:
        config = backend.endpoint_configs.get(config_name)
        if config is None:
            arn = _arn(backend, "endpoint-config", config_name.lower())
            raise ValidationError(f'Could not find endpoint configuration "{arn}".')
        variants = []
        for production in config.production_variants:
            model = backend.describe_model(production["ModelName"])
            if model.containers:
                raise UnsupportedError(f"The model {model.model_name} has several containers, which is not supported.")
            primary = model.primary_container
            if not primary.get("Image"):
                raise UnsupportedError(f"The model {model.model_name} has no Image; model packages are not supported.")
            if primary.get("ModelDataSource"):
                raise UnsupportedError(f"The model {model.model_name} has a ModelDataSource; give a ModelDataUrl.")
            self._images.find(primary["Image"])
            variants.append(
                Variant(
                    production["VariantName"],
                    primary["Image"],
                    primary.get("ModelDataUrl"),
                    dict(primary.get("Environment") or {}),
                    dict(production),
                )
            )
        return variants


def _check_training(request: Request) -> None:
    """Refuses what this engine does not do."""
    for name in ("CheckpointConfig", "DebugHookConfig", "TensorBoardOutputConfig", "ProfilerRuleConfigurations"):
        if request.get(name):
            raise UnsupportedError(f"{name} of a training job is not supported.")
    if not request["AlgorithmSpecification"].get("TrainingImage"):
        raise UnsupportedError("A training job needs AlgorithmSpecification.TrainingImage.")
    if request["AlgorithmSpecification"].get("TrainingInputMode", "File") not in ("File", "FastFile"):
        raise UnsupportedError("TrainingInputMode must be File or FastFile.")
    if request["ResourceConfig"].get("InstanceCount", 1) != 1:
        raise UnsupportedError(f"InstanceCount must be 1; it is {request['ResourceConfig']['InstanceCount']}.")
    for channel in request.get("InputDataConfig", []):
        check_channel(channel)


def _job(backend: Any, request: Request) -> TrainingJob:
    job: TrainingJob | None = backend.training_jobs.get(request["TrainingJobName"])
    if job is None:
        raise ValidationError("Requested resource not found.")
    return job


def _endpoint(backend: Any, request: Request) -> Endpoint:
    endpoint: Endpoint | None = backend.endpoints.get(request["EndpointName"])
    if endpoint is None:
        arn = _arn(backend, "endpoint", request["EndpointName"].lower())
        raise ValidationError(f'Could not find endpoint "{arn}".')
    return endpoint


def _arn(backend: Any, kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:{kind}/{name}"
