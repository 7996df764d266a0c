// GET /logs and GET /logs/values: the logs of deploys, in Render's format.

#include <algorithm>
#include <ranges>
#include <set>
#include <tuple>

#include "base/text.h"
#include "emulator/deploy_log.h"
#include "emulator/ids.h"
#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

/// No line has these labels.
constexpr std::array<std::string_view, 7> other_filters = {"instance", "host",    "statusCode", "method",
                                                           "task",     "taskRun", "path"};

struct Wanted {
  explicit Wanted(const WorldState& world, const Query& asked)
      : query(asked),
        period(period_of(asked, world.now)),
        forward(asked.first("direction") == "forward"),
        nothing(std::ranges::any_of(other_filters, [&](std::string_view name) { return asked.has(name); })) {}

  bool fits(const LogLine& line) const {
    return line.time >= period.from && line.time <= period.to && query.wants("type", word(line.type)) &&
           fits_any("level", word(line.level()), "") && fits_any("text", line.text, "*");
  }

  const Query& query;
  Period period;
  bool forward;
  bool nothing;  // another filter is given

 private:
  /// Whether the parameter is missing, or one of its values fits. `*` matches any characters. `around`: added
  /// before and after the value.
  bool fits_any(std::string_view name, std::string_view text, std::string_view around) const {
    bool given = false;
    for (const auto& [key, value] : query.all()) {
      if (key != name) continue;
      given = true;
      std::string pattern(around);
      pattern.append(value).append(around);
      if (fits_glob(pattern, text)) return true;
    }
    return !given;
  }
};

/// Takes lines of one service in the wanted direction until `take` returns false. Makes only the logs of
/// deploys in the wanted span.
void read_service(const WorldState& world, const Service& service, const Wanted& wanted, const auto& take) {
  const auto& deploys = service.deploys;
  for (std::size_t i = 0; i < deploys.size(); ++i) {
    const std::size_t index = deploys[wanted.forward ? i : deploys.size() - 1 - i];
    const Deploy& deploy = world.deploys[index];
    if (!deploy.started) continue;
    const bool too_new = *deploy.started > wanted.period.to;
    const bool too_old = deploy.finished && *deploy.finished < wanted.period.from;
    // A service has one deploy at a time.
    if (wanted.forward ? too_new : too_old) return;
    if (too_new || too_old) continue;
    std::vector<LogLine> lines = log_of(world, index);
    if (!wanted.forward) std::ranges::reverse(lines);
    for (LogLine& line : lines) {
      if (wanted.fits(line) && !take(std::move(line))) return;
    }
  }
}

void read_services(const WorldState& world, const Wanted& wanted, const auto& read) {
  if (wanted.nothing) return;
  for (const Service& service : world.services) {
    if (wanted.query.wants("resource", service.seed.id)) read(service);
  }
}

struct Label {
  std::string_view name;
  std::string_view value;
};
void fields(auto& visit, json::Like<Label> auto& label) {
  visit("name", label.name);
  visit("value", label.value);
}

void write_line(json::Writer& out, const WorldState& world, const LogLine& line) {
  constexpr std::uint64_t most_lines = 1 << 16;  // of one deploy
  out("id", make_id("", mix(world.seed) + most_lines * line.deploy + line.number));
  out("message", line.text);
  out("timestamp", line.time);
  out("labels",
      std::array<Label, 3>{{{"resource", world.services[world.deploys[line.deploy].service].seed.id},
                            {"type", word(line.type)},
                            {"level", word(line.level())}}});
}

/// The refusal, if any.
std::optional<Reply> refused(const WorldState& world, const Query& query, const PageQuery& asked) {
  const std::string_view owner = *query.first("ownerId");
  if (owner != world.owner_id) return not_found(owner);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return std::nullopt;
}

Reply list_logs(WorldState& world, const Call& call) {
  const PageQuery asked = page_of(call.query());
  if (auto refusal = refused(world, call.query(), asked)) return *refusal;
  const Wanted wanted(world, call.query());
  const std::size_t room = asked.page.room;
  std::vector<LogLine> lines;
  read_services(world, wanted, [&](const Service& service) {
    std::size_t taken = 0;
    read_service(world, service, wanted, [&](LogLine&& line) {
      lines.push_back(std::move(line));
      return ++taken <= room;  // one more than the page has room for
    });
  });
  std::ranges::sort(lines, {},
                    [](const LogLine& line) { return std::tie(line.time, line.deploy, line.number); });
  if (!wanted.forward) std::ranges::reverse(lines);
  const bool more = lines.size() > room;
  if (more) lines.resize(room);

  const Time last = lines.empty() ? wanted.period.to : lines.back().time;
  return answer_object([&](json::Writer& out) {
    out("hasMore", more);
    out("nextStartTime", wanted.forward && more ? last + Duration(1) : wanted.period.from);
    out("nextEndTime", !wanted.forward && more ? last - Duration(1) : wanted.period.to);
    out.list("logs", lines, [&](json::Writer& one, const LogLine& line) { write_line(one, world, line); });
  });
}

/// The values of the label in the wanted lines. The order is unknown.
Reply list_values(WorldState& world, const Call& call) {
  const PageQuery asked = page_of(call.query());
  if (auto refusal = refused(world, call.query(), asked)) return *refusal;
  const Wanted wanted(world, call.query());
  const std::string_view label = *call.query().first("label");
  constexpr std::size_t most_values = 2;  // of each label that lines have
  std::set<std::string_view> values;
  read_services(world, wanted, [&](const Service& service) {
    if (values.size() == most_values || (label != "type" && label != "level")) return;
    read_service(world, service, wanted, [&](const LogLine& line) {
      values.insert(label == "type" ? word(line.type) : word(line.level()));
      return values.size() < most_values;
    });
  });
  return answer_list([&](json::Writer& out) {
    for (const std::string_view value : values | std::views::take(asked.page.room)) out.value(value);
  });
}

constexpr std::string_view labels[] = {"instance", "host", "statusCode", "method", "level", "type"};

constexpr Parameter parameters[] = {{"ownerId", ParameterKind::text, true},
                                    time_parameter("startTime"),
                                    time_parameter("endTime"),
                                    {"direction", ParameterKind::word, false, directions},
                                    {"resource", ParameterKind::text, true},
                                    {"instance"},
                                    {"host"},
                                    {"statusCode"},
                                    {"method"},
                                    {"task"},
                                    {"taskRun"},
                                    {"level"},
                                    {"type"},
                                    {"text"},
                                    {"path"},
                                    limit_parameter,
                                    {"label", ParameterKind::word, true, labels}};

}  // namespace

std::span<const Operation> log_operations() {
  using enum api::Method;
  static constexpr auto of_lines = std::span(parameters).first<std::size(parameters) - 1>();
  static constexpr Operation all[] = {
      {get, "/logs", list_logs, of_lines, false, BucketKind::logs,
       "lines of deploys only; `resource`, `type`, `level` and `text` filter, without regular expressions; "
       "other filters match nothing"},
      {get, "/logs/values", list_values, parameters, false, BucketKind::logs, "filters as in `/logs`"}};
  return all;
}

}  // namespace envlink::emulator
