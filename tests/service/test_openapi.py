"""schemathesis over the whole OpenAPI, on a real server: no 5xx, no answer that is not documented."""

import itertools
import socket
import threading
import time

import pytest
import requests
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from matcher.service.pages import create_site
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from small_event import RUN_ID

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 10


@pytest.fixture
def server(machine, published, other_event):
    """The service, listening."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    app = create_site(machine, work=False)
    running = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            requests.get(f"{address}/health", timeout=5)
            break
        except requests.ConnectionError:
            time.sleep(0.1)
    yield app, address
    running.should_exit = True
    thread.join(timeout=20)


@pytest.mark.filterwarnings("default")
def test_no_answer_is_a_fault_of_ours_or_undocumented(server, published, owner, attendee):
    app, address = server
    schema = openapi.from_dict(app.openapi())
    mine = attendee(published, 0)
    known = {"event_id": published.id, "ref": published.refs[1], "a": published.refs[0], "b": published.refs[1], "run_id": RUN_ID}
    found = [result.ok() for result in schema.get_all_operations()]
    found.sort(key=lambda operation: (operation.method.upper() == "DELETE", -len(operation.path)))
    faults = []
    for operation in found:
        try:
            _check(operation, address, known, {"me": mine, "owner": owner})
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            told = getattr(error, "exceptions", [error])
            faults += [f"{operation.label}: {type(each).__name__} {str(each)[:700]}" for each in told]
    assert faults == [], "\n".join(faults)
    assert len(found) > 50


def _check(operation, address, known, callers):
    seen = itertools.count()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case):
        if next(seen) % 3 and case.path_parameters:  # two of three ask for what is there
            case.path_parameters.update({name: value for name, value in known.items() if name in case.path_parameters})
        who = callers["me" if operation.path.startswith("/api/v1/me") else "owner"]
        answer = case.call(base_url=address, headers=who, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    check()
