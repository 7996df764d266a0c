"""Whatever happens to answers, each service gets one deploy, and the run ends with a successful check."""

import collections
import unittest

from harness import SERVICES, Case, desired, workspace

DEPLOY = "POST /v1/services/*/deploys"
LINK = "POST /v1/env-groups/*"


class Faults(Case):
    def hold(self, *faults, behaviour=None):
        source = workspace(faults=list(faults))
        if behaviour:
            source["behaviour"] = behaviour
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 0)
        self.assert_done(result.stdout)
        # Counted in the emulator's state, because requests that were cut before they took effect made no deploys.
        made = collections.Counter(d["service"] for d in emulator.state()["deploys"] if d["trigger"] == "api")
        self.assertEqual(made, {id: 1 for id in SERVICES.values()})
        struck = [r for r in emulator.requests() if r.get("fault")]
        self.assertGreaterEqual(len(struck), len(faults), "a fault was never met")

    def test_a_lost_answer_to_a_deploy_request_is_resolved_by_reading(self):
        self.hold({"match": DEPLOY, "nth": 1, "do": "lose_answer"}, {"match": DEPLOY, "nth": 3, "do": "lose_answer"})

    def test_a_deploy_request_that_was_cut_is_sent_again(self):
        self.hold({"match": DEPLOY, "nth": 2, "do": "cut"})

    def test_a_503_to_a_deploy_request_is_resolved(self):
        self.hold({"match": DEPLOY, "nth": 1, "do": {"status": 503}})

    def test_after_a_429_to_a_deploy_request_it_waits_and_sends_it_again(self):
        self.hold({"match": DEPLOY, "nth": 1, "do": {"status": 429, "retry_after": 1}})

    def test_a_lost_answer_to_a_link_request_is_resolved_by_reading(self):
        self.hold({"match": LINK, "nth": 1, "do": "lose_answer"}, {"match": LINK, "nth": 4, "do": "lose_answer"})

    def test_a_link_request_that_was_cut_is_sent_again(self):
        self.hold({"match": LINK, "nth": 2, "do": "cut"})

    def test_link_requests_survive_503_and_429(self):
        self.hold({"match": LINK, "nth": 1, "do": {"status": 503}},
                  {"match": LINK, "nth": 3, "do": {"status": 429, "retry_after": 1}})

    def test_failed_reads_are_repeated(self):
        self.hold({"match": "GET /v1/services/*", "every": 5, "do": {"status": 503}},
                  {"match": "GET /v1/services/*/deploys/*", "nth": 3, "do": "garbage"},
                  {"match": "GET /v1/*", "nth": 12, "do": "cut"})

    def test_a_link_that_already_existed_is_not_a_failure(self):
        self.hold({"match": LINK, "nth": 1, "do": "lose_answer"}, behaviour={"double_link": "conflict"})


if __name__ == "__main__":
    unittest.main()
