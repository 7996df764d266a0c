#include "plan/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "plan/context.h"

namespace envlink::plan {
namespace {

/// The names, or their number if there are too many.
std::string names_of(const std::vector<std::string>& names) {
  constexpr std::size_t most_told = 3;
  if (names.size() > most_told) return count_of(names.size(), "value");
  std::vector<std::string> told;
  for (const std::string& name : names) {
    const bool file = model::is_file_key(name);
    told.push_back(file ? "the file " + clean(model::name_of(name)) : clean(name));
  }
  return join_and(told);
}

std::string since_when(const model::Deploy& live) {
  if (const auto served = model::went_live(live)) return "since " + format_rfc3339_seconds(*served);
  if (const auto since = model::began(live)) return "its deploy began " + format_rfc3339_seconds(*since);
  return clean(live.id.text()) + " serves";
}

std::string source_text(const Carries& carries, const model::Deploy& live) {
  const std::string deploy = clean(live.id.text());
  switch (carries.source.value_or(EvidenceSource::run)) {
    case EvidenceSource::run:
      return fmt::format("run {} read this link before {} was made", carries.run, deploy);
    case EvidenceSource::reading:
      return fmt::format("the link and its values were the same before and after {} began", deploy);
    case EvidenceSource::adopted:
      return fmt::format("adopted by init at {}", format_rfc3339_seconds(carries.at));
  }
  return {};
}

std::string evidence_text(const Carries& carries, const model::Deploy& live) {
  std::string text = source_text(carries, live);
  if (carries.hidden.empty()) return text;
  return text + fmt::format(
                    "; Render hides {} from the owner of this key, so it is unknown whether {} changed since",
                    names_of(carries.hidden), carries.hidden.size() == 1 ? "it" : "they");
}

std::string cannot_tell(std::string_view values, const std::string& group) {
  return fmt::format("envlink cannot tell whether its running deploy includes {} of {}", values, group);
}

/// Judges one group of a service whose deploy runs.
Assessment assess_group(const Context& context, const model::Service& service, const model::Deploy& live,
                        const model::Group& group) {
  const std::string name = clean(group.label());
  const std::optional<Time> since = began(live);
  Carries carries = context.history.carries(service.id, live, group);
  if (carries.link == Carries::Link::no) {
    return {Freshness::stale,
            fmt::format("the running deploy is older than its link to {}", name),
            {.grade = Grade::told}};
  }
  if (!carries.changed.empty()) {
    std::string because =
        fmt::format("{} of {} changed after the running deploy began", names_of(carries.changed), name);
    return {Freshness::stale,
            std::move(because),
            {.grade = Grade::proved, .changed = std::move(carries.changed)}};
  }
  const bool newer_group = is_newer(group, live);
  // For hidden values, Render's date of the group is the only evidence.
  const bool tells_of_hidden = carries.hidden.empty() || (since && group.updated && !newer_group);
  if (carries.same() && tells_of_hidden) {
    const bool told = carries.source == EvidenceSource::adopted || !carries.hidden.empty();
    Evidence evidence{.grade = told ? Grade::told : Grade::proved,
                      .source = carries.source,
                      .text = evidence_text(carries, live),
                      .hidden = !carries.hidden.empty()};
    return {Freshness::live, since_when(live), std::move(evidence)};
  }
  if (newer_group) {
    return {Freshness::stale,
            fmt::format("the running deploy is older than the last change of {}", name),
            {.grade = Grade::told}};
  }
  Assessment unknown;
  if (carries.link == Carries::Link::unknown) {
    unknown.because = fmt::format("envlink cannot tell whether its running deploy includes {}", name);
    const auto known_in = context.history.age_known_in(service.id, group.id, context.actual);
    unknown.evidence.text = fmt::format(
        "it is {}unknown whether the link is older than {}{}", known_in ? "still " : "",
        clean(live.id.text()), known_in ? fmt::format("; known in {}", format_duration(*known_in)) : "");
  } else if (!carries.hidden.empty() && carries.unknown.empty()) {
    unknown.because = cannot_tell(names_of(carries.hidden), name);
    unknown.evidence.text =
        fmt::format("Render hides {} from the owner of this key, and does not date the group",
                    carries.hidden.size() == 1 ? "it" : "them");
  } else if (carries.unknown.empty()) {
    unknown.because = cannot_tell("the values", name);
    unknown.evidence.text = fmt::format("its values were not read before {} began", clean(live.id.text()));
  } else {
    unknown.because = cannot_tell(names_of(carries.unknown), name);
    unknown.evidence.text = fmt::format("{} changed between two readings, and {} began between them",
                                        carries.unknown.size() == 1 ? "it" : "they", clean(live.id.text()));
  }
  return unknown;
}

/// The worst result counts: stale, then unknown.
int weight(Freshness freshness) {
  return freshness == Freshness::stale ? 2 : freshness == Freshness::unknown ? 1 : 0;
}

std::size_t index_of(const model::Desired& desired, const std::string& name) {
  const auto found = std::find_if(desired.groups.begin(), desired.groups.end(),
                                  [&](const auto& group) { return group.name.text == name; });
  return static_cast<std::size_t>(found - desired.groups.begin());
}

StatusCell cell_of(const Context& context, const model::Service& service, const std::string& name) {
  StatusCell cell;
  cell.group = index_of(context.desired, name);
  const model::Group* group = context.match.group_named(name);
  if (group == nullptr) {
    cell.because = fmt::format("{} {}", clean(name), context.match.why_not("group", name));
    return cell;
  }
  Assessment assessment = assess_freshness(context, service, std::vector{group});
  cell.id = group->id;
  cell.freshness = assessment.freshness;
  cell.because = std::move(assessment.because);
  cell.evidence = std::move(assessment.evidence);
  return cell;
}

StatusRow row_of(const Context& context, std::size_t index) {
  const model::DesiredService& wanted = context.desired.services[index];
  const model::Service* service = context.match.services[index];
  if (service == nullptr) {
    return {{},
            wanted.name.text,
            Freshness::unknown,
            "it " + context.match.why_not("service", wanted.name.text),
            {},
            {},
            {},
            {}};
  }
  StatusRow row{service->id, service->name, {}, {}, {}, {}, {}, {}};
  for (const SourceString& name : wanted.link) row.cells.push_back(cell_of(context, *service, name.text));
  Assessment assessment = assess_service(context, index);
  row.freshness = assessment.freshness;
  row.because = std::move(assessment.because);
  row.evidence = std::move(assessment.evidence);
  row.running = running_deploy(context.actual, service->id);
  return row;
}

}  // namespace

Assessment assess_freshness(const Context& context, const model::Service& service,
                            std::span<const model::Group* const> groups) {
  for (const model::Group* group : groups) {
    if (context.links.has(*group, service.id)) continue;
    const bool doubtful = context.history.last_known_linked(service.id, group->id);
    return {Freshness::staged,
            fmt::format("{} is not linked", clean(group->label())),
            {.grade = doubtful ? Grade::told : Grade::proved}};
  }
  if (service.suspended) return {Freshness::unknown, "the service is suspended"};
  const std::vector<model::Deploy>& deploys = context.actual.deploys_of(service.id);
  if (deploys.empty()) return {Freshness::unknown, "it has no deploys"};
  const model::Deploy& newest = deploys.front();
  if (is_running(newest.status)) {
    return {Freshness::deploying,
            fmt::format("{} is {}", clean(newest.id.text()), clean(newest.status_text)),
            {.grade = Grade::told}};
  }
  const model::Deploy* live = model::live_of(deploys);
  if (live == nullptr) return {Freshness::unknown, "none of its last deploys is live"};
  Assessment worst{Freshness::live, "it has no groups", {.grade = Grade::proved}};
  worst.because = since_when(*live);
  bool first = true;
  for (const model::Group* group : groups) {
    Assessment one = assess_group(context, service, *live, *group);
    // If all are live, the weakest evidence counts.
    const bool weaker = weight(one.freshness) > weight(worst.freshness) ||
                        (one.freshness == worst.freshness && one.evidence.grade > worst.evidence.grade);
    if (std::exchange(first, false) || weaker) worst = std::move(one);
  }
  if (worst.freshness == Freshness::stale) return worst;
  // A deploy that somebody requested through the API was meant to change something, and failed.
  if (worst.freshness == Freshness::unknown && live != &newest && newest.trigger == "api") {
    return {Freshness::stale,
            fmt::format("its newest deploy {} is {}; an older one is still running", clean(newest.id.text()),
                        clean(newest.status_text)),
            {.grade = Grade::told}};
  }
  return worst;
}

/// Judges the service as a whole, including groups that it runs with but that were unlinked.
Assessment assess_service(const Context& context, std::size_t index) {
  const model::Service& service = *context.match.services[index];
  Assessment assessment = assess_freshness(context, service, context.asked_groups(index));
  const auto& asked = context.desired.services[index].link;
  const auto missing = std::ranges::find_if(
      asked, [&](const SourceString& name) { return context.match.group_named(name.text) == nullptr; });
  if (missing != asked.end() && assessment.freshness == Freshness::live) {
    return {Freshness::unknown,
            fmt::format("{} {}", clean(missing->text), context.match.why_not("group", missing->text))};
  }
  const model::Deploy* live = model::live_of(context.actual.deploys_of(service.id));
  if (assessment.freshness != Freshness::live && assessment.freshness != Freshness::unknown)
    return assessment;
  if (live == nullptr || service.suspended) return assessment;
  const auto left = context.history.left_behind(service.id, live->id, context.actual);
  if (!left.empty()) {
    // A proved entry outweighs an adopted one.
    const auto proved =
        std::ranges::find_if(left, [](const CarriedGroup& group) { return !group.adopted.has_value(); });
    const CarriedGroup& told = proved != left.end() ? *proved : left.front();
    return {Freshness::stale,
            fmt::format("{} was unlinked after the running deploy began",
                        clean(context.actual.find_group(told.group)->label())),
            {.grade = told.adopted ? Grade::told : Grade::proved}};
  }
  return assessment;
}

bool is_newer(const model::Group& group, const model::Deploy& deploy) {
  const std::optional<Time> since = began(deploy);
  return since && group.updated && *since < *group.updated;
}

bool redeploys_for_freshness(const Context& context, std::size_t index, const Assessment& assessment) {
  const Freshness freshness = assessment.freshness;
  if (freshness == Freshness::stale) return true;
  return freshness == Freshness::unknown && !context.match.services[index]->suspended &&
         context.desired.rollout.unknown == model::OnUnknown::redeploy;
}

std::optional<RunningDeploy> running_deploy(const model::Workspace& actual, const ServiceId& service) {
  const model::Deploy* live = model::live_of(actual.deploys_of(service));
  if (live == nullptr) return std::nullopt;
  return RunningDeploy{live->id, model::began(*live), model::went_live(*live)};
}

bool Status::stale() const {
  return std::any_of(rows.begin(), rows.end(), [](const StatusRow& row) {
    return row.freshness == Freshness::stale || row.freshness == Freshness::staged;
  });
}

bool Status::unknown() const {
  return std::ranges::any_of(rows, [](const StatusRow& row) { return row.freshness == Freshness::unknown; });
}

std::string count_by_freshness(std::span<const Freshness> each, std::size_t services,
                               std::string_view notes) {
  const auto count = [&](Freshness freshness) { return std::ranges::count(each, freshness); };
  std::string text = fmt::format("{} of {} live{}", count(Freshness::live),
                                 count_of(services, "service is", "services are"), notes);
  for (const auto other : {Freshness::stale, Freshness::staged, Freshness::deploying, Freshness::unknown}) {
    if (const auto number = count(other); number > 0)
      text += fmt::format(", {} {}", number, to_string(other));
  }
  return text;
}

Status status_of(const model::Desired& desired, const model::Workspace& actual, const History& history) {
  const Context context(desired, actual, history);
  Status status;
  status.owner = actual.owner;
  status.journal_unreadable = history.unreadable;
  for (const model::DesiredGroup& group : desired.groups) status.groups.push_back(group.name.text);
  for (std::size_t i = 0; i < desired.services.size(); ++i) status.rows.push_back(row_of(context, i));
  return status;
}

namespace {

bool wants_changes(const StatusCell& cell) {
  return cell.freshness == Freshness::stale || cell.freshness == Freshness::unknown || cell.evidence.hidden;
}

/// When the row's running deploy began, if one of its groups is stale, unknown or hidden.
std::optional<Time> began_in_doubt(const StatusRow& row, const model::Workspace& actual) {
  if (!std::ranges::any_of(row.cells, wants_changes)) return std::nullopt;
  const model::Deploy* live = model::live_of(actual.deploys_of(row.id));
  return live == nullptr ? std::nullopt : began(*live);
}

}  // namespace

std::optional<Time> changes_matter_since(const Status& status, const model::Workspace& actual) {
  std::optional<Time> oldest;
  for (const StatusRow& row : status.rows) {
    const std::optional<Time> since = began_in_doubt(row, actual);
    if (since && (!oldest || *since < *oldest)) oldest = since;
  }
  return oldest;
}

void add_changes(Status& status, const model::Workspace& actual, std::span<const model::AuditEntry> log) {
  status.audit_log = AuditLog::told;
  for (StatusRow& row : status.rows) {
    const std::optional<Time> since = began_in_doubt(row, actual);
    if (!since) continue;
    for (const StatusCell& cell : row.cells) {
      if (!wants_changes(cell) || cell.id.empty()) continue;
      for (const model::AuditEntry& entry : log) {
        if (entry.succeeded && entry.at > *since && entry.is_about(cell.id.text()))
          row.changes.push_back({entry.at, entry.actor, entry.event, cell.group});
      }
    }
    std::ranges::stable_sort(row.changes, {}, &GroupChange::at);
  }
}

}  // namespace envlink::plan
