"""The files for a CI: JUnit XML of a verification, SARIF of a plan's findings."""

import json
import unittest
import xml.etree.ElementTree as xml

from harness import SERVICES, Case, desired, with_service, workspace


class JUnit(Case):
    def verify(self, code, emulator, **environment):
        result = self.run_envlink("verify", "--junit", "verify.xml", emulator=emulator, **environment)
        self.assert_exit(result, code)
        self.text = (self.folder / "verify.xml").read_text()
        root = xml.fromstring(self.text)
        suite, = root
        cases = list(suite)
        for element in (root, suite):
            self.assertEqual(int(element.get("tests")), len(cases))
            self.assertEqual(int(element.get("failures")), len(suite.findall("testcase/failure")))
            self.assertEqual(int(element.get("skipped")), len(suite.findall("testcase/skipped")))
        return {case.get("name"): [child.tag for child in case] for case in cases}

    def test_a_failed_step_and_a_failed_service_are_failures(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        before = self.verify(2, emulator)
        self.assertEqual((before["connection"], before["groups"], before["links"]), ([], [], ["failure"]))
        self.assertEqual(before["core"], ["failure"])
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        after = self.verify(0, emulator)
        self.assertEqual(after, dict.fromkeys(["connection", "groups", "links", "deploys", *SERVICES], []))

    def test_what_was_not_checked_is_skipped_and_not_passed(self):
        self.write("envlink.yaml", desired())
        told = self.verify(3, self.emulator(workspace()), key="rnd_wrongWrongWrong")
        self.assertEqual(told, {"connection": ["failure"], "groups": ["skipped"], "links": ["skipped"], "deploys": ["skipped"]})
        self.assertNotIn("wrongWrong", self.text)

    def test_names_with_markup_stay_text(self):
        name = "a<b>&\"c\" 'd'"
        source = workspace()
        source["services"][0]["name"] = name
        wanted = desired(services={name: {"link": ["shared"]}})
        self.write("envlink.yaml", wanted)
        self.assertEqual(self.verify(2, self.emulator(source))[name], ["failure"])

    def test_a_file_that_cannot_be_written_is_exit_1(self):
        self.write("envlink.yaml", desired())
        result = self.run_envlink("verify", "--junit", "no/such/folder.xml", emulator=self.emulator(workspace()))
        self.assert_exit(result, 1)
        self.assertIn("no/such/folder.xml", result.stderr)
        self.assertIn("✗ Step 3", result.stdout)


class Sarif(Case):
    """The properties that the OASIS document requires, and those that GitHub uses to place an alert."""

    LEVELS = {"error", "warning", "note"}

    def plan(self, code, source, wanted):
        text = self.write("envlink.yaml", wanted).read_text()
        result = self.run_envlink("plan", "--sarif", "found.sarif", emulator=self.emulator(source))
        self.assert_exit(result, code)
        log = json.loads((self.folder / "found.sarif").read_text())
        self.assertEqual(log["version"], "2.1.0")
        run, = log["runs"]
        driver = run["tool"]["driver"]
        self.assertEqual((driver["name"], run["columnKind"]), ("envlink", "unicodeCodePoints"))
        rules = [rule["id"] for rule in driver["rules"]]
        self.assertEqual(len(rules), len(set(rules)))
        for rule in driver["rules"]:
            self.assertIn(rule["defaultConfiguration"]["level"], self.LEVELS)
            for told in ("shortDescription", "fullDescription", "help"):
                self.assertTrue(rule[told]["text"], rule)
        for found in run["results"]:
            self.assertEqual(rules[found["ruleIndex"]], found["ruleId"])
            self.assertIn(found["level"], self.LEVELS)
            self.assertTrue(found["message"]["text"])
            location, = found["locations"]
            physical = location["physicalLocation"]
            self.assertEqual(physical["artifactLocation"]["uri"], "envlink.yaml")
            if "region" in physical:
                self.assertIn(physical["region"]["startLine"], range(1, len(text.splitlines()) + 1))
                self.assertGreaterEqual(physical["region"]["startColumn"], 1)
        return run["results"]

    def test_the_errors_of_a_refused_plan_have_a_rule_and_a_place(self):
        wanted = 'version: 1\ngroups:\n  shared: {}\n  absent: {}\nservices:\n  base: {link: [absent]}\n'
        missing, = [r for r in self.plan(4, workspace(), wanted) if r["ruleId"] == "group-missing"]
        self.assertEqual(missing["level"], "error")
        self.assertIn("absent", missing["message"]["text"])
        self.assertEqual(missing["locations"][0]["physicalLocation"]["region"]["startLine"], 4)

    def test_a_finding_that_the_policy_ignores_is_suppressed_with_its_reason(self):
        source = with_service("base", suspended=True)
        wanted = desired(policy=[{"id": "service-suspended", "severity": "ignore", "reason": "it sleeps until Monday"}])
        ignored = [r for r in self.plan(0, source, wanted) if r["ruleId"] == "service-suspended"]
        self.assertTrue(ignored)
        for found in ignored:
            suppression, = found["suppressions"]
            self.assertEqual((suppression["kind"], suppression["justification"]), ("external", "it sleeps until Monday"))

    def test_a_plan_without_findings_has_no_results(self):
        self.assertEqual(self.plan(0, workspace(), desired()), [])

    def test_sarif_contains_no_value_of_a_variable(self):
        source = workspace()
        source["groups"][0]["variables"]["TOKEN"] = "changeme-sesame"
        self.plan(0, source, desired())
        self.assertNotIn("sesame", (self.folder / "found.sarif").read_text())


if __name__ == "__main__":
    unittest.main()
