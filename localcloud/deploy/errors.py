"""Why a deployment is refused.

DeployError
├── TemplateError                 the template is wrong: a missing reference, a circle, a bad intrinsic
├── ParameterError                a parameter is missing, unknown or not allowed
├── UnsupportedResourceError      a type or property that the embedded cloud does not handle
└── ResourceFailedError           a service refused a resource
"""

from localcloud.errors import LocalCloudError


class DeployError(LocalCloudError):
    """The base of what stops a deployment."""


class TemplateError(DeployError):
    """Raised when the template cannot be resolved."""


class ParameterError(DeployError):
    """Raised when a parameter's value is missing, unknown or outside of what the template allows."""


class UnsupportedResourceError(DeployError):
    """Raised before anything is created, when the template asks for what the embedded cloud would not honour."""


class ResourceFailedError(DeployError):
    """Raised when a service refused to create, change or delete a resource."""
