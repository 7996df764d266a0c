// Headers, redirects and rewrites of static sites.

#include <algorithm>

#include "emulator/operation.h"
#include "emulator/services.h"

namespace envlink::emulator {
namespace {

/// Handles a call of a static site. Render's answer for another service is unknown.
template <Reply (*handle)(WorldState&, const Call&, Service& site)>
Reply of_site(WorldState& world, const Call& call, std::size_t index) {
  Service& service = world.services[index];
  if (service.seed.type == model::ServiceType::static_site) return handle(world, call, service);
  if (call.method == api::Method::get) return no_items(call);
  return refuse(400, "service is not a static site");
}

/// All rules in answer to a PUT: null if there are none, as recorded.
template <class Write>
Reply all_rules(bool none, const Write& write) {
  return none ? Reply{200, "null\n"} : answer_list(write);
}

Reply list_headers(WorldState&, const Call& call, Service& site) {
  const Query& query = call.query();
  const auto wanted = [&](const HeaderRule& rule) {
    return query.wants("path", rule.path) && query.wants("name", rule.name) &&
           query.wants("value", rule.value);
  };
  return answer_page(call, "header", site.headers, wanted,
                     [](json::Writer& out, const HeaderRule& rule) { fields(out, rule); });
}

std::optional<Reply> refused_rule(const HeaderRule& rule) {
  if (rule.name.empty()) return refuse(400, "invalid name");
  if (rule.path.empty()) return refuse(400, "invalid path");
  return std::nullopt;
}

std::optional<Reply> refused_rule(const RouteRule& rule) {
  if (rule.source.empty()) return refuse(400, "invalid source");
  if (rule.destination.empty()) return refuse(400, "invalid destination");
  return std::nullopt;
}

/// The rules of a body, with ids; or the refusal.
template <class Rule>
tl::expected<std::vector<Rule>, Reply> given_rules(WorldState& world, const Call& call,
                                                   std::string_view prefix) {
  auto rules = read_list<Rule>(call);
  if (!rules) return rules;
  for (const Rule& rule : *rules) {
    if (auto refusal = refused_rule(rule)) return tl::unexpected(std::move(*refusal));
  }
  for (Rule& rule : *rules) rule.id = world.new_id(prefix);
  return rules;
}

/// In an object under `headers`, as documented.
Reply add_header(WorldState& world, const Call& call, Service& site) {
  auto rule = read_body<HeaderRule>(call);
  if (!rule) return rule.error();
  if (auto refusal = refused_rule(*rule)) return *refusal;
  rule->id = world.new_id("hdr-");
  site.headers.push_back(std::move(*rule));
  return answer_object([&](json::Writer& out) { out("headers", site.headers.back()); }, 201);
}

Reply put_headers(WorldState& world, const Call& call, Service& site) {
  auto rules = given_rules<HeaderRule>(world, call, "hdr-");
  if (!rules) return rules.error();
  site.headers = std::move(*rules);
  return all_rules(site.headers.empty(), [&](json::Writer& out) {
    for (const HeaderRule& rule : site.headers) out.value(rule);
  });
}

/// Removes the rule that the path names.
template <auto rules>
Reply remove_rule(WorldState&, const Call& call, Service& site) {
  const std::size_t removed =
      std::erase_if(site.*rules, [&](const auto& rule) { return rule.id == call.at(4); });
  return removed > 0 ? Reply{204} : not_found(call.at(4));
}

void write_route(json::Writer& out, const RouteRule& rule, std::size_t priority) {
  out("destination", rule.destination);
  out("id", rule.id);
  out("priority", priority);
  out("source", rule.source);
  out("type", rule.type);
}

/// The highest priority, 0, first: a cursor counts down from this.
constexpr std::uint64_t past_last_route = 1U << 20U;

Reply list_routes(WorldState&, const Call& call, Service& site) {
  const Query& query = call.query();
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = 0; i < site.routes.size(); ++i) {
      const RouteRule& rule = site.routes[i];
      const bool wanted = query.wants("type", word(rule.type)) && query.wants("source", rule.source) &&
                          query.wants("destination", rule.destination);
      if (!wanted || !asked.page.take(past_last_route - i)) continue;
      out.object([&](json::Writer& item) {
        item("route", [&](json::Writer& route) { write_route(route, rule, i); });
        item("cursor", make_cursor(past_last_route - i, rule.id));
      });
    }
  });
}

struct NewRoute {
  RouteRule rule;
  std::optional<int> priority{};  // unset: the last
};
void fields(auto& visit, json::Like<NewRoute> auto& route) {
  fields(visit, route.rule);
  visit("priority", route.priority);
}

/// Gives the rule this priority; those from there on move down. Returns its place.
std::size_t insert_route(Service& site, RouteRule rule, int priority) {
  const std::size_t place = std::min(static_cast<std::size_t>(priority), site.routes.size());
  site.routes.insert(site.routes.begin() + static_cast<std::ptrdiff_t>(place), std::move(rule));
  return place;
}

Reply add_route(WorldState& world, const Call& call, Service& site) {
  auto route = read_body<NewRoute>(call);
  if (!route) return route.error();
  if (auto refusal = refused_rule(route->rule)) return *refusal;
  const int priority = route->priority.value_or(static_cast<int>(site.routes.size()));
  if (priority < 0) return refuse(400, "invalid priority");
  route->rule.id = world.new_id("rdr-");
  const std::size_t place = insert_route(site, std::move(route->rule), priority);
  return answer_object([&](json::Writer& out) { write_route(out, site.routes[place], place); }, 201);
}

Reply put_routes(WorldState& world, const Call& call, Service& site) {
  auto rules = given_rules<RouteRule>(world, call, "rdr-");
  if (!rules) return rules.error();
  site.routes = std::move(*rules);
  return all_rules(site.routes.empty(), [&](json::Writer& out) {
    for (std::size_t i = 0; i < site.routes.size(); ++i) {
      out.object([&](json::Writer& one) { write_route(one, site.routes[i], i); });
    }
  });
}

struct RoutePatch {
  int priority = 0;
};
void fields(auto& visit, json::Like<RoutePatch> auto& patch) {
  visit("priority", patch.priority);
}

/// Under `/routes/{routeId}`, as Render's own client asks, although its document has the path `/routes`,
/// which names no rule. The answer is in an object under `headers`, as both have it.
Reply move_route(WorldState&, const Call& call, Service& site) {
  const auto patch = read_body<RoutePatch>(call);
  if (!patch) return patch.error();
  if (patch->priority < 0) return refuse(400, "invalid priority");
  const auto found = std::ranges::find(site.routes, call.at(4), &RouteRule::id);
  if (found == site.routes.end()) return not_found(call.at(4));
  RouteRule rule = std::move(*found);
  site.routes.erase(found);
  const std::size_t place = insert_route(site, std::move(rule), patch->priority);
  return answer_object([&](json::Writer& out) {
    out("headers", [&](json::Writer& one) { write_route(one, site.routes[place], place); });
  });
}

constexpr Parameter header_filters[] = {{"path"}, {"name"}, {"value"}, cursor_parameter, limit_parameter};
constexpr Parameter route_filters[] = {{"type", ParameterKind::word, false, words_of<RouteType>},
                                       {"source"},
                                       {"destination"},
                                       cursor_parameter,
                                       limit_parameter};

}  // namespace

std::optional<Reply> refused_rules(const std::vector<HeaderRule>& headers,
                                   const std::vector<RouteRule>& routes) {
  for (const HeaderRule& rule : headers) {
    if (auto refusal = refused_rule(rule)) return refusal;
  }
  for (const RouteRule& rule : routes) {
    if (auto refusal = refused_rule(rule)) return refusal;
  }
  return std::nullopt;
}

void set_rules(WorldState& world, Service& site, std::vector<HeaderRule> headers,
               std::vector<RouteRule> routes) {
  for (HeaderRule& rule : headers) rule.id = world.new_id("hdr-");
  for (RouteRule& rule : routes) rule.id = world.new_id("rdr-");
  site.headers = std::move(headers);
  site.routes = std::move(routes);
}

std::span<const Operation> site_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/services/{serviceId}/headers", of_service<of_site<list_headers>>, header_filters},
      {post, "/services/{serviceId}/headers", of_service<of_site<add_header>>, {}, true},
      {put, "/services/{serviceId}/headers", of_service<of_site<put_headers>>, {}, true},
      {delete_, "/services/{serviceId}/headers/{headerId}",
       of_service<of_site<remove_rule<&Service::headers>>>},
      {get, "/services/{serviceId}/routes", of_service<of_site<list_routes>>, route_filters},
      {post, "/services/{serviceId}/routes", of_service<of_site<add_route>>, {}, true},
      {put, "/services/{serviceId}/routes", of_service<of_site<put_routes>>, {}, true},
      {patch, "/services/{serviceId}/routes/{routeId}", of_service<of_site<move_route>>, {}, true},
      {delete_, "/services/{serviceId}/routes/{routeId}",
       of_service<of_site<remove_rule<&Service::routes>>>}};
  return all;
}

}  // namespace envlink::emulator
