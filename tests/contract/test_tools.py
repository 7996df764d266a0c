"""How findings of the tools are read and compared with the known differences."""

import base64
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "schemathesis"), str(HERE / "prism")]
import collect  # noqa: E402
import known  # noqa: E402
import tools_document  # noqa: E402
import violations  # noqa: E402

LIST = known.Finding("GET /owners", "status_code_conformance", "400 invalid limit: too large")


def entry(**changes):
    return {"by": ["schemathesis"], "operation": "GET /services|GET /owners", "check": "status_code_conformance",
            "what": "400 invalid limit*", "reason": "made up", **changes}


class Known(unittest.TestCase):
    def test_a_listed_finding_is_neither_new_nor_its_entry_stale(self):
        self.assertEqual(known.judge([entry()], [LIST], {"GET /owners"}), ([], []))

    def test_a_finding_that_no_entry_covers_is_new(self):
        for changes in ({"operation": "GET /users"}, {"check": "ignored_auth"}, {"what": "400 invalid cursor"}):
            with self.subTest(changes=changes):
                self.assertEqual(known.judge([entry(**changes)], [LIST], set())[0], [LIST])

    def test_an_entry_without_a_finding_is_stale_only_if_its_operation_was_tested(self):
        self.assertEqual(known.judge([entry()], [], {"GET /services"})[1], [entry()])
        self.assertEqual(known.judge([entry()], [], {"GET /users"})[1], [])

    def test_brackets_and_question_marks_stand_for_themselves(self):
        self.assertTrue(known.fits("[*].id?", "[0].id?"))
        self.assertFalse(known.fits("[a]", "a"))

    def test_the_file_is_complete_and_its_operations_exist(self):
        operations = tools_document.operations(tools_document.load())
        for one in json.loads(known.PATH.read_text()):
            with self.subTest(what=one):
                self.assertEqual(set(one), {"by", "operation", "check", "what", "reason"})
                self.assertTrue(set(one["by"]) <= {"schemathesis", "prism"} and one["by"])
                for pattern in known.operations(one):
                    self.assertTrue(any(known.fits(pattern, operation) for operation in operations), pattern)


def interaction(status, body):
    return {"request": {"method": "GET", "uri": "http://127.0.0.1/v1/owners?limit=101"},
            "response": {"status_code": status, "content": {"$base64": base64.b64encode(body).decode()}}}


def events(checks, replies, phase="coverage"):
    return [json.dumps({"ScenarioFinished": {"phase": phase, "recorder": {
        "label": "GET /owners", "checks": {"a": checks}, "interactions": {"a": replies}}}})]


def failure(kind, message, name="status_code_conformance"):
    return {"name": name, "status": "failure",
            "failure_info": {"failure": {"type": kind, "operation": "GET /owners", "message": message}}}


class Collecting(unittest.TestCase):
    def read(self, *checks, reply=interaction(400, b'{"message":"invalid limit: too large"}\n')):
        run = collect.Run()
        run.add(events(list(checks), reply))
        return run

    def test_requests_operations_and_findings_are_counted(self):
        run = self.read(failure("UndefinedStatusCode", "Received: 400\nDocumented: 200"), {"name": "ignored_auth", "status": "success"})
        self.assertEqual((run.requests, run.tested, run.findings), (1, {"GET /owners"}, {LIST: 1}))
        self.assertEqual(run.examples[LIST], "GET http://127.0.0.1/v1/owners?limit=101")

    def test_what_differs_does_not_hold_values_of_the_reply(self):
        for kind, message, expected in [
            ("AcceptedNegativeData", "Invalid data\nInvalid component: parameters `a`, `b` in query\n  - violates `x`\n  - violates `y`",
             "parameters `a`, `b` in query; violates `x`; violates `y`"),
            ("JsonSchemaError", '{"a":"secret ... is valid under more than one\n\nSchema at /components/schemas/service/properties/x:\n\n    {}',
             "service/properties/x: the value is valid under more than one"),
            ("UnsupportedMethodResponse", "TRACE returned 404\n\nReturn 405", "TRACE returned 404"),
        ]:
            with self.subTest(kind=kind):
                finding, = self.read(failure(kind, message)).findings
                self.assertEqual(finding.what, expected)

    def test_a_reply_without_a_message_is_named_by_its_text(self):
        finding, = self.read(failure("UndefinedStatusCode", ""), reply=interaction(201, b'{"id":"evm-1"}')).findings
        self.assertEqual(finding.what, '201 {"id":"evm-1"}')


class Violations(unittest.TestCase):
    def test_items_of_a_list_share_one_place_and_the_message_is_kept(self):
        told = [{"location": ["response", "body", "0", "id"], "severity": "Error", "message": "Response body property 0.id must be string"},
                {"location": ["request", "query", "limit"], "severity": "Error", "message": "Request query parameter limit must be <= 100"},
                {"location": ["response"], "severity": "Error", "message": "Unable to match the returned status code with those defined"},
                {"location": ["request"], "severity": "Error", "message": "Body parameter is required"}]
        found = violations.findings(["GET /services/{serviceId}"], "GET", "/v1/services/srv-1?limit=101", 418, told)
        self.assertEqual([tuple(one) for one in found], [
            ("GET /services/{serviceId}", "response", "body.*.id: must be string"),
            ("GET /services/{serviceId}", "request", "query.limit: must be <= 100"),
            ("GET /services/{serviceId}", "response", "status 418"),
            ("GET /services/{serviceId}", "request", "Body parameter is required")])


class Document(unittest.TestCase):
    def test_one_of_becomes_any_of(self):
        self.assertEqual(tools_document.without_one_of({"a": [{"oneOf": [{"oneOf": []}]}], "properties": {"oneOf": {}}}),
                         {"a": [{"anyOf": [{"anyOf": []}]}], "properties": {"oneOf": {}}})
        self.assertEqual(tools_document.without_one_of({"$ref": "#/a/oneOf/1"}), {"$ref": "#/a/anyOf/1"})

    def test_the_operation_of_a_request(self):
        names = ["GET /a/{id}", "GET /a/b", "POST /a/{id}"]
        for request, expected in {"GET /a/x.y": "GET /a/{id}", "GET /a/b": "GET /a/b", "PUT /a/b": "PUT /a/b",
                                  "GET /a/b/c": "GET /a/b/c"}.items():
            self.assertEqual(tools_document.operation_of(names, *request.split(" ")), expected)


if __name__ == "__main__":
    unittest.main()
