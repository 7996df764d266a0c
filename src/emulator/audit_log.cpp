// GET /owners/{id}/audit-logs.

#include "emulator/audit_log.h"

#include <utility>

#include "emulator/ids.h"
#include "json/document.h"

namespace envlink::emulator {
namespace {

constexpr int most_entries = 1000;  // per page

struct Rule {
  api::Method method;
  std::string_view path;
  AuditEvent event;
  std::optional<AuditEvent> of_cron_job{};
};
constexpr Rule rules[] = {
    {api::Method::post, "/services", AuditEvent::CreateServerEvent, AuditEvent::CreateCronJobEvent},
    {api::Method::delete_, "/services/{serviceId}", AuditEvent::DeleteServerEvent,
     AuditEvent::DeleteCronJobEvent},
    {api::Method::post, "/disks", AuditEvent::CreateServerDiskEvent},
    {api::Method::delete_, "/disks/{diskId}", AuditEvent::DeleteServerDiskEvent},
    {api::Method::post, "/disks/{diskId}/snapshots/restore", AuditEvent::RestoreDiskSnapshotEvent},
    {api::Method::post, "/projects", AuditEvent::CreateProjectEvent},
    {api::Method::delete_, "/projects/{projectId}", AuditEvent::DeleteProjectEvent},
    {api::Method::post, "/environments", AuditEvent::CreateEnvironmentEvent},
    {api::Method::delete_, "/environments/{environmentId}", AuditEvent::DeleteEnvironmentEvent},
    {api::Method::post, "/environments/{environmentId}/resources", AuditEvent::MoveEnvironmentResourceEvent},
    {api::Method::delete_, "/environments/{environmentId}/resources",
     AuditEvent::MoveEnvironmentResourceEvent},
    {api::Method::post, "/webhooks", AuditEvent::CreateWebhookEvent},
    {api::Method::patch, "/webhooks/{webhookId}", AuditEvent::UpdateWebhookEvent},
    {api::Method::delete_, "/webhooks/{webhookId}", AuditEvent::DeleteWebhookEvent}};

/// The texts of a list in a JSON object; none if there is no such list.
std::vector<std::string> texts_in(std::string_view body, std::string_view name) {
  json::Document document;
  const auto root = document.read(body);
  const json::Value* list = root && (*root)->is_object() ? (*root)->find(name) : nullptr;
  std::vector<std::string> texts;
  if (list == nullptr || !list->is_list()) return texts;
  for (const json::Value* item = list->first(); item != list->next(); item = item->next())
    texts.emplace_back(item->text);
  return texts;
}

/// The id of the object that the reply shows: {"id": …} or {"service": {"id": …}}.
std::string id_in(std::string_view body) {
  json::Document document;
  const auto root = document.read(body);
  if (!root || !(*root)->is_object()) return {};
  const json::Value* service = (*root)->find("service");
  const json::Value* id = (service != nullptr && service->is_object() ? service : *root)->find("id");
  return id != nullptr ? std::string(id->text) : std::string();
}

/// The ids of what the call changed.
std::vector<std::string> changed_by(const Call& call, const Reply& reply) {
  constexpr std::string_view resources = "resourceIds";
  const bool moves = call.at(3) == "resources";
  std::vector<std::string> ids = moves ? texts_in(call.body, resources) : std::vector<std::string>();
  for (const auto& [name, value] : call.query().all()) {
    if (name == resources) ids.emplace_back(value);
  }
  if (ids.empty()) ids.push_back(call.at(2).empty() ? id_in(reply.body) : std::string(call.at(2)));
  return ids;
}

// Render's keys are unknown; `service` comes from the only example in its document.
std::string_view key_of(std::string_view id) {
  constexpr std::pair<std::string_view, std::string_view> keys[] = {{"evg-", "envGroup"},
                                                                    {"prj-", "project"},
                                                                    {"evm-", "environment"},
                                                                    {"dsk-", "disk"},
                                                                    {"whk-", "webhook"}};
  const auto found = std::ranges::find_if(keys, [&](const auto& one) { return id.starts_with(one.first); });
  return found == std::end(keys) ? "service" : found->second;
}

bool is_about_variables(AuditEvent event) {
  return event == AuditEvent::CreateEnvVarsEvent || event == AuditEvent::UpdateEnvVarsEvent ||
         event == AuditEvent::DeleteEnvVarsEvent;
}

void write_entry(json::Writer& out, const AuditRecord& entry, const std::string& id) {
  out("id", id);
  out("timestamp", entry.at);
  out("event", entry.event);
  out("status", "success");
  out("actor", [&](json::Writer& actor) {
    actor("type", entry.by.type);
    actor.if_any("email", entry.by.email);
  });
  out("metadata", [&](json::Writer& metadata) {
    metadata(key_of(entry.about), entry.about);
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
      item("auditLog", [&](json::Writer& one) { write_entry(one, entry, id); });
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

constexpr Parameter filters[] = {{"direction", ParameterKind::word, false, directions},
                                 time_parameter("startTime"),
                                 time_parameter("endTime"),
                                 cursor_parameter,
                                 limit_parameter};

}  // namespace

void record(WorldState& world, AuditEvent event, Actor by, std::string about) {
  if (world.behaviour.audit_log)
    world.audit_log.push_back({world.now, event, std::move(by), std::move(about)});
}

void record_operation(WorldState& world, const Operation& operation, const Call& call, const Reply& reply) {
  if (!world.behaviour.audit_log || reply.status >= 300) return;
  const auto rule = std::ranges::find_if(
      rules, [&](const Rule& one) { return one.method == operation.method && one.path == operation.path; });
  if (rule == std::end(rules)) return;
  for (std::string& id : changed_by(call, reply)) {
    const bool cron_job = rule->of_cron_job && id.starts_with("crn-");
    record(world, cron_job ? *rule->of_cron_job : rule->event, caller(), std::move(id));
  }
}

Actor caller() {
  return {ActorType::rest_api, std::string(owner_email)};
}

std::span<const Operation> audit_log_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {{get, "/owners/{ownerId}/audit-logs", list_entries, filters, false,
                                       std::nullopt, "only events of modelled operations"}};
  return all;
}

}  // namespace envlink::emulator
