"""The same job by dlt: members and audit log of an organization, page by page, merged into a DuckDB file.

python peer.py URL ORG SECRET FOLDER    prints what it took, as JSON
"""

import json
import os
import resource
import sys
import time
import urllib.request

url, org, secret, folder = sys.argv[1:]
os.environ.update(DLT_DATA_DIR=folder, RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="ERROR")

started = time.monotonic()

import dlt  # noqa: E402  (what it takes to load is part of the job)
import duckdb  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # noqa: E402

PAGE = 100


def peak_mb() -> float:
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def log_in() -> str:
    body = json.dumps({"identifier": org, "secret": secret}).encode()
    headers = {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/v2/auth/token", body, headers)) as reply:
        return json.load(reply)["access_token"]


def listed(name: str, path: str, key: str, identity: str) -> dict:
    return {
        "name": name,
        "primary_key": identity,
        "endpoint": {
            "path": path,
            "params": {"page_size": PAGE},
            "data_selector": key,
            "paginator": {"type": "page_number", "base_page": 1, "total_path": None, "stop_after_empty_page": True},
        },
    }


source = rest_api_source(
    {
        "client": {"base_url": url, "auth": {"type": "bearer", "token": log_in()}},
        "resource_defaults": {"write_disposition": "merge"},
        "resources": [
            listed("members", f"v2/orgs/{org}/members", "results", "id"),
            listed("auditlog", f"v2/auditlogs/{org}", "logs", "event_id"),
        ],
    }
)
file = os.path.join(folder, "peer.duckdb")
pipeline = dlt.pipeline("peer", pipelines_dir=folder, destination=dlt.destinations.duckdb(file), dataset_name="hub")
# its other format, statements of values, takes three times the core-seconds and far more memory
pipeline.run(source, loader_file_format="parquet")
seconds = time.monotonic() - started
peak = peak_mb()
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
with duckdb.connect(file, read_only=True) as connection:
    rows = connection.execute("select count(*) from hub.auditlog").fetchone()[0]
print(
    json.dumps(
        {
            "seconds": seconds,
            "coreSeconds": sum(one.ru_utime + one.ru_stime for one in used),
            "peakMb": peak,
            "rows": rows,
            "version": dlt.__version__,
        }
    )
)
