"""Puts a value where schemathesis sends an empty text. The document allows empty names, keys and ids, so that nearly all
valid requests would be refused for them alone."""

import itertools

import schemathesis

MADE_UP = {
    "ownerId": "tea-contract000000000000",
    "projectId": "prj-project0000000000000",
    "environmentId": "evm-production0000000000",
    "key": "KEY",
    "value": "made-up",
    "content": "made-up",
    "path": "/*",
    "source": "/from",
    "destination": "/to",
    "repo": "https://github.com/example/made-up",
    "branch": "main",
    "imagePath": "docker.io/library/nginx:latest",
    "startCommand": "npm start",
    "schedule": "0 3 * * *",
    "url": "https://hooks.example.com",
    "commitId": "0123456789abcdef0123456789abcdef01234567",
}
LISTS = {"serviceIds": "srv-site0000000000000000", "resourceIds": "srv-web00000000000000000"}
names = itertools.count(1)


def filled(value):
    if isinstance(value, list):
        return [filled(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for key, item in value.items():
        if item == "" and key == "name":
            item = f"made-up-{next(names)}"
        elif item == "":
            item = MADE_UP.get(key, item)
        elif key in LISTS and isinstance(item, list):
            item = [LISTS[key] if one == "" else one for one in item]
        out[key] = filled(item)
    return out


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, (dict, list)):
        case.body = filled(case.body)
