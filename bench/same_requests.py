"""Sends the same requests as envlink from a plain Python script, for comparison. bench/run starts it.

Usage: same_requests.py URL KEY < REQUESTS   (JSON Lines with method and path, from the emulator)
"""

import json
import sys

import requests


def main():
    url, key = sys.argv[1:]
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {key}"
    for line in sys.stdin:
        request = json.loads(line)
        body = {} if request["method"] != "GET" else None
        session.request(request["method"], url.removesuffix("/v1") + request["path"], json=body, timeout=30)


if __name__ == "__main__":
    main()
