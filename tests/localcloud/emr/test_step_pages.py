"""ListSteps answers in pages."""

from pathlib import Path

from emr_clients import Aws, step

from localcloud.cloud import LocalCloud


def test_more_steps_than_a_page_holds_are_listed_newest_first(tmp_path: Path) -> None:
    with LocalCloud(tmp_path) as cloud:
        aws = Aws(cloud.endpoint_url)
        cluster_id = aws.launch(*(step(f"{number}", "true") for number in range(60)), keep=True)
        pages = list(aws.emr.get_paginator("list_steps").paginate(ClusterId=cluster_id))
    assert [len(page["Steps"]) for page in pages] == [50, 10]
    assert [found["Name"] for page in pages for found in page["Steps"]] == [f"{n}" for n in reversed(range(60))]
