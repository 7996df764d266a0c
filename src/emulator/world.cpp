#include "emulator/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/digits.h"
#include "base/text.h"
#include "emulator/audit_log.h"
#include "emulator/deploys.h"
#include "emulator/ids.h"
#include "emulator/router.h"
#include "emulator/services.h"
#include "emulator/variables.h"
#include "emulator/webhook_deliveries.h"
#include "json/writer.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t most_deploys = 1000;  // the newest are kept

/// Writes who changed which variable and when, if anyone did.
void write_changes(json::Writer& out, const std::vector<ValueChange>& changes) {
  if (changes.empty()) return;
  out.list("changes", changes, [](json::Writer& one, const ValueChange& change) {
    one("at", change.at);
    one("by", change.by.email);
    one("variable", change.key);
  });
}

/// Its name, or its id if it is unknown. Empty: in no environment.
const std::string& environment_name(const WorldState& world, const std::string& id) {
  const Environment* found = world.find_environment(id);
  return found == nullptr ? id : found->settings.name;
}

void write_group(json::Writer& out, const WorldState& world, const Group& group) {
  out("id", group.id);
  out("name", group.name);
  out.if_any("environment", group.environment);
  out.if_any("environment_name", environment_name(world, group.environment));
  out("variables", group.variables.size());
  out("secret_files", group.secret_files.size());
  out("updated", group.updated);
  write_changes(out, group.changes);
}

void write_service_state(json::Writer& out, const WorldState& world, const Service& service) {
  out("id", service.seed.id);
  out("name", service.seed.name);
  out.if_any("environment", service.seed.environment);
  out.if_any("environment_name", environment_name(world, service.seed.environment));
  out("type", service.seed.type);
  out("auto_deploy", service.seed.auto_deploy);
  out("auto_deploy_trigger", auto_deploy_trigger(service.seed));
  out("suspended", service.seed.suspended);
  write_changes(out, service.changes);
}

void write_links(json::Writer& out, const WorldState& world) {
  out.key("links");
  out.begin_array();
  for (const Group& group : world.groups) {
    for (const std::size_t service : group.links) {
      out.object([&](json::Writer& link) {
        link("group", group.id);
        link("service", world.services[service].seed.id);
      });
    }
  }
  out.end_array();
}

void write_deploy(json::Writer& out, const WorldState& world, const Deploy& deploy) {
  out("id", deploy.id);
  out("service", world.services[deploy.service].seed.id);
  out("status", deploy.status);
  out("trigger", deploy.trigger);
  out("mode", deploy.mode);
  out("created", deploy.created);
  out("started", deploy.started);
  out("finished", deploy.finished);
  out("groups", deploy.groups);
}

std::string bucket_name(const WorldState& world, Bucket bucket) {
  std::string name(word(bucket.kind));
  if (bucket.kind == BucketKind::service) name += " " + world.services[bucket.service].seed.id;
  return name;
}

/// Contains no values of variables or secret files.
std::string write_state(const WorldState& world, Time now) {
  json::Writer text(json::Layout::compact, json::Text::utf8);
  text.object([&](json::Writer& out) {
    out("version", 1);
    out("now", now);
    out("owner", [&](json::Writer& owner) {
      owner("id", world.owner_id);
      owner("name", world.owner_name);
    });
    out.key("groups");
    out.begin_array();
    for (const Group& group : world.groups) {
      if (!group.deleted) out.object([&](json::Writer& one) { write_group(one, world, group); });
    }
    out.end_array();
    out.key("services");
    out.begin_array();
    for (const Service& service : world.services) {
      if (!service.deleted) out.object([&](json::Writer& one) { write_service_state(one, world, service); });
    }
    out.end_array();
    write_links(out, world);
    const std::size_t newest = std::min(world.deploys.size(), most_deploys);
    out.key("deploys");
    out.begin_array();
    for (const Deploy& deploy : std::span(world.deploys).last(newest)) {
      if (world.services[deploy.service].deleted) continue;
      out.object([&](json::Writer& one) { write_deploy(one, world, deploy); });
    }
    out.end_array();
    std::vector<RateWindows::Used> windows = world.windows.used(now);
    std::erase_if(windows, [&](const RateWindows::Used& used) {
      return used.bucket.kind == BucketKind::service && world.services[used.bucket.service].deleted;
    });
    out.list("windows", windows, [&](json::Writer& one, const RateWindows::Used& used) {
      one("bucket", bucket_name(world, used.bucket));
      one("limit", used.allowance.limit);
      one("remaining", used.allowance.remaining);
      one("reset", used.allowance.reset);
    });
    out("limited", world.limited);
  });
  return text.take() + '\n';
}

Bucket bucket_of(const WorldState& world, const Operation* operation, const Call& call) {
  if (operation == nullptr || !operation->bucket)
    return {call.method == api::Method::get ? BucketKind::reads : BucketKind::writes};
  if (operation->bucket != BucketKind::service) return {*operation->bucket};
  if (call.at(2).starts_with("crn-")) return {BucketKind::cron_jobs};
  const auto service = world.find_service(call.at(2));
  return service ? Bucket{BucketKind::service, *service} : Bucket{BucketKind::writes};
}

/// Also without a type, or with the one that curl and Python's urllib send if their user names none.
bool can_be_json(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.empty() || type == "application/json" || type == "application/x-www-form-urlencoded";
}

Reply answer(WorldState& world, const Operation& operation, const Call& call, std::string_view content_type) {
  if (operation.handler == nullptr) {
    return refuse(501, fmt::format("the emulator does not model {} {} (see /_emulator/operations)",
                                   word(operation.method), operation.path));
  }
  const std::string problem = problem_in(call.query(), operation.query);
  if (!problem.empty()) return refuse(400, problem);
  // Render's answers to these two are unknown.
  if (operation.needs_body && call.body.empty()) return refuse(400, "request body is required");
  if (operation.needs_body && !can_be_json(content_type))
    return refuse(400, "Content-Type must be application/json");
  Reply reply = operation.handler(world, call);
  record_operation(world, operation, call, reply);
  return reply;
}

// Render's words for an unknown path or method are unknown; the statuses are standard HTTP.
Reply no_such_path() {
  return refuse(404, "not found");
}

/// "Bearer KEY"; the scheme in any case, as in RFC 9110.
bool is_authorized(const WorldState& world, std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  return authorization.size() > scheme.size() && lower(authorization.substr(0, scheme.size())) == scheme &&
         authorization.substr(scheme.size()) == world.api_key;
}

/// "api-emulator-0001/beeb8da1-000042"
std::string request_id(std::uint64_t seed, std::uint64_t number) {
  std::string id = "api-emulator-0000/00000000-000000";
  char* out = put_hex<4>(id.data() + id.find('0'), seed & 0xffffU);
  out = put_hex<8>(out + 1, mix(seed + number) >> 32U);
  put_digits<6>(out + 1, number % 1'000'000);
  return id;
}

const std::string& date_of(WorldState& world) {
  const auto second = std::chrono::floor<std::chrono::seconds>(world.now);
  if (world.date.empty() || second != world.dated) {
    world.dated = second;
    world.date = format_http_date(second);
  }
  return world.date;
}

/// The headers of every recorded reply.
api::Response dress(WorldState& world, Reply reply) {
  api::Response response;
  response.status = reply.status;
  response.body = std::move(reply.body);
  response.headers.reserve(8);
  response.headers.emplace_back("date", date_of(world));
  if (!response.body.empty()) {
    response.headers.emplace_back("content-type", "application/json; charset=utf-8");
  } else if (response.status != 204) {
    response.headers.emplace_back("content-length", "0");
  }
  const std::uint64_t number = ++world.made;
  response.headers.emplace_back("render-request-id", request_id(world.seed, number));
  return response;
}

void add_allowance(api::Response& response, const Allowance& allowance) {
  response.headers.emplace_back("ratelimit-limit", fmt::to_string(allowance.limit));
  response.headers.emplace_back("ratelimit-remaining", fmt::to_string(allowance.remaining));
  response.headers.emplace_back("ratelimit-reset", fmt::to_string(allowance.reset));
}

Actor person(std::string_view email) {
  return {ActorType::user, std::string(email)};
}

}  // namespace

World::World(Workspace workspace, Time now, double speed, unsigned seed)
    : state_(std::make_unique<WorldState>(std::move(workspace), now, speed, seed)) {}
World::~World() = default;
World::World(const World& other) : state_(std::make_unique<WorldState>(*other.state_)) {}
World& World::operator=(const World& other) {
  if (this != &other) *state_ = *other.state_;
  return *this;
}
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

void World::set_health_base(std::string base) {
  state_->health_base = std::move(base);
}

api::Response World::handle(api::Method method, std::string_view target, std::string_view authorization,
                            std::string_view body, Time now, std::string_view content_type) {
  WorldState& world = *state_;
  advance(now);
  std::optional<Target> parsed = parse_target(target);
  if (!parsed || parsed->path.front() != "v1") return dress(world, no_such_path());
  const Call call{method, std::move(*parsed), body};
  const Route route = route_of(method, call.target);
  const Bucket bucket = bucket_of(world, route.operation, call);
  if (!is_authorized(world, authorization)) {
    // Render's words for a wrong key are unknown, as is whether it counts such a request.
    api::Response response = dress(world, refuse(401, "unauthorized"));
    add_allowance(response, world.windows.peek(bucket, world.now));
    return response;
  }
  const Allowance allowance = world.windows.take(bucket, world.now);
  api::Response response = dress(world, [&]() -> Reply {
    if (!allowance.allowed) return refuse(429, "rate limit exceeded");
    if (route.operation != nullptr) return answer(world, *route.operation, call, content_type);
    return route.allow.empty() ? no_such_path() : refuse(405, "method not allowed");
  }());
  announce_events(world);
  add_allowance(response, allowance);
  if (!route.allow.empty()) response.headers.emplace_back("allow", route.allow);
  if (!allowance.allowed) {
    ++world.limited;
    response.headers.emplace_back("retry-after", fmt::to_string(allowance.retry_after));
  }
  return response;
}

api::Response World::name_the_live_deploy(std::string_view target, Time now) {
  run_deploys(*state_, now);
  const std::optional<Target> parsed = parse_target(target);
  const auto service = parsed && parsed->depth > 2 ? state_->find_service(parsed->path[2]) : std::nullopt;
  if (!service || !state_->services[*service].live) return dress(*state_, no_such_path());
  return dress(*state_, one_deploy(state_->deploys[*state_->services[*service].live], 201));
}

void World::advance(Time now) {
  run_deploys(*state_, now);
  announce_events(*state_);
}

std::optional<Time> World::next_change() const {
  const std::optional<Time> phase = next_phase_end(*state_);
  const std::optional<Time> delivery = next_delivery(*state_);
  return phase && delivery ? std::min(*phase, *delivery) : phase ? phase : delivery;
}

bool World::has_webhooks() const {
  return !state_->webhooks.all.empty();
}

bool World::is_undelivered(std::uint64_t number) const {
  return std::ranges::find(state_->webhooks.undelivered, number, &Undelivered::number) !=
         state_->webhooks.undelivered.end();
}

std::vector<Delivery> World::due_deliveries(Time now, std::size_t most) {
  advance(now);
  return emulator::due_deliveries(*state_, state_->now, most);
}

void World::delivered(std::uint64_t number, DeliveryResult result, Time now) {
  advance(now);
  emulator::delivered(*state_, number, std::move(result), state_->now);
}

void World::push_commit(std::string_view service_id, Time now) {
  run_deploys(*state_, now);
  const auto service = state_->find_service(service_id);
  if (!service) return;
  const SeedService& seed = state_->services[*service].seed;
  if (seed.image) return;
  state_->services[*service].head = {make_hex(mix(state_->seed) + ++state_->made, 40),
                                     std::chrono::floor<std::chrono::seconds>(state_->now)};
  if (seed.suspended || !seed.auto_deploy) return;
  create_deploy(*state_, *service, DeployOrder("new_commit"));
}

void World::change_settings(std::string_view service_id, Time now) {
  run_deploys(*state_, now);
  if (const auto service = state_->find_service(service_id)) deploy_by_itself(*state_, *service);
}

void World::cancel_deploy(std::string_view deploy_id, Time now) {
  run_deploys(*state_, now);
  if (const auto deploy = state_->find_deploy(deploy_id)) emulator::cancel_deploy(*state_, *deploy);
}

void World::link(std::string_view group_id, std::string_view service_id, Time now) {
  run_deploys(*state_, now);
  const auto group = state_->find_group(group_id);
  const auto service = state_->find_service(service_id);
  if (group && service) set_link(*state_, *group, *service, true);
}

void World::unlink(std::string_view group_id, std::string_view service_id, Time now) {
  run_deploys(*state_, now);
  const auto group = state_->find_group(group_id);
  const auto service = state_->find_service(service_id);
  if (group && service) set_link(*state_, *group, *service, false);
}

void World::set_variable(std::string_view holder_id, std::string_view key, std::string_view value,
                         std::string_view by, Time now) {
  run_deploys(*state_, now);
  if (const auto holder = find_holder(*state_, holder_id)) {
    set_value(*state_, *holder, value_name(key), std::string(value), person(by));
  }
}

void World::remove_variable(std::string_view holder_id, std::string_view key, std::string_view by, Time now) {
  run_deploys(*state_, now);
  if (const auto holder = find_holder(*state_, holder_id)) {
    remove_value(*state_, *holder, value_name(key), person(by));
  }
}

void World::delete_group(std::string_view group_id, std::string_view by, Time now) {
  run_deploys(*state_, now);
  if (const auto group = state_->find_group(group_id)) emulator::delete_group(*state_, *group, person(by));
}

void World::suspend(std::string_view service_id, bool suspended, std::string_view by, Time now) {
  run_deploys(*state_, now);
  if (const auto service = state_->find_service(service_id)) {
    emulator::suspend(*state_, *service, suspended, person(by));
  }
}

std::size_t World::deploy_count() const {
  return state_->deploys.size();
}

World::DeployView World::deploy(std::size_t index) const {
  const Deploy& deploy = state_->deploys[index];
  return {deploy.id,
          state_->services[deploy.service].seed.id,
          model::to_string(deploy.status),
          deploy.trigger,
          word(deploy.mode),
          deploy.created,
          deploy.started,
          deploy.finished,
          deploy.groups,
          is_listed(*state_, deploy)};
}

std::vector<World::DeployRecord> World::deploys() const {
  std::vector<DeployRecord> out;
  out.reserve(deploy_count());
  for (std::size_t i = 0; i < deploy_count(); ++i) {
    const DeployView view = deploy(i);
    out.push_back({std::string(view.id),
                   std::string(view.service_id),
                   std::string(view.status),
                   std::string(view.trigger),
                   std::string(view.mode),
                   view.created,
                   view.started,
                   view.finished,
                   {view.groups.begin(), view.groups.end()}});
  }
  return out;
}

bool World::is_linked(std::string_view group_id, std::string_view service_id) const {
  const auto group = state_->find_group(group_id);
  const auto service = state_->find_service(service_id);
  return group && service && state_->is_linked(*group, *service);
}

std::optional<std::size_t> World::serving_deploy(std::string_view service_id) const {
  const auto service = state_->find_service(service_id);
  if (!service || state_->services[*service].seed.suspended) return std::nullopt;
  return state_->services[*service].live;
}

bool World::carries_link(std::size_t deploy, std::string_view group_id) const {
  const auto& groups = state_->deploys[deploy].groups;
  return std::find(groups.begin(), groups.end(), group_id) != groups.end();
}

const std::string* World::carried_value(std::size_t deploy, std::string_view holder_id,
                                        std::string_view key) const {
  return emulator::carried_value(*state_, state_->deploys[deploy], holder_id, value_name(key));
}

const std::string* World::value(std::string_view holder_id, std::string_view key) const {
  const auto holder = find_holder(*state_, holder_id);
  return holder ? value_of(*state_, *holder, value_name(key)) : nullptr;
}

std::string_view World::auto_deploy_trigger(std::string_view service_id) const {
  const auto service = state_->find_service(service_id);
  return service ? emulator::auto_deploy_trigger(state_->services[*service].seed) : std::string_view();
}

bool World::is_serving(std::string_view name) const {
  auto service = state_->find_service(name);
  if (!service) service = state_->find_slug(name);
  return service && state_->services[*service].live && !state_->services[*service].seed.suspended;
}

int World::limited() const {
  return state_->limited;
}

std::string World::state_json(Time now) const {
  return write_state(*state_, std::max(now, state_->now));
}

}  // namespace envlink::emulator
