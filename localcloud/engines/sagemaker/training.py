"""Runs training jobs: input from S3 into the container's folders, `train`, the model back to S3."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from localcloud import guarded, service
from localcloud.engines.emr.filesystem import bucket_and_key
from localcloud.engines.sagemaker import channels, container, events, records
from localcloud.engines.sagemaker.container import Images
from localcloud.engines.sagemaker.records import TrainingJob
from localcloud.errors import LocalCloudError

MOST_REASON_CHARACTERS = 1024


class JobRunner:
    """Runs one training job in a thread of its own."""

    def __init__(self, job: TrainingJob, images: Images, folder: Path) -> None:
        self._job = job
        self._images = images
        self._folder = folder / "jobs" / job.training_job_name
        self._log = folder / "logs" / f"{job.training_job_name}.log"
        self._process: guarded.Process | None = None
        self._stop_asked = False
        self._cloud_stops = False
        self._thread = threading.Thread(target=self._run, name=job.training_job_name, daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop_job(self) -> None:
        """StopTrainingJob: SIGTERM to the program."""
        self._stop_asked = True
        if self._process:
            self._process.kill()

    def close(self) -> None:
        """Ends the process because the cloud stops; recovery records the rest."""
        self._cloud_stops = True
        self.stop_job()
        if self._thread.ident:
            self._thread.join()

    @contextmanager
    def _changing(self) -> Iterator[TrainingJob]:
        with service.mutating("sagemaker"):
            yield self._job
            events.emit_job(self._job)

    def _run(self) -> None:
        try:
            self._train()
        except (LocalCloudError, OSError, json.JSONDecodeError) as error:
            self._end("Failed", "Failed", f"ClientError: {error}")
        finally:
            container.remove(self._folder)

    def _train(self) -> None:
        container.remove(self._folder)
        base = self._folder / "ml"
        with self._changing() as job:
            job.become("InProgress", "Downloading", "Downloading input data")
        write_inputs(self._job.request, base)
        with self._changing() as job:
            job.training_start_time = records.now()
            job.become("InProgress", "Training", "Training image download completed. Training in progress.")
        specification = self._job.request["AlgorithmSpecification"]
        extra = {"TRAINING_JOB_NAME": job.training_job_name, "TRAINING_JOB_ARN": job.arn}
        extra |= self._job.request.get("Environment", {})
        self._process = self._images.start(specification["TrainingImage"], "train", self._folder, self._log, extra)
        if self._stop_asked:
            self._process.kill()
        longest = self._job.request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 86_400)
        code = self._process.wait(longest)
        too_long = code is None
        if too_long:
            self._process.kill()
            self._process.wait()
        if self._cloud_stops:
            return
        if self._stop_asked or too_long:
            self._upload(base)
            self._end("Stopped", "MaxRuntimeExceeded" if too_long else "Stopped")
        elif code:
            self._end("Failed", "Failed", self._failure(base, code))
        else:
            with self._changing() as job:
                job.become("InProgress", "Uploading", "Uploading generated training model")
            self._upload(base)
            self._end("Completed", "Completed")

    def _upload(self, base: Path) -> None:
        top = self._job.request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
        prefix = f"{top}/{self._job.training_job_name}/output"
        for folder, name in ((base / "model", "model.tar.gz"), (base / "output" / "data", "output.tar.gz")):
            if name == "model.tar.gz" or any(folder.iterdir()):
                bucket, key = bucket_and_key(f"{prefix}/{name}")
                container.pack_model(folder, bucket, key)
        self._job.artefact = f"{prefix}/model.tar.gz"

    def _failure(self, base: Path, code: int) -> str:
        written = base / "output" / "failure"
        if written.is_file():
            text = written.read_text(errors="replace").strip()
        else:
            lines = self._log.read_text(errors="replace").strip().splitlines()
            text = lines[-1] if lines else "the program wrote nothing"
        return f"AlgorithmError: {text}, exit code: {code}"[:MOST_REASON_CHARACTERS]

    def _end(self, status: str, secondary: str, reason: str | None = None) -> None:
        with self._changing() as job:
            job.failure_reason = reason
            job.training_end_time = records.now()
            job.become(status, secondary, reason or f"Training job {status.lower()}")


def write_inputs(request: dict[str, Any], base: Path) -> None:
    """Lays out /opt/ml: configuration files (all values strings) and a folder of objects for each channel."""
    config = base / "input" / "config"
    for folder in (config, base / "input" / "data", base / "model", base / "output" / "data", base / "code"):
        folder.mkdir(parents=True)
    described = {}
    for channel in request.get("InputDataConfig", []):
        source = channel["DataSource"]["S3DataSource"]
        channels.bring(channel, base / "input" / "data" / channel["ChannelName"])
        described[channel["ChannelName"]] = {
            "TrainingInputMode": "File",
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            **({"ContentType": channel["ContentType"]} if channel.get("ContentType") else {}),
        }
    hosts = {
        "current_host": "algo-1",
        "current_instance_type": request["ResourceConfig"].get("InstanceType", "local"),
        "hosts": ["algo-1"],
        "network_interface_name": "lo",
    }
    parameters = {name: str(value) for name, value in request.get("HyperParameters", {}).items()}
    for name, content in (("hyperparameters", parameters), ("resourceconfig", hosts), ("inputdataconfig", described)):
        (config / f"{name}.json").write_text(json.dumps(content))
