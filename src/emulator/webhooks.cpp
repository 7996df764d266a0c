// Webhooks: lists, creates, changes and deletes them, and lists what was sent to them.

#include <algorithm>
#include <utility>

#include "emulator/ids.h"
#include "emulator/operation.h"
#include "emulator/webhook_deliveries.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t most_webhooks = 100;  // as documented for the largest plan
constexpr std::size_t longest_url = 2048;
constexpr std::size_t key_bytes = 24;

void write_webhook(json::Writer& out, const Webhook& webhook) {
  out("id", webhook.id);
  out("url", webhook.url);
  out("name", webhook.name);
  out("secret", secret_of(webhook));
  out("enabled", webhook.enabled);
  out.or_null("eventFilter", webhook.filter);  // an empty one was recorded as null
}

Reply show(const Webhook& webhook, int status = 200) {
  return answer_object([&](json::Writer& out) { write_webhook(out, webhook); }, status);
}

struct WebhookInput {
  std::string name;
  std::string url;
  bool enabled = true;
  std::vector<WebhookEventType> filter;
};
struct NewWebhook {
  std::string owner;
  WebhookInput input;
};
// Render's Terraform provider sends null for no filter.
void fields(auto& visit, json::Like<NewWebhook> auto& webhook) {
  visit("ownerId", webhook.owner);
  visit("name", webhook.input.name);
  visit("url", webhook.input.url);
  visit("enabled", webhook.input.enabled);
  visit.later("eventFilter", webhook.input.filter);
}
void fields(auto& visit, json::Like<WebhookInput> auto& webhook) {
  visit.later("name", webhook.name);
  visit.later("url", webhook.url);
  visit.later("enabled", webhook.enabled);
  visit.later("eventFilter", webhook.filter);
}

/// Render's answers to these are unknown.
std::optional<Reply> refused(const WebhookInput& webhook) {
  const bool is_address = webhook.url.starts_with("http://") || webhook.url.starts_with("https://");
  if (webhook.name.empty()) return refuse(400, "invalid name");
  if (!is_address || webhook.url.size() > longest_url) return refuse(400, "invalid url");
  return std::nullopt;
}

void take(Webhook& webhook, WebhookInput&& input) {
  webhook.name = std::move(input.name);
  webhook.url = std::move(input.url);
  webhook.enabled = input.enabled;
  webhook.filter = std::move(input.filter);
}

std::string new_key(WorldState& world) {
  std::string key;
  const std::uint64_t number = mix(world.seed) + ++world.made;
  for (std::uint64_t i = 0; i < key_bytes; ++i) key += static_cast<char>(mix(mix(number) + i) & 0xffU);
  return key;
}

Reply create_webhook(WorldState& world, const Call& call) {
  auto body = read_body<NewWebhook>(call);
  if (!body) return body.error();
  if (body->owner != world.owner_id) return not_found(body->owner);
  if (auto refusal = refused(body->input)) return *refusal;
  if (std::ranges::count(world.webhooks.all, false, &Webhook::deleted) >=
      static_cast<std::ptrdiff_t>(most_webhooks))
    return refuse(400, "too many webhooks");
  begin_to_announce(world);
  Webhook webhook;
  webhook.id = world.new_id("whk-");
  webhook.key = new_key(world);
  take(webhook, std::move(body->input));
  world.webhooks.all.push_back(std::move(webhook));
  return show(world.webhooks.all.back(), 201);
}

Reply list_webhooks(WorldState& world, const Call& call) {
  const auto wanted = [&](const Webhook& webhook) {
    return !webhook.deleted && call.query().wants("ownerId", world.owner_id);
  };
  return answer_page(call, "webhook", world.webhooks.all, wanted, write_webhook);
}

template <Reply (*handle)(WorldState&, const Call&, std::size_t webhook)>
Reply of_webhook(WorldState& world, const Call& call) {
  for (std::size_t i = 0; i < world.webhooks.all.size(); ++i) {
    const Webhook& webhook = world.webhooks.all[i];
    if (webhook.id == call.at(2) && !webhook.deleted) return handle(world, call, i);
  }
  return not_found(call.at(2));
}

Reply get_webhook(WorldState& world, const Call&, std::size_t index) {
  return show(world.webhooks.all[index]);
}

Reply patch_webhook(WorldState& world, const Call& call, std::size_t index) {
  Webhook& webhook = world.webhooks.all[index];
  auto body = read_body<WebhookInput>(call, {webhook.name, webhook.url, webhook.enabled, webhook.filter});
  if (!body) return body.error();
  if (auto refusal = refused(*body)) return *refusal;
  take(webhook, std::move(*body));
  if (!webhook.enabled) drop_deliveries(world, index);
  return show(webhook);
}

Reply remove_webhook(WorldState& world, const Call&, std::size_t index) {
  world.webhooks.all[index].deleted = true;
  drop_deliveries(world, index);
  return {204};
}

/// Each attempt is an entry. Whether Render lists them so is unknown.
Reply list_attempts(WorldState& world, const Call& call, std::size_t index) {
  PageQuery asked = page_of(call.query());
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const auto& attempts = world.webhooks.attempts;
  return answer_list([&](json::Writer& out) {
    for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt) {
      if (attempt->webhook != index || !call.query().in_range("sent", attempt->sent)) continue;
      if (!asked.page.take(attempt->number)) continue;
      out.object([&](json::Writer& item) {
        item("cursor", make_cursor(attempt->number, attempt->id));
        item("webhookEvent", [&](json::Writer& one) {
          one("id", attempt->id);
          one("eventId", attempt->event);
          one("eventType", attempt->type);
          one("sentAt", attempt->sent);
          one("statusCode", attempt->status);
          one.if_any("responseBody", attempt->response);
          one.if_any("error", attempt->error);
        });
      });
    }
  });
}

constexpr Parameter filters[] = {{"ownerId"}, cursor_parameter, limit_parameter};
constexpr Parameter attempt_filters[] = {time_parameter("sentBefore"), time_parameter("sentAfter"),
                                         limit_parameter, cursor_parameter};
constexpr std::string_view lacks = "delivers only to this machine, over http";

}  // namespace

std::span<const Operation> webhook_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/webhooks", list_webhooks, filters},
      {post, "/webhooks", create_webhook, {}, true, std::nullopt, lacks},
      {get, "/webhooks/{webhookId}", of_webhook<get_webhook>},
      {patch, "/webhooks/{webhookId}", of_webhook<patch_webhook>, {}, true},
      {delete_, "/webhooks/{webhookId}", of_webhook<remove_webhook>},
      {get, "/webhooks/{webhookId}/events", of_webhook<list_attempts>, attempt_filters}};
  return all;
}

}  // namespace envlink::emulator
