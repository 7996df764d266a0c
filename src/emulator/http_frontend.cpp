#include "emulator/http_frontend.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "assets/pages.h"
#include "emulator/router.h"
#include "emulator/target.h"
#include "json/writer.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t most_logged = 10'000;
constexpr std::size_t most_late = 100;        // requests that take effect later
constexpr std::size_t longest_logged = 2048;  // bytes of a target
constexpr std::string_view own_prefix = "/_emulator/";
constexpr std::string_view health_prefix = "/_emulator/health/";

api::Response plain(int status, std::string_view type, std::string body) {
  return {status, {{"content-type", std::string(type)}, {"cache-control", "no-store"}}, std::move(body)};
}

/// An error as from a gateway in front of Render; nothing takes effect.
api::Response status_reply(const Fault& fault, Time now) {
  api::Response response =
      plain(fault.status, "application/json; charset=utf-8", "{\"message\":\"emulated fault\"}\n");
  response.headers.emplace_back("date", format_http_date(now));
  if (fault.retry_after) response.headers.emplace_back("retry-after", fmt::to_string(*fault.retry_after));
  return response;
}

/// Half of the body, then bytes that are neither JSON nor UTF-8.
void spoil(api::Response& response) {
  response.body.resize(response.body.size() / 2);
  response.body += "\xff\x01{]";
}

}  // namespace

HttpFrontend::HttpFrontend(const Workspace& workspace, const std::string& base, double speed, Time now)
    : world_(workspace, now, speed),
      faults_(workspace.faults),
      latency_(workspace.behaviour.latency),
      key_(Secret(workspace.api_key)) {
  world_.set_health_base(base + "/_emulator/health");
}

ServerAction HttpFrontend::handle(const HttpRequest& request, Time now) {
  ServerAction action = respond(request, now);
  if (changed_) changed_();
  return action;
}

std::vector<Delivery> HttpFrontend::due_deliveries(Time now, std::size_t most) {
  let_arrive(now);
  return outbox_.due(world_, faults_, now, most);
}

void HttpFrontend::delivered(std::uint64_t number, DeliveryResult result, Time now) {
  outbox_.delivered(world_, number, std::move(result), now);
}

std::optional<Time> HttpFrontend::next_delivery() const {
  std::optional<Time> next = outbox_.next(world_);
  // A late request can cause an event.
  if (world_.has_webhooks() && !late_.empty() && (!next || late_.front().at < *next)) next = late_.front().at;
  return next;
}

void HttpFrontend::on_change(std::function<void()> changed) {
  changed_ = std::move(changed);
}

ServerAction HttpFrontend::respond(const HttpRequest& request, Time now) {
  let_arrive(now);
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (path == "/" || path.starts_with(own_prefix)) {
    if (!is_read) return {plain(405, "text/plain", "only GET and HEAD\n")};
    return {own_page(request.target, now)};
  }
  ServerAction action;
  const auto method = is_read ? api::Method::get : from_word<api::Method>(request.method);
  if (method) {
    action = play(*method, request, now);
  } else {
    action.response = plain(405, "application/json; charset=utf-8", "{\"message\":\"method not allowed\"}\n");
    action.response.headers.emplace_back("allow", methods_of(request.target));
  }
  if (log_.size() == most_logged) log_.pop_front();
  log_.push_back({now, std::string(request.method.substr(0, 16)),
                  key_.mask(std::string(request.target.substr(0, longest_logged))),
                  action.cut ? 0 : action.response.status, action.fault});
  return action;
}

ServerAction HttpFrontend::play(api::Method method, const HttpRequest& request, Time now) {
  ServerAction action;
  action.delay = latency_;
  const std::optional<Fault> fault = faults_.next(request.method, request.target);
  if (fault) action.fault = word(fault->kind);
  if (fault && (fault->kind == FaultKind::cut || fault->kind == FaultKind::late)) {
    action.cut = true;
    if (fault->kind == FaultKind::late && late_.size() < most_late) {
      Late late{now + fault->delay,          method,
                std::string(request.target), std::string(request.authorization),
                std::string(request.body),   std::string(request.content_type)};
      late_.insert(std::ranges::upper_bound(late_, late.at, {}, &Late::at), std::move(late));
    }
    return action;
  }
  if (fault && fault->kind == FaultKind::status) {
    action.response = status_reply(*fault, now);
    return action;
  }
  if (fault && fault->kind == FaultKind::old_deploy) {
    action.response = world_.name_the_live_deploy(request.target, now);
    return action;
  }
  action.response =
      world_.handle(method, request.target, request.authorization, request.body, now, request.content_type);
  if (!fault) return action;
  if (fault->kind == FaultKind::delay) action.delay += fault->delay;
  if (fault->kind == FaultKind::garbage) spoil(action.response);
  action.cut = fault->kind == FaultKind::lose_answer;
  return action;
}

/// Late requests that are due now.
void HttpFrontend::let_arrive(Time now) {
  while (!late_.empty() && late_.front().at <= now) {
    const Late one = std::move(late_.front());
    late_.erase(late_.begin());
    world_.handle(one.method, one.target, one.authorization, one.body, one.at, one.content_type);
  }
}

api::Response HttpFrontend::own_page(std::string_view target, Time now) {
  const std::size_t question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  if (path == "/") {
    api::Response response = plain(200, "text/html; charset=utf-8", std::string(assets::emulator_page));
    response.headers.emplace_back("content-security-policy",
                                  assets::page_policy(assets::emulator_page) + "; connect-src 'self'");
    return response;
  }
  world_.advance(now);
  if (path == "/_emulator/state") return plain(200, "application/json", world_.state_json(now));
  if (path == "/_emulator/operations") return plain(200, "application/json", operations_json());
  if (path == "/_emulator/requests") {
    return plain(200, "application/x-ndjson",
                 log_lines(target.substr(std::min(question + 1, target.size()))));
  }
  const auto parsed = path.starts_with(health_prefix) ? parse_target(path) : std::nullopt;
  if (!parsed || parsed->depth < 3) return plain(404, "text/plain", "no such page\n");
  return world_.is_serving(parsed->path[2]) ? plain(200, "text/plain", "ok\n")
                                            : plain(503, "text/plain", "not serving\n");
}

/// `last=N` returns only the N newest.
std::string HttpFrontend::log_lines(std::string_view query) const {
  std::size_t count = log_.size();
  const Query parsed(query);
  if (const auto last = parsed.first("last")) {
    std::size_t wanted = 0;
    const auto [end, error] = std::from_chars(last->data(), last->data() + last->size(), wanted);
    if (error == std::errc()) count = std::min(count, wanted);
  }
  std::string out;
  for (std::size_t i = log_.size() - count; i < log_.size(); ++i) {
    const Logged& logged = log_[i];
    json::Writer line(json::Layout::compact, json::Text::utf8);
    line.object([&](json::Writer& one) {
      one("time", logged.time);
      one("method", logged.method);
      one("path", logged.path);
      one.or_null("status", logged.status);
      one.or_null("fault", logged.fault);
    });
    out += line.take() + '\n';
  }
  return out;
}

}  // namespace envlink::emulator
