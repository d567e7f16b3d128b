"""The first decision of a detection: what has landed since the last one, and is there anything to do at all?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hourglass.lake import MANIFESTS, Lake, manifest_key
from hourglass.landings import DETECTED, Landing, landing_from_manifest, pending_runs
from hourglass.plans import typing_key
from hourglass.publication import CatalogTable
from hourglass.rollback import Documents, finish_rollback
from hourglass.sql_files import load_sql
from hourglass.unfinished import Unfinished, dead_runs, mark_detected


@dataclass(frozen=True)
class Gathering:
    """Gathers for one lake; whoever calls it holds the lock."""

    documents: Documents
    unfinished: Unfinished
    lake: Lake
    database: str

    def plan(self, run_id: str, tables: Mapping[str, CatalogTable]) -> dict[str, Any]:
        """Finish a rollback, abandon dead runs, read the pending manifests and write the document `typing`.

        Returns what the states need: run_id, plan_key, landings, new_rows, anything_to_do, anything_new and
        `type` (groups of names of statements). When there is nothing to do, the
        landings are marked at once.
        """
        finish_rollback(self.documents, self.unfinished.catalog)
        for dead in dead_runs(tables, run_id):
            self.unfinished.abandon(dead, tables)
        pending = pending_runs(self.documents.keys(MANIFESTS), self.documents.keys(DETECTED))
        landings = [landing_from_manifest(self.documents.get_json(manifest_key(run))) for run in pending]
        sql = load_sql()
        missing = sql.folder("tables").keys() - set(tables)
        news = sum(landing.news for landing in landings)
        answer = {"run_id": run_id, "landings": len(landings), "new_rows": news, "anything_new": news > 0}
        if landings and landings[-1].more:  # the next round of the load is under way and starts a detection too
            return {**answer, "anything_to_do": False}
        if not (missing or news):
            mark_detected(pending, run_id, self.documents)
            return {**answer, "anything_to_do": False}
        return {**answer, "anything_to_do": True, **self._write(run_id, landings, tables)}

    def _write(self, run_id: str, landings: list[Landing], tables: Mapping[str, CatalogTable]) -> dict[str, Any]:
        # Only a run with work to do pays for importing the SQL parser.
        from hourglass.chain import read_chain
        from hourglass.detection import TOUCHED, Planner, published_weeks
        from hourglass.inputs import Names

        chain = read_chain(load_sql().only("tables", "typed", "deleted", "plan"))
        known = set(tables).intersection(chain.plans[TOUCHED].inputs)
        weeks = published_weeks(chain, known, {}, self.unfinished.catalog).weeks
        plan = Planner(chain, Names(self.database, run_id), self.lake).typing(landings, tables, weeks)
        self.documents.put_json(typing_key(run_id), plan)
        return {"plan_key": typing_key(run_id), "type": plan["groups"]["type"]}
