import socket

import httpx
import pytest
from tests.studio.conftest import TOKEN, Served
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from drumlin.studio.security import BODY_LIMIT, Policy, content_security_policy


def test_the_token_in_the_address_becomes_a_cookie_that_scripts_cannot_read(studio: Served) -> None:
    with httpx.Client(base_url=f"http://{studio.host}") as client:
        answer = client.get("/", params={"token": TOKEN})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"drumlin_{studio.port}={TOKEN};")
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert client.get("/").status_code == 200
        assert client.get("/api/state").status_code == 200


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", f"?token={TOKEN}x", "?token=%C3%A9"])
def test_without_the_token_the_page_says_where_to_find_it(studio: Served, query: str) -> None:
    answer = httpx.get(f"http://{studio.host}/{query}")
    assert answer.status_code == 401
    assert "Open the address from the terminal" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/api/state", "/api/instruments", "/assets/app-1a2b.js", "/api/openapi.json"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
def test_without_the_token_nothing_is_told(studio: Served, path: str, headers: dict[str, str]) -> None:
    answer = httpx.get(f"http://{studio.host}{path}", headers=headers)
    assert answer.status_code == 401
    assert "token" in answer.json()["error"]


def test_the_cookie_of_another_port_does_not_count(studio: Served) -> None:
    headers = {"Cookie": f"drumlin_1={TOKEN}"}
    assert httpx.get(f"http://{studio.host}/api/state", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:{port}", "localhost:1", "localhost", "", "a@b"]
)
def test_other_hosts_are_refused(studio: Served, host: str) -> None:
    headers = {"Host": host.format(port=studio.port)}
    assert studio.client.get("/api/state", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"])
def test_the_names_of_this_machine_are_allowed(studio: Served, host: str) -> None:
    headers = {"Host": host.format(port=studio.port)}
    assert studio.client.get("/api/state", headers=headers).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "file://localhost:{port}", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_origins_are_refused(studio: Served, origin: str, method: str) -> None:
    headers = {"Origin": origin.format(port=studio.port)}
    assert studio.client.request(method, "/api/jobs", headers=headers).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_of_other_sites_are_refused_though_they_name_no_origin(studio: Served, site: str) -> None:
    assert studio.client.get("/api/state", headers={"Sec-Fetch-Site": site}).status_code == 403
    assert studio.client.get("/api/state", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    "options",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"additional_headers": {}},
        {"additional_headers": {"Authorization": "Bearer wrong"}},
    ],
)
def test_sockets_are_guarded_like_requests(studio: Served, options: dict[str, object]) -> None:
    with pytest.raises(InvalidStatus) as caught, studio.socket(**options):
        pass
    assert caught.value.response.status_code == 403


def test_a_socket_under_another_host_is_refused(studio: Served) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    evil = f"ws://evil.example:{studio.port}/api/play"
    with pytest.raises(InvalidStatus), connect(evil, address=("127.0.0.1", studio.port), additional_headers=headers):
        pass


def test_two_hosts_are_none(studio: Served) -> None:
    lines = ["GET /api/state HTTP/1.1", f"Host: {studio.host}", "Host: evil.example", f"Authorization: Bearer {TOKEN}"]
    with socket.create_connection(("127.0.0.1", studio.port), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        status = connection.makefile("rb").readline().split()[1]
    assert status in (b"400", b"403")


@pytest.mark.parametrize("path", ["/", "/api/state", "/assets/app-1a2b.js", "/missing"])
def test_every_answer_carries_the_headers(studio: Served, path: str) -> None:
    headers = studio.client.get(path).headers
    assert headers["Content-Security-Policy"] == content_security_policy(studio.host)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_policy_allows_nothing_inline_and_no_other_host() -> None:
    policy = content_security_policy("localhost:8420")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    hosts = [word for word in policy.replace(";", "").split() if "//" in word]
    assert hosts == ["ws://localhost:8420", "wss://localhost:8420"]


def test_a_body_beyond_the_limit_is_refused(studio: Served) -> None:
    answer = studio.client.post("/api/keep", content=b" " * (BODY_LIMIT + 1))
    assert (answer.status_code, answer.json()) == (413, {"error": "the request is larger than 1 MB"})


def test_a_body_that_hides_its_size_is_refused_as_well(studio: Served) -> None:
    pieces = (b" " * 65536 for _ in range(BODY_LIMIT // 65536 + 2))
    assert studio.client.post("/api/keep", content=pieces).status_code == 413


def test_a_hosted_server_answers_to_its_names_on_any_port() -> None:
    policy = Policy(hosts=frozenset({"drums.example.org"}))
    assert policy.allows_host("drums.example.org")
    assert policy.allows_host("drums.example.org:8443")
    assert policy.allows_origin("https://drums.example.org")
    assert not policy.allows_host("localhost")
    assert not policy.allows_origin("https://example.org")
