"""Headless Chromium with its log and its requests. It can only reach loopback: all other requests go to a proxy that
does not exist."""

import base64
import json
import os
import pathlib
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

HANG = 60  # seconds

# Every text with its background whose contrast is below what WCAG requires.
FAINT = """
const parse = c => { const n = c.match(/[\\d.]+/g).map(Number); return {rgb: n.slice(0, 3), a: n[3] ?? 1}; };
const light = rgb => { const [r, g, b] = rgb.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b; };
const back = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c.rgb; }
  return [255, 255, 255]; };
const found = [];
for (const e of document.querySelectorAll("body *")) {
  if (e.closest("svg") || !e.checkVisibility()) continue;
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
  const a = light(parse(getComputedStyle(e).color).rgb), b = light(back(e));
  const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (contrast < 4.5) found.push(e.textContent.trim().slice(0, 40) + " " + contrast.toFixed(2));
}
return found;
"""

# Elements that reach beyond the page's edge, unless they are inside something that scrolls.
STICKING_OUT = """
return [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && !e.closest(".wide, svg, pre")
  && e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).clipPath === "none")
  .map(e => e.tagName + "." + e.className + " " + e.getBoundingClientRect().right);
"""


class Browser:
    def __init__(self):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        for flag in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "no-first-run", "hide-scrollbars",
                     "disable-background-networking", "disable-component-update", "disable-sync", "disable-extensions",
                     "proxy-server=http://127.0.0.1:9", f"user-data-dir={self._profile.name}"):
            options.add_argument("--" + flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")), options=options)
        self.driver.set_page_load_timeout(HANG)

    def close(self):
        self.driver.quit()
        self._profile.cleanup()

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def texts(self, selector):
        """The texts of the visible elements."""
        return self.run("return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility())"
                        ".map(e => e.textContent.trim())", selector)

    def count(self, selector):
        return len(self.texts(selector))

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def wait_for(self, script):
        WebDriverWait(self.driver, HANG).until(lambda _: self.run(script), script)

    def look_like(self, width=1280, height=900, scheme="light", media=""):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.command("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    def scripts(self, allowed):
        self.command("Emulation.setScriptExecutionDisabled", value=not allowed)

    def open(self, url):
        self.driver.get("about:blank")
        self.complaints()
        self.requests()
        self.driver.get(url)

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The URLs requested since the last call."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def pdf(self):
        return base64.b64decode(self.command("Page.printToPDF", printBackground=True)["data"])

    def screenshot(self, path):
        size = self.run("return [innerWidth, Math.min(4000, document.documentElement.scrollHeight)]")
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        image = self.command("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(image))
