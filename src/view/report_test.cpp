#include "view/report.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json.hpp>
#include <sstream>

#include "assets/pages.h"
#include "base/sha256.h"
#include "base/text.h"
#include "view/report_page.h"
#include "view/report_sample_test.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// The page without its style and its script.
std::string markup(std::string page) {
  for (const char* name : {"style", "script"}) {
    const auto from = page.find(std::string("<") + name + ">");
    const auto to = page.find(std::string("</") + name + ">");
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    page.erase(from, to - from + std::string("</>").size() + std::string(name).size());
  }
  return page;
}

/// Elements that are not closed, or closed in the wrong order; empty: well-formed.
std::string left_open(const std::string& page) {
  const std::vector<std::string> single = {"meta", "input", "!doctype"};
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const bool closes = page[at + 1] == '/';
    const auto end = page.find_first_of(" />\n", at + 1 + (closes ? 1 : 0));
    const auto name = page.substr(at + 1 + (closes ? 1 : 0), end - at - 1 - (closes ? 1 : 0));
    const auto close = page.find('>', at);
    if (page[close - 1] == '/' || std::find(single.begin(), single.end(), name) != single.end()) continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> at " + page.substr(at > 80 ? at - 80 : 0, 160);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

TEST_CASE("the text of a report shows who started it, each service, what failed and what is left") {
  Style style;
  style.width = 100;
  sample::check_golden("report_failed.txt", render_report(sample::failed_run(), style));
  sample::check_golden("report_resumed.txt", render_report(sample::resumed_run(), style));
  CHECK(sample::harmless(render_report(sample::hostile_run(), style)));
  style.width = 80;
  std::istringstream lines(render_report(sample::failed_run(), style));
  for (std::string line; std::getline(lines, line);) CHECK(display_width(line) <= 80);
}

TEST_CASE("a report shows the created group, each value, and which automatic deploys are off") {
  Style style;
  style.width = 100;
  const Report run = sample::held_run();
  sample::check_golden("report_held.txt", render_report(run, style));
  const std::string page = markup(report_page(run));
  CHECK(left_open(page) == "");
  CHECK(page.find("Auto-deploy is off: ") != std::string::npos);
  CHECK(page.find("evg-new") != std::string::npos);
  CHECK(count(page, "<td data-label=\"Key\"") == 2);
  CHECK(page.find("it shows another one") != std::string::npos);
}

TEST_CASE("what is left of a run depends on later runs") {
  const Style style;
  auto run = sample::failed_run();
  CHECK(render_report(run, style).find("envlink plan") != std::string::npos);
  run.newest = false;
  CHECK(render_report(run, style).find("Later runs changed") != std::string::npos);
  run.undone_by = 9;
  CHECK(render_report(run, style).find("Run 9 rolled it back") != std::string::npos);
  auto open = sample::failed_run();
  open.events.pop_back();
  open.ended.reset();
  open.outcome.reset();
  CHECK(render_report(open, style).find("envlink resume") != std::string::npos);
  CHECK(render_report(open, style).find("unfinished") != std::string::npos);
}

TEST_CASE("the page is well-formed") {
  for (const auto& run : {sample::failed_run(), sample::resumed_run(), sample::hostile_run(),
                          sample::crowd(3, 40), sample::crowd(40, 1), Report{}}) {
    CHECK(left_open(markup(report_page(run))) == "");
  }
}

TEST_CASE("the page allows only its own style and script by hash, and names no other host") {
  const std::string page = report_page(sample::failed_run());
  const std::string_view css = assets::page_part(page, "style");
  const std::string_view js = assets::page_part(page, "script");
  CHECK(count(page, "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" +
                        sha256_base64(css) + "'; script-src 'sha256-" + sha256_base64(js) + "'\"") == 1);
  CHECK(css == assets::page_part(assets::report_page, "style"));
  CHECK(js == assets::page_part(assets::report_page, "script"));
  CHECK(count(page, "<style") == 1);
  CHECK(count(page, "<script") == 1);
  const std::string body = markup(page);
  CHECK(count(body, " src=") == 0);
  CHECK(count(body, " style=") == 0);
  CHECK(count(body, "unsafe") == 0);
  CHECK(count(body, "href=\"") == count(body, "href=\"#"));
  CHECK(css.find("url(") == std::string::npos);
  CHECK(css.find("@import") == std::string::npos);
  for (const char* word :
       {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "fetch(", "eval(", "XMLHttp"})
    CHECK(js.find(word) == std::string_view::npos);
}

TEST_CASE("a hostile name, reason or log line stays text in the page") {
  const auto run = sample::hostile_run();
  const std::string page = report_page(run);
  CHECK(sample::harmless(page));
  CHECK(count(page, "<script") == 1);
  CHECK(count(page, "</script") == 1);
  CHECK(count(page, "<img") == 0);
  CHECK(count(page, "\u2028") + count(page, "\u2029") == 0);
  CHECK(count(page, "rnd_0") == 0);
  CHECK(count(page, "&lt;/script&gt;") > 50);
  CHECK(count(page, "&amp;lt;") > 10);
  const std::string body = markup(page);
  CHECK(count(body, " onfocus=") == count(body, " onfocus=&#39;"));  // as text alone
  CHECK(left_open(body) == "");
}

TEST_CASE("the page shows each service, link, finding and event of a run of usual size") {
  const auto run = sample::failed_run();
  const std::string page = report_page(run);
  CHECK(count(page, "<details class=\"lane\"") == run.plan.services.size());
  CHECK(count(page, "<a class=\"node ") == run.plan.services.size());
  CHECK(count(page, "<tr data-kind=") == run.events.size());
  CHECK(count(page, "<tr data-name=") == run.plan.links.size());
  CHECK(count(page, "<strong>group toolboxai-secrets</strong>") == 1);
  CHECK(count(page, "npm ERR! missing script: build") == 1);
  CHECK(count(page, "class=\"held\"") == 2);  // the wait, and its symbol in the legend
}

TEST_CASE("a browser can display a page of a thousand services") {
  for (const auto& run : {sample::crowd(10, 100), sample::crowd(1, 1000), sample::crowd(1000, 1)}) {
    const std::string page = report_page(run);
    CHECK(page.size() < (4U << 20U));
    CHECK(count(page, "<details class=\"lane\"") == 1000);
    CHECK(count(page, "class=\"node ") <= 16 * 12);
    CHECK(count(page, "<path class=\"line") <= 15 * 12 * 12);
    CHECK(page.find(fmt::format(" of {} events", run.events.size())) != std::string::npos);
  }
  const std::string wide = report_page(sample::crowd(10, 100));
  CHECK(wide.find(">99 services</text>") != std::string::npos);
  CHECK(report_page(sample::crowd(1000, 1)).find(">Waves 1 to 63<") != std::string::npos);
}

TEST_CASE("events about things that are not in the plan are shown without them") {
  auto run = sample::failed_run();
  for (auto& event : run.events) {
    std::visit(
        [](auto& what) {
          if constexpr (requires { what.link; }) what.link.position = what.link.service.position = 999;
          if constexpr (requires { what.service; }) what.service.position = 999;
        },
        event.what);
  }
  CHECK(left_open(markup(report_page(run))) == "");
  CHECK(render_report(run, {}).find("toolboxai-backend") != std::string::npos);
  CHECK(boost::json::parse(report_json(run)).at("events").as_array().size() == run.events.size());
}

TEST_CASE("the same run gives the same page") {
  CHECK(report_page(sample::failed_run()) == report_page(sample::failed_run()));
}

}  // namespace
}  // namespace envlink::view
