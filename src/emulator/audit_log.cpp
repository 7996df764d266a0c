// GET /owners/{id}/audit-logs.

#include "emulator/audit_log.h"

#include <utility>

#include "emulator/ids.h"
#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

constexpr int most_entries = 1000;  // per page

bool is_about_variables(AuditEvent event) {
  return event == AuditEvent::CreateEnvVarsEvent || event == AuditEvent::UpdateEnvVarsEvent ||
         event == AuditEvent::DeleteEnvVarsEvent;
}

void write_entry(json::Writer& out, const WorldState& world, const AuditRecord& entry,
                 const std::string& id) {
  out("id", id);
  out("timestamp", entry.at);
  out("event", entry.event);
  out("status", "success");
  out("actor", [&](json::Writer& actor) {
    actor("type", entry.by.type);
    actor.if_any("email", entry.by.email);
  });
  // Render's keys are unknown; `service` and `field` come from the only example in its document.
  out("metadata", [&](json::Writer& metadata) {
    metadata(world.find_service(entry.about) ? "service" : "envGroup", entry.about);
    if (is_about_variables(entry.event)) metadata("field", "env_vars");
  });
}

Reply list_entries(WorldState& world, const Call& call) {
  const Query& query = call.query();
  if (call.at(2) != world.owner_id) return not_found(call.at(2));
  if (!world.behaviour.audit_log) return forbidden();
  PageQuery asked = page_of(query, most_entries);
  const std::string_view direction = query.first("direction").value_or("backward");
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const auto time = [&](std::string_view name) {
    const auto text = query.first(name);
    return text ? parse_rfc3339(*text) : std::nullopt;
  };
  const std::optional<Time> from = time("startTime");
  const std::optional<Time> until = time("endTime");
  const std::size_t count = world.audit_log.size();
  const auto write = [&](json::Writer& out, std::size_t index) {
    const AuditRecord& entry = world.audit_log[index];
    if ((from && entry.at < *from) || (until && entry.at > *until)) return;
    --asked.page.room;
    const std::string id = make_id("aud-", mix(world.seed) + index);
    out.object([&](json::Writer& item) {
      item("cursor", make_cursor(index, id));
      item("auditLog", [&](json::Writer& one) { write_entry(one, world, entry, id); });
    });
  };
  return answer_list([&](json::Writer& out) {
    if (direction == "backward") {
      for (std::size_t i = std::min<std::uint64_t>(count, asked.page.before);
           i-- > 0 && asked.page.room > 0;) {
        write(out, i);
      }
      return;
    }
    const bool goes_on = asked.page.before != Page{}.before;
    for (std::size_t i = goes_on ? asked.page.before + 1 : 0; i < count && asked.page.room > 0; ++i) {
      write(out, i);
    }
  });
}

constexpr std::string_view directions[] = {"forward", "backward"};
constexpr Parameter filters[] = {{"direction", ParameterKind::word, false, directions},
                                 time_parameter("startTime"),
                                 time_parameter("endTime"),
                                 cursor_parameter,
                                 limit_parameter};

}  // namespace

void record(WorldState& world, AuditEvent event, Actor by, std::string about) {
  world.audit_log.push_back({world.now, event, std::move(by), std::move(about)});
}

Actor caller() {
  return {ActorType::rest_api, std::string(owner_email)};
}

std::span<const Operation> audit_log_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {{get, "/owners/{ownerId}/audit-logs", list_entries, filters, false,
                                       std::nullopt,
                                       "changed variables, deleted groups, suspended and resumed services"}};
  return all;
}

}  // namespace envlink::emulator
