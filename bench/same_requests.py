"""What a plain Python script takes for the requests that envlink made: bench/run starts it.

Usage: same_requests.py URL KEY < REQUESTS   (JSON Lines with method and path, as the emulator tells them)
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
