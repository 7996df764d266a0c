"""The report of a run and the emulator's page, used in a browser. SCREENSHOTS=FOLDER saves screenshots."""

import json
import os
import pathlib
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "end_to_end"))

from browser import FAINT, STICKING_OUT, Browser  # noqa: E402
from harness import KEY, Case, desired, service, with_service, workspace  # noqa: E402

HARM = "</script></title><img src=x onerror=\"window.hit=1\"><svg onload='window.hit=2'> \"' onfocus=window.hit=3 {} --> ]]>"


class Pages(Case):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.kept = pathlib.Path(kept.name)

    def setUp(self):
        super().setUp()
        self.browser.scripts(True)
        self.browser.look_like()
        self.page = self.kept / "report.html"
        if not self.page.exists():
            self.make_pages()

    def make_pages(self):
        """A report of a run in which the deploy of core failed, so that edge was not reached. And the same with
        hostile names."""
        emulator = self.emulator(with_service("core", outcome="build_failed"))
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 5)
        self.report("report.html")
        database = sqlite3.connect(self.state_home / "envlink" / "journal.db")
        text, = database.execute("SELECT plan FROM run").fetchone()
        plan = json.loads(text)
        for service in plan["services"]:
            service["name"] += HARM
        for link in plan["links"]:
            link["group_name"] = HARM
        database.execute("UPDATE run SET plan = ?, user = ?, host = ?", (json.dumps(plan), HARM, HARM))
        for position, text in database.execute("SELECT position, body FROM event").fetchall():
            event = json.loads(text)
            event.update(text=HARM, cure=HARM, lines=[HARM], request_id=HARM)
            database.execute("UPDATE event SET body = ? WHERE position = ?", (json.dumps(event), position))
        database.commit()
        database.close()
        self.report("hostile.html")

    def report(self, name):
        told = self.run_envlink("report", "--html", "--out", str(self.kept / name), key=None)
        self.assert_exit(told, 0)

    def open(self, name="report.html"):
        self.url = (self.kept / name).as_uri()
        self.browser.open(self.url)

    def keep(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            self.browser.screenshot(pathlib.Path(folder) / f"{name}.png")

    def assert_quiet(self):
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual({url.split("#")[0] for url in self.browser.requests()}, {self.url})

    def lanes(self):
        return self.browser.texts("details.lane .who > span")

    def set(self, control, value):
        self.browser.run("const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                         "e.dispatchEvent(new Event('input', {bubbles: true}))", control, value)

    def test_the_report_opens_without_errors_and_loads_nothing(self):
        self.open()
        self.assertEqual(self.browser.driver.title, "Run 1 on endtoend: a deploy failed")
        self.assertCountEqual(self.lanes(), ["base", "core", "edge", "aside"])
        self.assertIn("npm ERR! missing script: build", self.browser.texts("pre.log")[0])
        self.assert_quiet()

    def test_the_report_is_complete_without_scripts(self):
        self.open()
        rows = self.browser.run("return document.querySelectorAll('#events tbody tr').length")
        self.browser.scripts(False)
        self.open()
        self.assertEqual(self.browser.count("#events tbody tr"), rows)
        self.assertCountEqual(self.lanes(), ["base", "core", "edge", "aside"])
        self.assertEqual(self.browser.count("#filter"), 0)
        self.browser.find("details.lane summary").click()
        self.assertEqual(self.browser.count("details.lane .more"), 1)

    def test_the_filter_finds_a_service_by_a_part_of_its_name(self):
        self.open()
        self.browser.find("#word").send_keys("COR")
        self.assertEqual(self.lanes(), ["core"])
        self.assertEqual(set(self.browser.texts("#events td:nth-child(2)")), {"core"})
        self.assertEqual(self.browser.texts("#links td:nth-child(2)"), ["core"])
        self.assertEqual(self.browser.run("return document.querySelectorAll('a.node:not(.dim)').length"), 1)
        self.assertTrue(self.browser.texts("#count")[0].startswith("1 of 4 services"))
        self.browser.find("#word").send_keys("xyz")
        self.assertEqual(self.lanes(), [])
        self.assertEqual(self.browser.texts(".none"), ["Nothing matches the filter."])
        self.browser.find("#clear").click()
        self.assertEqual(len(self.lanes()), 4)
        self.assert_quiet()

    def test_the_filter_finds_services_by_their_state(self):
        self.open()
        self.set("state", "failed")
        self.assertEqual(self.lanes(), ["core"])
        self.set("state", "not started")
        self.assertEqual(self.lanes(), ["edge"])
        self.set("state", "live")
        self.assertCountEqual(self.lanes(), ["base", "aside"])
        self.assertEqual(self.browser.run("return document.querySelectorAll('a.node.dim').length"), 2)

    def test_the_filter_finds_events_by_their_kind_and_shows_steps_on_demand(self):
        self.open()
        news = self.browser.count("#events tbody tr")
        self.browser.find("#steps").click()
        every = self.browser.run("return document.querySelectorAll('#events tbody tr').length")
        self.assertEqual(self.browser.count("#events tbody tr"), every)
        self.assertLess(news, every)
        self.browser.find("#steps").click()
        self.assertEqual(self.browser.count("#events tbody tr"), news)
        self.set("kind", "deploy_intended")  # a step: shown only on demand
        self.assertEqual(self.browser.count("#events tbody tr"), 3)

    def test_a_box_of_the_graph_leads_to_its_service_even_if_the_filter_hides_it(self):
        self.open()
        self.browser.find("a.node.bad").click()
        self.browser.wait_for("return document.querySelector('details[data-name=core]').open")
        self.set("word", "base")
        self.assertEqual(self.lanes(), ["base"])
        self.browser.run("location.hash = document.querySelector('details[data-name=edge]').id")
        self.browser.wait_for("return document.querySelector('details[data-name=edge]').open")
        self.assertEqual(len(self.lanes()), 4)

    def test_one_button_opens_and_closes_all(self):
        self.open()
        self.browser.find("#open").click()
        self.assertEqual(self.browser.count("details.lane .more"), 4)
        self.assertEqual(self.browser.texts("#open"), ["Close all"])
        self.browser.find("#open").click()
        self.assertEqual(self.browser.count("details.lane .more"), 0)

    def test_the_keyboard_reaches_the_filter_and_leaves_it(self):
        self.open()
        self.browser.find("body").send_keys("/")
        self.browser.driver.switch_to.active_element.send_keys("base")
        self.assertEqual(self.lanes(), ["base"])
        self.browser.driver.switch_to.active_element.send_keys("\ue00c")  # Escape
        self.assertEqual(len(self.lanes()), 4)

    def test_light_and_dark_themes_have_enough_contrast(self):
        backgrounds = set()
        for scheme in ("light", "dark"):
            self.browser.look_like(scheme=scheme)
            self.open()
            self.browser.find("#open").click()
            self.browser.find("#steps").click()
            self.assertEqual(self.browser.run(FAINT), [], scheme)
            backgrounds.add(self.browser.run("return getComputedStyle(document.body).backgroundColor"))
            self.keep(f"report-{scheme}")
        self.assertEqual(len(backgrounds), 2)

    def test_a_phone_needs_no_horizontal_scrolling(self):
        self.browser.look_like(width=375, height=700)
        for name in ("report.html", "hostile.html"):
            self.open(name)
            self.browser.find("#open").click()
            self.assertEqual(self.browser.run("return document.documentElement.scrollWidth"), 375)
            self.assertEqual(self.browser.run(STICKING_OUT), [])
            self.keep(f"phone-{name}")

    def test_the_report_prints_without_its_controls(self):
        self.open()
        self.assertTrue(self.browser.pdf().startswith(b"%PDF-"))
        self.browser.look_like(scheme="dark", media="print")
        self.assertEqual(self.browser.count("#filter, #open"), 0)
        self.assertEqual(self.browser.count("details.lane summary"), 4)
        self.assertEqual(self.browser.run("return getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        self.assertEqual(self.browser.run(FAINT), [])

    def test_a_screen_reader_finds_headings_labels_and_states(self):
        self.open()
        self.assertEqual(self.browser.run("""
            const faults = [], ids = [...document.querySelectorAll('[id]')].map(e => e.id);
            if (new Set(ids).size !== ids.length) faults.push('an id stands twice');
            for (const tag of ['main', 'header', 'footer', 'h1'])
              if (document.querySelectorAll(tag).length !== 1) faults.push('not one ' + tag);
            for (const e of document.querySelectorAll('section'))
              if (!ids.includes(e.getAttribute('aria-labelledby'))) faults.push('a section without a name');
            for (const e of document.querySelectorAll('input, select')) if (!e.labels.length) faults.push('no label: ' + e.id);
            for (const e of document.querySelectorAll('th')) if (e.scope !== 'col') faults.push('a heading of no column');
            for (const e of document.querySelectorAll('svg.bar'))
              if (!e.getAttribute('aria-label') && !e.closest('[aria-hidden]')) faults.push('a bar without words');
            if (document.documentElement.lang !== 'en') faults.push('no language');
            return faults;"""), [])

    def test_hostile_names_stay_text(self):
        self.open("hostile.html")
        self.browser.find("#open").click()
        self.assertIsNone(self.browser.run("return window.hit"))
        self.assertEqual(self.browser.run("return document.querySelectorAll('img, iframe, [onload], [onerror], [onfocus]').length"), 0)
        self.assertEqual(self.browser.run("return document.scripts.length"), 1)
        self.assertTrue(self.lanes()[0].endswith(HARM), self.lanes()[0])
        self.set("word", "<IMG SRC=X")
        self.assertEqual(len(self.lanes()), 4)
        self.assert_quiet()

    def test_the_emulators_page_has_the_same_style_and_loads_nothing_from_elsewhere(self):
        emulator = self.emulator(with_service("core", outcome="build_failed"))
        root = emulator.url.removesuffix("v1")
        for scheme in ("light", "dark"):
            self.browser.look_like(scheme=scheme)
            self.browser.open(root)
            self.browser.wait_for("return document.querySelectorAll('#services .card').length === 4")
            self.assertEqual(self.browser.run(FAINT), [], scheme)
            self.keep(f"emulator-{scheme}")
        self.browser.look_like(width=375, height=700)
        self.assertEqual(self.browser.run(STICKING_OUT), [])
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual([url for url in self.browser.requests() if not url.startswith(root)], [])
        self.assertNotIn(KEY, self.browser.driver.page_source)

    def open_emulator(self, source, calls=()):
        emulator = self.emulator(source)
        for method, path, body in calls:
            emulator.call(method, path, body)
        self.browser.open(emulator.url.removesuffix("v1"))
        self.browser.wait_for("return document.querySelectorAll('#services .card').length > 0")
        return emulator

    def test_the_emulators_page_shows_names_for_ids_and_suspended_services(self):
        source = with_service("core", environment="evm-00000000000000000001", suspended=True)
        source["environments"] = [{"id": "evm-00000000000000000001", "name": "production", "project": "prj-00000000000000000001"}]
        source["groups"].append({"id": "evg-00000000000000000009", "name": "scoped", "environment": "evm-00000000000000000001",
                                 "variables": {"ONE": "1"}})
        long = "/services?" + "&".join(f"name={n:050}" for n in range(20))
        self.open_emulator(source, [("GET", long, None)])
        self.browser.wait_for("return document.querySelectorAll('#requests td.path').length === 1")
        card, = [text for text in self.browser.texts("#services .card") if text.startswith("core")]
        self.assertIn("environment production", card)
        self.assertIn("Linked groups", card)
        self.assertEqual(self.browser.texts("#services td.good"), ["live"] * 3)
        self.assertEqual(self.browser.texts("#services td.off"), ["suspended"])
        group, = [text for text in self.browser.texts("#groups .card") if text.startswith("scoped")]
        self.assertIn("only environment production", group)
        self.assertIn("1 variable, 0 secret files", group)
        self.assertEqual(self.browser.run("const e = document.querySelector('td.path > div');"
                                          "return [e.title, e.scrollWidth > e.clientWidth]"), ["/v1" + long, True])
        self.assertLess(self.browser.run("return document.querySelector('td.path').getBoundingClientRect().height"), 40)
        self.assertEqual(self.browser.run(FAINT), [])
        self.keep("emulator-names")

    def test_rate_limits_are_shown_with_names_and_long_times_in_minutes(self):
        self.open_emulator(with_service("core"))
        rows = self.browser.run("""show({owner: {name: "o"}, now: "2026-01-01T00:00:00Z", groups: [], links: [], deploys: [],
            services: [{id: "srv-1", name: "core", type: "web_service"}],
            windows: [["creates", 1900], ["service srv-1", 121], ["service srv-gone", 120], ["service crn", 7], ["log_streams", 0]]
            .map(([bucket, reset]) => ({bucket, reset, remaining: 1, limit: 2}))}, []);
            return [...document.querySelectorAll('#windows tr')].slice(1).map(r =>
              [r.firstChild.textContent, r.lastChild.textContent])""")
        self.assertEqual(rows, [["creates", "32 m"], ["service core", "3 m"], ["service srv-gone", "120 s"], ["cron jobs", "7 s"],
                                ["log streams", "0 s"]])

    def test_of_many_services_the_emulators_page_shows_those_deployed_last(self):
        many = [{**service("base"), "id": f"srv-{n:020}", "name": f"s{n}"} for n in range(1200)]
        source = workspace(services=many)
        source["groups"] = [{"id": "evg-00000000000000000001", "name": "shared", "links": [s["id"] for s in many]}]
        emulator = self.open_emulator(source, [("POST", f"/services/{many[0]['id']}/deploys", {})])
        self.assertEqual(self.browser.count("#services .card"), 200)
        self.assertEqual(self.browser.texts("#more-services"), ["and 1,000 more, deployed earlier"])
        self.assertEqual(self.browser.texts("#services h3")[:2], ["s0", "s1199"])
        self.assertIn("and 1,180 more", self.browser.texts("#groups .card")[0])
        emulator.call("POST", f"/services/{many[1]['id']}/deploys", {})
        self.browser.wait_for("return document.querySelector('#services h3').textContent === 's1'")
        self.assertEqual(self.browser.count("#services .card"), 200)
        self.assertEqual(self.browser.complaints(), [])

    def test_the_emulators_page_redraws_only_what_changed(self):
        emulator = self.open_emulator(with_service("core"))
        self.browser.run("window.before = [...document.querySelectorAll('#groups .card')]")
        emulator.call("GET", "/services")
        self.browser.wait_for("return document.querySelectorAll('#requests td.path').length === 1")
        self.assertEqual(self.browser.run("return window.before.every(e => e.isConnected)"), True)
        group = emulator.state()["groups"][0]["id"]
        emulator.call("PUT", f"/env-groups/{group}/env-vars/NEW", {"value": "1"})
        self.browser.wait_for("return window.before.some(e => !e.isConnected)")

    def test_the_files_of_the_pages_open_from_their_folder(self):
        assets = pathlib.Path(__file__).resolve().parents[2] / "src" / "assets"
        for name, words in (("report", "2 of 2 services"), ("emulator", "the emulator does not answer")):
            self.browser.open((assets / f"{name}.html").as_uri())
            self.browser.wait_for(f"return document.body.innerText.includes('{words}')")
            self.assertEqual(self.browser.run("return [...document.styleSheets].map(s => s.href.split('/').pop())"),
                             ["page.css", f"{name}.css"])
            self.assertEqual(self.browser.run(FAINT), [], name)
            self.browser.complaints()  # the emulator's page requests its state in vain


if __name__ == "__main__":
    unittest.main()
