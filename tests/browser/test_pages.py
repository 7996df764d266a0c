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
from harness import KEY, Case, desired, with_service  # noqa: E402

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
