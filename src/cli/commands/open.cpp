#include <fmt/format.h>

#include "base/text.h"
#include "cli/browser.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "plan/match.h"

namespace envlink::cli {

namespace {

struct OpenOptions : CommonOptions {
  std::string service;  // a name or an id
  bool print = false;
};

std::vector<Parameter> parameters(OpenOptions& options) {
  return {{"SERVICE", "", &options.service, "Its name or id; any service of the workspace", true},
          {"--print", "", &options.print, "Print the address instead"}};
}

Outcome run(const OpenOptions& options) {
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  model::Desired listed;
  listed.workspace = session->desired().workspace;
  const auto actual = session->read(listed, {.include_preflight_data = false});
  if (!actual) return end_with(actual.error());
  const auto called = plan::service_called(*actual, options.service, session->desired());
  if (!called) return end_with(called.error());
  const model::Service& service = **called;
  if (service.dashboard_url.empty()) {
    return end_with({.what = fmt::format("Render does not tell the page of {}", clean(service.label())),
                     .cure = "Look for it at https://dashboard.render.com/"});
  }
  const std::string& page = service.dashboard_url;
  if (options.print || !open_in_browser(page)) {
    write(Stream::result, page);
  } else if (!options.quiet) {
    write(Stream::talk, "Opening " + page);
  }
  return Outcome::done;
}

}  // namespace

Command open_command() {
  return {
      .name = "open",
      .section = Section::look,
      .summary = "Open the page of a service in the Dashboard of Render.",
      .help =
          R"(Asks Render for the address of the page and opens it in the browser (xdg-open). Where there is no desktop
or no browser, the address is printed. Works for every service of the workspace, also without envlink.yaml.)",
      .examples = R"(  envlink open my-backend
  envlink open my-backend --print)",
      .endings = endings_of_reading({{Outcome::error, "error or no such service"}}),
      .common = {.file = true, .env_file = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
