"""A client of the Model Context Protocol, for a server that talks over its standard input and output."""

import json
import subprocess
import tempfile
import threading

from harness import HANG

PROTOCOL = "2025-03-26"


class McpServer:
    def __init__(self, command, environment, folder):
        self.said = tempfile.TemporaryFile(mode="w+")  # no pipe, which nobody would empty
        self.process = subprocess.Popen(command, cwd=folder, env=environment, text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.said)
        self.limit = threading.Timer(HANG, self.process.kill)  # ends a reading that would wait for ever
        self.limit.start()
        self.number = 0
        self.about = self.ask("initialize", protocolVersion=PROTOCOL, capabilities={},
                              clientInfo={"name": "envlink-tests", "version": "1"})
        self._send({"method": "notifications/initialized"})

    def _send(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self.process.stdin.flush()

    def ask(self, method, **parameters):
        self.number += 1
        self._send({"id": self.number, "method": method, "params": parameters})
        line = self.process.stdout.readline()
        answer = json.loads(line or "{}")
        if answer.get("id") != self.number or "result" not in answer:
            raise AssertionError(f"{method} {parameters}: {line}\n{self.errors()}")
        return answer["result"]

    def call(self, tool, arguments):
        """The text, and whether it is an error."""
        result = self.ask("tools/call", name=tool, arguments=arguments)
        return result["content"][0].get("text"), result.get("isError", False)

    def errors(self):
        self.said.seek(0)
        return self.said.read()

    def close(self):
        self.limit.cancel()
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.said.close()
