#!/usr/bin/env python3
"""Runs clients of Render's API by other people, from PyPI and npm, against the emulator.

usage: run.py BUILD_FOLDER

Each client's workflow checks what the client reports; this file checks what the emulator then holds, and how it answered.
`./install` comes first."""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "tests/end_to_end")]
if len(sys.argv) != 2:
    sys.exit(__doc__)
os.environ["ENVLINK"] = str(pathlib.Path(sys.argv[1]).resolve() / "src/envlink")
import api_render_com  # noqa: E402
import harness  # noqa: E402
import mcp  # noqa: E402
from harness import KEY  # noqa: E402

CLIENTS = ROOT / "build/foreign"
OWNER = "tea-registry000000000000"
WEB, SLOW = "srv-web00000000000000000", "srv-slow0000000000000000"
PLENTY = 1000000


def workspace(**behaviour):
    """More services and variables than one page has."""
    limits = {f"{kind}_limit": PLENTY for kind in ("read", "write", "deploy", "log", "create", "domain")}
    return {
        "version": 1,
        "api_key": KEY,
        "owner": {"id": OWNER, "name": "registry"},
        "groups": [{"id": "evg-shared00000000000000", "name": "shared", "variables": {"TOKEN": "sesame"}, "links": ["web"]}],
        "services": [
            {"id": WEB, "name": "web", "build": "1s", "start": "1s",
             "variables": {f"KEY_{number:02}": str(number) for number in range(22)}},
            {"id": SLOW, "name": "slow", "build": "24h"},
            {"id": "srv-site0000000000000000", "name": "site", "type": "static_site"},
            *[{"name": f"more-{number:02}"} for number in range(40)],
        ],
        "behaviour": {**limits, **behaviour},
        "faults": [{"match": "GET /v1/events/evt-limited0000000000000", "do": {"status": 429, "retry_after": 3}}],
    }


class Clients(harness.Case):
    def setUp(self):
        super().setUp()
        self.render = self.emulator(workspace(), speed=1000, flags=["--gzip"])

    def client(self, *command, **environment):
        """Runs a client to its end; returns what it printed."""
        said = subprocess.run([str(part) for part in command], cwd=self.folder, env=self.surroundings(**environment), text=True,
                              timeout=harness.HANG, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(said.returncode, 0, f"{said.stdout[-6000:]}\n{said.stderr[-6000:]}")
        return said.stdout

    def surroundings(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "LANG": "C.UTF-8", "COLUMNS": "200", **more}

    def fixed_host(self):
        proxy = api_render_com.ApiRenderCom(self.render, self.folder)
        self.addCleanup(proxy.close)
        return proxy.environment

    def answers(self):
        """How often the emulator answered with each status, but for reads that succeeded."""
        return dict(collections.Counter(request["status"] for request in self.render.requests()
                                        if request["method"] != "GET" or request["status"] != 200))

    def variables(self):
        return {item["envVar"]["key"]: item["envVar"]["value"] for item in self.render.get(f"/services/{WEB}/env-vars?limit=100")}

    def sdk(self, shape):
        said = self.client(CLIENTS / "python/bin/python", HERE / "sdk.py", RENDER_HOST=self.render.url, RENDER_API_KEY=KEY,
                           LIST_SHAPE=shape)
        self.assertEqual(said.splitlines()[-1], "done")
        self.assertEqual(self.variables().keys(), {"A", "B"})
        self.assertNotIn(501, self.answers())

    def test_renders_own_sdk_for_python(self):
        self.sdk("wrapped")

    def test_renders_own_sdk_for_python_with_the_documented_list_of_groups(self):
        self.render = self.emulator(workspace(list_shape="bare"), speed=1000)
        self.sdk("bare")

    def test_render_api_of_npm(self):
        said = self.client("node", HERE / "render_api.mjs", CLIENTS / "node", RENDER_HOST=self.render.url, RENDER_API_KEY=KEY)
        self.assertEqual(said.splitlines()[-1], "done")
        self.assertEqual(self.variables().keys(), {"A", "B"})
        self.assertNotIn(501, self.answers())

    def test_render_cli_of_pypi(self):
        fixed = self.fixed_host()

        def cli(*arguments, key=KEY):
            return self.client(CLIENTS / "python/bin/render-cli", *arguments, RENDER_TOKEN=key, **fixed)

        listed = cli("list")
        self.assertRegex(listed, rf"web +│ {WEB} +│ http://127\.0\.0\.1:\d+/_emulator/health/web ")
        self.assertEqual(len(re.findall(r"│ more-\d\d ", listed)), 40)
        self.assertEqual(len(json.loads(cli("list", "--verbose"))), 43)
        self.assertEqual(json.loads(cli("find-service", "-sn", "web", "--verbose"))["service"]["id"], WEB)
        self.assertEqual(len(json.loads(cli("list-env", "-sid", WEB, "--verbose"))), 22)
        self.write("new.env", "# new\nADDED=1\nKEY_00=changed\n")
        cli("set-env", "-sn", "web", "--file", "new.env", "--update")
        self.assertEqual(len(self.variables()), 23)
        cli("set-env", "-sn", "web", "--file", "new.env")
        self.assertEqual(self.variables(), {"ADDED": "1", "KEY_00": "changed"})
        self.assertRegex(cli("list-env", "-sn", "web"), r"KEY_00 +│ changed")
        self.assertEqual(json.loads(cli("list", "--verbose", key="rnd_wrong")), {"error": "401 - Unauthorized"})
        self.assertEqual(self.answers(), {200: 2, 401: 1})

    def test_a_tool_server_for_assistants_of_npm(self):
        server = mcp.McpServer(["node", str(CLIENTS / "node/node_modules/@niyogi/render-mcp/bin/render-mcp.js"), "start"],
                               self.surroundings(RENDER_API_KEY=KEY, **self.fixed_host()), self.folder)
        self.addCleanup(server.close)

        def call(tool, error=False, **parameters):
            text, failed = server.call(tool, {"params": parameters})
            self.assertEqual(failed, error, f"{tool}: {text}\n{server.errors()}")
            return text

        self.assertEqual(len(server.ask("tools/list")["tools"]), 8)
        page = json.loads(call("list_services", limit=30))
        rest = json.loads(call("list_services", limit=30, cursor=page[-1]["cursor"]))
        self.assertEqual((len(page), len(rest)), (30, 13))
        self.assertEqual(json.loads(call("get_service", serviceId=WEB))["name"], "web")
        self.assertIn("Render API error (404): not found: srv-nobody", call("get_service", error=True, serviceId="srv-nobody"))
        started = re.search(r"Deployment ID: (dep-\w{20}), Status: build_in_progress$",
                            call("deploy_service", serviceId=SLOW, clearCache="clear"))
        self.assertIsNotNone(started, server.errors())
        # The 202 has no body, for which the server makes up a deploy.
        self.assertIn("Deployment ID: mock-deploy-", call("deploy_service", serviceId=SLOW))
        deploys = [item["deploy"] for item in json.loads(call("get_deploys", serviceId=SLOW, limit=2))]
        self.assertEqual([deploy["status"] for deploy in deploys], ["queued", "build_in_progress"])
        self.assertEqual(deploys[1]["id"], started[1])
        # It sends an object, where Render wants a list.
        self.assertIn("Render API error (400)", call("manage_env_vars", error=True, serviceId=WEB,
                                                            envVars=[{"key": "A", "value": "1"}]))
        self.assertEqual(len(self.variables()), 22)
        self.render.call("POST", f"/services/{SLOW}/custom-domains", {"name": "docs.example.com"})
        call("manage_domains", serviceId=SLOW, action="remove", domain="docs.example.com")
        self.assertEqual(self.render.get(f"/services/{SLOW}/custom-domains"), [])
        call("delete_service", serviceId=SLOW)
        self.assertEqual(len(json.loads(call("list_services", limit=100))), 42)
        self.assertEqual(self.answers(), {201: 2, 202: 1, 204: 2, 400: 1, 404: 1})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
