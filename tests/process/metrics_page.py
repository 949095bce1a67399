"""The pages of METRICS_PORT: asking for them, and reading them with Prometheus' own client library."""

import http.client
import re
import time

from prometheus_client.parser import text_string_to_metric_families

from process import PATIENCE


def port_of(server):
    """Told on the last line of the announcement."""
    deadline = time.monotonic() + PATIENCE
    while not (found := re.search(r"https?://[^/]*:(\d+)/status", server.output_path.read_text())):
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.01)
    return int(found[1])


def fetch(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=PATIENCE)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def families(server):
    answer, text = fetch(server, "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(server, sample, **labels):
    """The sum of the samples of that name that have these labels; 0 without any."""
    name = re.sub(r"_(total|bucket|sum|count)$", "", sample)
    family = families(server)[name]
    return sum(s.value for s in family.samples if s.name == sample and labels.items() <= s.labels.items())


def wait_for(server, wanted, sample, **labels):
    deadline = time.monotonic() + PATIENCE
    while (found := value(server, sample, **labels)) != wanted:
        assert time.monotonic() < deadline, f"{sample} is {found}, not {wanted}"
        time.sleep(0.05)
