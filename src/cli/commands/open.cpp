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
  return {{"SERVICE", "", &options.service, "Name or id of any service in the workspace", true},
          {"--print", "", &options.print, "Only print the address"}};
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
    return end_with(
        {.what = fmt::format("Render does not say where the page of {} is", clean(service.label())),
         .cure = "Find it at https://dashboard.render.com/"});
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
      .summary = "Open a service's page in the Render Dashboard.",
      .help =

          R"(Looks up the address of the service's page and opens it in your browser (xdg-open). Without a desktop or a
browser it prints the address. Works for any service in the workspace, even without envlink.yaml.)",
      .examples = R"(  envlink open my-backend
  envlink open my-backend --print)",
      .endings = endings_of_reading({{Outcome::error, "error or no such service"}}),
      .common = {.file = true, .env_file = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
