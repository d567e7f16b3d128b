"""The SageMaker endpoint: which model serves, how another comes into service, and asking it."""

from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client
from hourglass.jobs import RUNNING, Outcome
from hourglass.model_life import EndpointNotReadyError, ModelError

ARROW = "application/vnd.apache.arrow.stream"
_CHANGING = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}
_BROKEN = {"Failed", "OutOfService", "UpdateRollbackFailed"}
_NOT_READY = {"ModelNotReadyException", "ServiceUnavailable", "InternalFailure", "InternalDependencyException"}
_THROTTLED = {"ThrottlingException", "TooManyRequestsException"}


class EndpointFailedError(ModelError):
    """Raised into a state machine when a model could not be brought into service."""


class EndpointThrottledError(ModelError):
    """Raised when the endpoint takes no more requests now."""


class EndpointRefusedError(ModelError):
    """Raised when the model cannot use what it was sent: another attempt ends the same way."""


class Endpoints:
    """Endpoints by name; an endpoint configuration and its model share their name."""

    def __init__(self) -> None:
        self._sagemaker: Any = client("sagemaker")

    def model_in_service(self, endpoint: str) -> str | None:
        """The name of the model that serves; None when there is no endpoint, or a broken one.

        Raises:
            EndpointNotReadyError: it is being created or changed.
        """
        described = self._describe(endpoint)
        if described is None or described["EndpointStatus"] in _BROKEN:
            return None
        if described["EndpointStatus"] in _CHANGING:
            raise EndpointNotReadyError(f"endpoint {endpoint} is {described['EndpointStatus']}")
        return str(described["EndpointConfigName"])

    def deploy(self, endpoint: str, model: dict[str, Any], config: dict[str, Any]) -> None:
        """Make the model and its configuration, and bring it into service. Doing it again changes nothing.

        Raises:
            EndpointNotReadyError: the endpoint is being deleted, or changed to another model.
        """
        self._make(self._sagemaker.create_model, model)
        self._make(self._sagemaker.create_endpoint_config, config)
        wanted = config["EndpointConfigName"]
        described = self._describe(endpoint)
        if described is None:
            self._make(
                self._sagemaker.create_endpoint,
                {"EndpointName": endpoint, "EndpointConfigName": wanted},
            )
        elif described["EndpointStatus"] in _BROKEN:
            self._sagemaker.delete_endpoint(EndpointName=endpoint)
            raise EndpointNotReadyError(f"endpoint {endpoint} was {described['EndpointStatus']} and is made anew")
        elif described["EndpointConfigName"] == wanted and described["EndpointStatus"] != "Deleting":
            return
        elif described["EndpointStatus"] in _CHANGING:
            raise EndpointNotReadyError(f"endpoint {endpoint} is {described['EndpointStatus']}")
        else:
            self._sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=wanted)

    def outcome(self, job_id: str) -> Outcome:
        described = self._describe(job_id)
        if described is None:
            return Outcome(True, error=EndpointFailedError.__name__, cause=f"endpoint {job_id} does not exist")
        status = described["EndpointStatus"]
        if status in _CHANGING:
            return RUNNING
        facts = {"state": status, "model": described["EndpointConfigName"]}
        if status == "InService":
            return Outcome(True, {"endpoint": job_id, "model": described["EndpointConfigName"]}, facts)
        cause = f"endpoint {job_id}: {described.get('FailureReason') or status}"
        return Outcome(True, {}, facts, EndpointFailedError.__name__, cause)

    def _describe(self, endpoint: str) -> dict[str, Any] | None:
        try:
            return dict(self._sagemaker.describe_endpoint(EndpointName=endpoint))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
                return None
            raise

    @staticmethod
    def _make(create: Any, request: dict[str, Any]) -> None:
        """Create what may exist already under its name, which is the same on every attempt."""
        try:
            create(**request)
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
            if code != "ResourceInUse" and "already exist" not in message:
                raise


class EndpointModel:
    """The model behind an endpoint: an Arrow stream in, an Arrow stream out."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._runtime: Any = client("sagemaker-runtime")

    def invoke(self, body: bytes) -> bytes:
        """Send rows as an Arrow stream; the scores as one.

        Raises:
            EndpointNotReadyError: it does not answer now.
            EndpointThrottledError: it takes no more requests now.
            EndpointRefusedError: it cannot use the rows; carries its sentence.
        """
        try:
            answer = self._runtime.invoke_endpoint(
                EndpointName=self._endpoint, ContentType=ARROW, Accept=ARROW, Body=body
            )
        except ClientError as error:
            raise error_meaning(self._endpoint, error) from error
        return bytes(answer["Body"].read())


def error_meaning(endpoint: str, error: ClientError) -> ModelError:
    """Whether another attempt at InvokeEndpoint may succeed, as the name of the error."""
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    if code in _THROTTLED:
        return EndpointThrottledError(f"{endpoint}: {message}")
    status = int(error.response.get("OriginalStatusCode", 0) or 0)
    if code in _NOT_READY or (code == "ModelError" and status >= 500):
        return EndpointNotReadyError(f"{endpoint}: {message}")
    return EndpointRefusedError(f"{endpoint}: {message}")
