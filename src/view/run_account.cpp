#include "view/run_account.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.h"
#include "view/verification_object.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

/// A word for the exit code, so that a program need not know the table.
std::string_view outcome_word(const RunAccount& account) {
  switch (account.exit_code) {
    case 0:
      return account.runs.empty() ? "nothing_to_do" : "done";
    case 3:
      return "authentication";
    case 4:
      return "refused";
    case 5:
      return "deploy_failed";
    case 6:
      return "rolled_back";
    case 7:
      return "timed_out";
    case 8:
      return "held";
    case 64:
      return "usage";
    case 130:
      return "interrupted";
    default:
      return "error";
  }
}

std::string_view link_word(const engine::LinkProgress& link) {
  switch (link.phase) {
    case engine::LinkPhase::waiting:
      return "not_started";
    case engine::LinkPhase::proved:
      return "proved";
    case engine::LinkPhase::failed:
      return "failed";
    default:
      return "not_settled";
  }
}

json::object link_of(const ToldRun& run, std::size_t index) {
  const plan::LinkChange& link = run.plan.links[index];
  const plan::PlannedService& service = run.plan.services[link.service];
  const engine::LinkProgress& progress = run.progress.links[index];
  return {{"action", link.action == plan::LinkAction::add ? "link" : "unlink"},
          {"group", named(link.group.text(), link.group_name)},
          {"service", named(service.id.text(), service.name)},
          {"outcome", link_word(progress)},
          {"trouble", optional_text(progress.trouble)}};
}

json::object service_of(const ToldRun& run, std::size_t index) {
  const plan::PlannedService& service = run.plan.services[index];
  const engine::ServiceProgress& progress = run.progress.services[index];
  const bool running = progress.ending == engine::Ending::none;
  const bool begun = progress.phase != engine::ServicePhase::waiting;
  json::value seconds;
  if (progress.requested_at && progress.ended_at)
    seconds = std::chrono::round<std::chrono::seconds>(*progress.ended_at - *progress.requested_at).count();
  return {{"service", named(service.id.text(), service.name)},
          {"wave", service.wave},
          {"outcome", running ? (begun ? "not_settled" : "not_started") : engine::to_string(progress.ending)},
          {"deploy", optional_text(progress.deploy.text())},
          {"status", optional_text(progress.status_text)},
          {"seconds", std::move(seconds)},
          {"why", optional_text(progress.reason)},
          {"told_by_render", optional_text(progress.told_reason)},
          {"log", json_texts(progress.log)},
          {"cure", optional_text(progress.no_log.empty() ? progress.cure : progress.no_log)}};
}

json::value time_of(const std::optional<Time>& time) {
  return time ? json::value(json_text(format_rfc3339(*time))) : json::value(nullptr);
}

json::value number_or_null(std::int64_t number) {
  return number != 0 ? json::value(number) : json::value(nullptr);
}

json::object run_of(const ToldRun& run) {
  json::array links;
  for (std::size_t i = 0; i < run.plan.links.size(); ++i) links.emplace_back(link_of(run, i));
  json::array services;
  for (std::size_t i = 0; i < run.plan.services.size(); ++i) {
    if (run.progress.services[i].phase != engine::ServicePhase::unchanged)
      services.emplace_back(service_of(run, i));
  }
  const engine::Progress& progress = run.progress;
  return {{"run", number_or_null(run.number)},
          {"undoes", number_or_null(run.plan.undoes)},
          {"began", time_of(progress.began_at)},
          {"ended", time_of(progress.ended_at)},
          {"exit_code", progress.ended_at ? json::value(progress.exit_code) : json::value(nullptr)},
          {"links", std::move(links)},
          {"services", std::move(services)}};
}

void append_outcome(json::object& object, const RunAccount& account) {
  json::array runs;
  for (const ToldRun& run : account.runs) runs.emplace_back(run_of(run));
  json::value workspace;
  if (!account.runs.empty()) {
    const model::Owner& owner = account.runs.front().plan.owner;
    workspace = named(owner.id.text(), owner.name);
  }
  object["command"] = json_text(account.command);
  object["exit_code"] = account.exit_code;
  object["outcome"] = outcome_word(account);
  object["message"] = optional_text(account.message);
  object["workspace"] = std::move(workspace);
  object["runs"] = std::move(runs);
  object["verification"] =
      account.verification ? json::value(verification_object(*account.verification)) : json::value(nullptr);
}

}  // namespace

std::string run_account_json(const RunAccount& account) {
  json::object document{{"version", 1}};
  append_outcome(document, account);
  return pretty(document);
}

std::string outcome_line(const RunAccount& account) {
  json::object line{{"event", "outcome"}};
  append_outcome(line, account);
  return one_line(line);
}

std::string rehearsal_stream(const Rehearsal& rehearsal, std::string_view envlink_version) {
  RunAccount account{.command = "rehearse",
                     .exit_code = rehearsal.exit_code,
                     .message = join(rehearsal.problems, "\n"),
                     .runs = {},
                     .verification = {}};
  std::string lines = stream_head(account.command, envlink_version);
  for (const RehearsedRun& run : rehearsal.runs) {
    ToldRun told{.number = 0, .plan = run.plan, .progress = engine::Progress::of(run.plan)};
    for (const engine::Event& event : run.events) {
      told.progress.apply(event);
      lines += event_line(0, run.plan, event);
    }
    account.runs.push_back(std::move(told));
  }
  return lines + outcome_line(account);
}

}  // namespace envlink::view
