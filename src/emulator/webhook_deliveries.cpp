#include "emulator/webhook_deliveries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/sha256.h"
#include "base/text.h"
#include "emulator/deploy_events.h"
#include "emulator/ids.h"
#include "json/writer.h"

namespace envlink::emulator {
namespace {

using std::chrono::seconds;

constexpr std::size_t most_undelivered = 1000;  // older ones are given up
constexpr std::size_t most_attempts = 1000;     // are listed
constexpr std::size_t longest_response = 1024;  // bytes

// Render documents at most 8 attempts with growing pauses, the last about 33 hours after the first. The
// pauses themselves are unknown: here each is five times the one before.
constexpr std::array<Duration, 7> pauses = {seconds(6),    seconds(30),    seconds(150),  seconds(750),
                                            seconds(3750), seconds(18750), seconds(93750)};

/// An event that has just happened.
struct News {
  Time at;
  std::size_t service;
  std::string id;
  std::string_view type;
  std::string_view status;
};

/// The deploy's events that were not announced yet.
void take_news_of(WorldState& world, std::size_t deploy, std::vector<News>& news) {
  constexpr std::uint8_t done = 1U << happenings.size();
  std::uint8_t& announced = world.webhooks.announced[deploy];
  if ((announced & done) != 0) return;
  for (const Happening what : happenings) {
    const DeployEvent event{deploy, what};
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(what));
    if ((announced & bit) != 0) continue;
    const std::optional<Time> at = time_of(world, event);
    if (!at) continue;
    announced = static_cast<std::uint8_t>(announced | bit);
    news.push_back({*at, world.deploys[deploy].service, id_of(world, event), type_of(world, event),
                    status_of(world, event)});
  }
  if (world.deploys[deploy].finished) announced = static_cast<std::uint8_t>(announced | done);
}

std::vector<News> take_news(WorldState& world) {
  Webhooks& webhooks = world.webhooks;
  std::vector<News> news;
  for (; webhooks.recorded < world.events.size(); ++webhooks.recorded) {
    const EventRecord& event = world.events[webhooks.recorded];
    news.push_back({event.at, event.service, event.id, word(type_of(event.details)), ""});
  }
  webhooks.announced.resize(world.deploys.size());
  for (std::size_t deploy = webhooks.settled; deploy < world.deploys.size(); ++deploy)
    take_news_of(world, deploy, news);
  while (webhooks.settled < world.deploys.size() && world.deploys[webhooks.settled].finished)
    ++webhooks.settled;
  std::ranges::stable_sort(news, {}, &News::at);
  return news;
}

std::string body_of(const WorldState& world, const News& event) {
  const SeedService& service = world.services[event.service].seed;
  json::Writer body(json::Layout::compact, json::Text::utf8, Subseconds::shortest);
  body.object([&](json::Writer& out) {
    out("type", event.type);
    out("timestamp", event.at);
    out("data", [&](json::Writer& data) {
      data("id", event.id);
      data("serviceId", service.id);
      data("serviceName", service.name);
      data.if_any("status", event.status);
    });
  });
  return body.take();
}

bool wants(const Webhook& webhook, WebhookEventType type) {
  const auto& filter = webhook.filter;
  return webhook.enabled && !webhook.deleted &&
         (filter.empty() || std::ranges::find(filter, type) != filter.end());
}

/// As in https://www.standardwebhooks.com
std::vector<std::pair<std::string, std::string>> headers_of(const Webhook& webhook, const Undelivered& one) {
  const auto sent = std::chrono::floor<seconds>(one.sent).time_since_epoch().count();
  const std::string timestamp = fmt::to_string(sent);
  const std::string signed_text = fmt::format("{}.{}.{}", one.event, timestamp, one.body);
  return {{"content-type", "application/json"},
          {"user-agent", "envlink-emulator"},
          {"webhook-id", one.event},
          {"webhook-timestamp", timestamp},
          {"webhook-signature", "v1," + hmac_sha256_base64(webhook.key, signed_text)}};
}

void note_attempt(Webhooks& webhooks, std::uint64_t seed, const Undelivered& one, DeliveryResult result) {
  if (webhooks.attempts.size() == most_attempts) webhooks.attempts.pop_front();
  const std::uint64_t number = ++webhooks.numbers;
  result.body.resize(std::min(result.body.size(), longest_response));
  // The prefix of Render's ids is unknown.
  webhooks.attempts.push_back({number, make_id("whe-", mix(seed) + number), one.webhook, one.event, one.type,
                               one.sent, result.status, std::move(result.body), std::move(result.error)});
}

}  // namespace

std::string secret_of(const Webhook& webhook) {
  return "whsec_" + base64(webhook.key);
}

void begin_to_announce(WorldState& world) {
  if (world.webhooks.all.empty()) take_news(world);
}

void announce_events(WorldState& world) {
  Webhooks& webhooks = world.webhooks;
  if (webhooks.all.empty()) return;
  for (const News& event : take_news(world)) {
    const auto type = from_word<WebhookEventType>(event.type);
    if (!type) continue;
    for (std::size_t i = 0; i < webhooks.all.size(); ++i) {
      if (!wants(webhooks.all[i], *type)) continue;
      if (webhooks.undelivered.size() == most_undelivered) webhooks.undelivered.pop_front();
      webhooks.undelivered.push_back({.number = ++webhooks.numbers,
                                      .webhook = i,
                                      .event = event.id,
                                      .type = word(*type),
                                      .body = body_of(world, event),
                                      .due = event.at});
    }
  }
}

std::vector<Delivery> due_deliveries(WorldState& world, Time now, std::size_t most) {
  std::vector<Delivery> due;
  for (Undelivered& one : world.webhooks.undelivered) {
    if (due.size() == most) break;
    if (!one.due || *one.due > now) continue;
    const Webhook& webhook = world.webhooks.all[one.webhook];
    one.due.reset();
    one.sent = now;
    ++one.attempts;
    due.push_back(
        {one.number, one.attempts, std::string(one.type), webhook.url, headers_of(webhook, one), one.body});
  }
  return due;
}

void delivered(WorldState& world, std::uint64_t number, DeliveryResult result, Time now) {
  Webhooks& webhooks = world.webhooks;
  const auto one = std::ranges::find(webhooks.undelivered, number, &Undelivered::number);
  if (one == webhooks.undelivered.end()) return;
  const bool succeeded = result.status && *result.status >= 200 && *result.status < 300;
  if (!succeeded && one->due) return;  // the failure of a second copy
  note_attempt(webhooks, world.seed, *one, std::move(result));
  if (succeeded) {
    webhooks.undelivered.erase(one);
  } else if (const auto attempts = static_cast<std::size_t>(one->attempts); attempts <= pauses.size()) {
    one->due = now + pauses[attempts - 1];
  } else {
    const std::size_t webhook = one->webhook;
    webhooks.all[webhook].enabled = false;
    drop_deliveries(world, webhook);
  }
}

void drop_deliveries(WorldState& world, std::size_t webhook) {
  std::erase_if(world.webhooks.undelivered, [&](const Undelivered& one) { return one.webhook == webhook; });
}

std::optional<Time> next_delivery(const WorldState& world) {
  std::optional<Time> next;
  for (const Undelivered& one : world.webhooks.undelivered) {
    if (one.due && (!next || *one.due < *next)) next = one.due;
  }
  return next;
}

}  // namespace envlink::emulator
