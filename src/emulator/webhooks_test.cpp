#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/sha256.h"
#include "emulator/outbox.h"
#include "emulator/webhook_url.h"
#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

namespace json = boost::json;
using std::chrono::hours;

std::string body_of(std::string_view filter, std::string_view url = "http://localhost:9000/hook") {
  return R"({"ownerId":"tea-cexample0000000000000","name":"hook","url":")" + std::string(url) +
         R"(","enabled":true,"eventFilter":)" + std::string(filter) + "}";
}

std::string create(Client& client, std::string_view filter = "[]") {
  const auto reply = client.post("/webhooks", body_of(filter));
  REQUIRE(reply.status == 201);
  return text(json::parse(reply.body), "id");
}

std::vector<Delivery> due(Client& client) {
  return client.world.due_deliveries(client.now, 100);
}

std::vector<std::string> types(const std::vector<Delivery>& deliveries) {
  std::vector<std::string> out;
  for (const Delivery& one : deliveries) out.push_back(one.type);
  return out;
}

std::string header(const Delivery& delivery, std::string_view name) {
  for (const auto& [key, value] : delivery.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST_CASE("a webhook is created, read, listed, changed and deleted") {
  Client client;
  const auto created = client.post("/webhooks", body_of(R"(["deploy_ended","build_ended"])"));
  REQUIRE(created.status == 201);
  const json::value webhook = json::parse(created.body);
  const std::string path = "/webhooks/" + text(webhook, "id");
  CHECK(path.starts_with("/webhooks/whk-"));
  CHECK(text(webhook, "secret").starts_with("whsec_"));
  CHECK(text(webhook, "secret").size() == 6 + 32);
  CHECK(webhook.at("eventFilter") == json::parse(R"(["deploy_ended","build_ended"])"));
  CHECK(client.read(path) == webhook);
  CHECK(client.read("/webhooks").at(0).at("webhook") == webhook);
  CHECK(client.get("/webhooks?ownerId=tea-other").body == "[]\n");
  const auto changed =
      client.send(api::Method::patch, path, R"({"name":"new","enabled":false,"eventFilter":[]})");
  CHECK(changed.status == 200);
  const json::value now = client.read(path);
  CHECK(text(now, "name") == "new");
  CHECK(now.at("enabled") == false);
  CHECK(now.at("eventFilter").is_null());
  CHECK(text(now, "url") == text(webhook, "url"));
  CHECK(text(now, "secret") == text(webhook, "secret"));
  CHECK(client.remove(path).status == 204);
  CHECK(client.get(path).status == 404);
  CHECK(client.remove(path).status == 404);
  CHECK(client.get(path + "/events").status == 404);
  CHECK(client.get("/webhooks").body == "[]\n");
}

TEST_CASE("an invalid webhook is refused") {
  Client client;
  for (const std::string& body : {body_of(R"(["deploy_finished"])"), body_of("[]", "ftp://localhost/"),
                                  body_of("[]", ""), std::string(R"({"name":"a"})")}) {
    CHECK(client.post("/webhooks", body).status == 400);
  }
  CHECK(client.post("/webhooks", body_of("null")).status == 201);
  CHECK(words_of<WebhookEventType>.size() == 61);
}

TEST_CASE("every event since the creation of a webhook is sent to it, with the id and time of the event") {
  Workspace workspace = small_workspace();
  workspace.services[0].pre_deploy = seconds(20);
  Client client(workspace);
  client.post("/services/srv-api/restart");
  client.pass(seconds(1));
  create(client);
  CHECK(due(client).empty());
  client.post("/services/srv-api/deploys", "{}");
  client.post("/services/srv-api/scale", R"({"numInstances":2})");
  client.pass(minutes(5));
  const auto deliveries = due(client);
  CHECK(types(deliveries) ==
        std::vector<std::string>{"deploy_started", "build_started", "instance_count_changed", "build_ended",
                                 "pre_deploy_started", "pre_deploy_ended", "deploy_ended"});
  for (const Delivery& one : deliveries) {
    CAPTURE(one.type);
    const json::value body = json::parse(one.body);
    const json::value event = client.read("/events/" + text(body.at("data"), "id"));
    CHECK(text(body, "type") == text(event, "type"));
    CHECK(text(body, "timestamp") == text(event, "timestamp"));
    CHECK(text(body.at("data"), "serviceId") == "srv-api");
    CHECK(text(body.at("data"), "serviceName") == "api");
    const bool has_status = one.type == "build_ended" || one.type == "deploy_ended";
    CHECK(body.at("data").as_object().contains("status") == has_status);
    if (has_status) CHECK(text(body.at("data"), "status") == "succeeded");
  }
  CHECK(due(client).empty());
}

TEST_CASE("each event of several deploys is sent once, whenever somebody looks") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-web", "web"));
  workspace.services[1].outcome = Outcome::build_failed;
  Client client(workspace);
  create(client);
  std::multiset<std::string> sent;
  for (int i = 0; i < 60; ++i) {
    if (i % 9 == 0) client.post("/services/srv-api/deploys", "{}");
    if (i % 13 == 0) client.post("/services/srv-web/deploys", "{}");
    if (i == 30)
      client.world.cancel_deploy(client.world.deploy(client.world.deploy_count() - 1).id, client.now);
    client.pass(seconds(17));
    for (const Delivery& one : due(client)) {
      sent.insert(header(one, "webhook-id"));
      client.world.delivered(one.number, {.status = 200}, client.now);
    }
  }
  client.pass(minutes(30));
  for (const Delivery& one : due(client)) sent.insert(header(one, "webhook-id"));
  std::set<std::string> happened;
  for (const std::string id : {"srv-api", "srv-web"}) {
    const auto list = client.read("/services/" + id + "/events?limit=100&startTime=2026-11-23T21:17:00Z");
    for (const auto& item : list.as_array()) happened.insert(text(item.at("event"), "id"));
  }
  CHECK(happened.size() > 30);
  CHECK(std::set<std::string>(sent.begin(), sent.end()) == happened);
  CHECK(sent.size() == happened.size());
}

TEST_CASE("a webhook receives the events of its filter, and none while it is disabled") {
  Client client;
  create(client, R"(["deploy_ended","service_suspended"])");
  const std::string other = create(client, R"(["server_restarted"])");
  client.send(api::Method::patch, "/webhooks/" + other, R"({"enabled":false})");
  client.post("/services/srv-api/restart");
  client.post("/services/srv-api/deploys", "{}");
  client.pass(minutes(2));
  CHECK(types(due(client)) == std::vector<std::string>{"deploy_ended"});
  client.send(api::Method::patch, "/webhooks/" + other, R"({"enabled":true})");
  CHECK(due(client).empty());
  client.post("/services/srv-api/restart");
  CHECK(types(due(client)) == std::vector<std::string>{"server_restarted"});
}

TEST_CASE("events without a word for webhooks are not sent") {
  Workspace workspace = small_workspace();
  workspace.services[0].outcome = Outcome::build_failed;
  workspace.services[0].cause = Cause::suspender_added;
  Client client(workspace);
  create(client);
  client.post("/services/srv-api/deploys", "{}");
  client.pass(minutes(3));
  CHECK(types(due(client)) ==
        std::vector<std::string>{"deploy_started", "build_started", "build_ended", "deploy_ended"});
  CHECK(client.read("/services/srv-api/events?type=suspender_added").as_array().size() == 1);
}

TEST_CASE("a delivery is signed as Standard Webhooks say, anew for each attempt") {
  Client client;
  const std::string id = create(client, R"(["server_restarted"])");
  const std::string secret = text(client.read("/webhooks/" + id), "secret");
  client.post("/services/srv-api/restart");
  const auto signature = [&](const Delivery& one, std::string_view key) {
    return "v1," + hmac_sha256_base64(key, header(one, "webhook-id") + "." +
                                               header(one, "webhook-timestamp") + "." + one.body);
  };
  // Decoded bit by bit, not with the code that encodes.
  std::string key;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : secret.substr(6)) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bits = bits << 6U | static_cast<std::uint32_t>(alphabet.find(c));
    if ((count += 6) < 8) continue;
    count -= 8;
    key += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xffU);
  }
  CHECK(key.size() == 24);
  const Delivery first = due(client).at(0);
  CHECK(header(first, "webhook-timestamp") == "1795468620");
  CHECK(header(first, "webhook-signature") == signature(first, key));
  CHECK(header(first, "content-type") == "application/json");
  client.world.delivered(first.number, {.status = 500}, client.now);
  client.pass(minutes(1));
  const Delivery second = due(client).at(0);
  CHECK(header(second, "webhook-id") == header(first, "webhook-id"));
  CHECK(header(second, "webhook-timestamp") == "1795468680");
  CHECK(header(second, "webhook-signature") == signature(second, key));
}

TEST_CASE(
    "a failed delivery is repeated with growing pauses, eight times at most, and then the webhook is "
    "disabled") {
  Client client;
  const std::string id = create(client, R"(["server_restarted"])");
  client.post("/services/srv-api/restart");
  std::vector<Time> sent;
  for (std::optional<Time> next = client.world.next_change(); next; next = client.world.next_change()) {
    client.now = *next;
    const auto deliveries = due(client);
    REQUIRE(deliveries.size() == 1);
    CHECK(client.world.next_change() == std::nullopt);  // while it is in progress
    sent.push_back(client.now);
    client.world.delivered(deliveries[0].number, {.error = "timed out"}, client.now);
  }
  REQUIRE(sent.size() == 8);
  CHECK(sent[1] - sent[0] == seconds(6));
  for (std::size_t i = 2; i < sent.size(); ++i)
    CHECK(sent[i] - sent[i - 1] == 5 * (sent[i - 1] - sent[i - 2]));
  CHECK(sent.back() - sent.front() > hours(32));
  CHECK(sent.back() - sent.front() < hours(34));
  CHECK(client.read("/webhooks/" + id).at("enabled") == false);
  CHECK(client.read("/webhooks/" + id + "/events").as_array().size() == 8);
}

TEST_CASE("a success after a failure ends the attempts") {
  Client client;
  const std::string id = create(client, R"(["server_restarted"])");
  client.post("/services/srv-api/restart");
  client.world.delivered(due(client).at(0).number, {.status = 302, .body = "moved"}, client.now);
  client.pass(seconds(6));
  client.world.delivered(due(client).at(0).number, {.status = 204}, client.now);
  client.pass(hours(100));
  CHECK(due(client).empty());
  CHECK(client.read("/webhooks/" + id).at("enabled") == true);
  const auto attempts = client.read("/webhooks/" + id + "/events");
  REQUIRE(attempts.as_array().size() == 2);
  const auto& newest = attempts.at(0).at("webhookEvent");
  const auto& older = attempts.at(1).at("webhookEvent");
  CHECK(newest.at("statusCode") == 204);
  CHECK(older.at("statusCode") == 302);
  CHECK(text(older, "responseBody") == "moved");
  CHECK(text(older, "eventType") == "server_restarted");
  CHECK(text(older, "eventId") == text(newest, "eventId"));
  CHECK(client.read("/events/" + text(older, "eventId")).at("type") == "server_restarted");
  CHECK(client.read("/webhooks/" + id + "/events?sentAfter=" + text(older, "sentAt")).as_array().size() == 1);
  CHECK(client.read("/webhooks/" + id + "/events?limit=1&cursor=" + text(attempts.at(0), "cursor"))
            .at(0)
            .at("webhookEvent") == older);
}

TEST_CASE("a deleted webhook receives nothing more") {
  Client client;
  const std::string id = create(client);
  client.post("/services/srv-api/restart");
  const Delivery under_way = due(client).at(0);
  client.post("/services/srv-api/restart");
  client.remove("/webhooks/" + id);
  client.world.delivered(under_way.number, {.status = 500}, client.now);
  client.pass(hours(1));
  CHECK(due(client).empty());
  CHECK(client.world.next_change() == std::nullopt);
}

struct Sender {
  explicit Sender(std::vector<Fault> list) : faults(std::move(list)) {
    create(client, R"(["server_restarted"])");
  }
  void restart() { client.post("/services/srv-api/restart"); }
  std::vector<Delivery> due(std::size_t most = 100) {
    return outbox.due(client.world, faults, client.now, most);
  }

  Client client;
  Faults faults;
  Outbox outbox;
};

Fault fault(FaultKind kind, std::string match = "webhook server_*") {
  Fault out;
  out.match = std::move(match);
  out.nth = 1;
  out.kind = kind;
  out.delay = seconds(5);
  return out;
}

TEST_CASE("a delivery that is cut is not sent, and repeated later") {
  Sender sender({fault(FaultKind::cut)});
  sender.restart();
  sender.restart();
  CHECK(sender.due().size() == 1);  // the second
  CHECK(sender.outbox.next(sender.client.world) == sender.client.now + seconds(6));
  sender.client.pass(seconds(6));
  const auto again = sender.due();
  REQUIRE(again.size() == 1);
  CHECK(again[0].attempt == 2);
}

TEST_CASE("a late delivery is sent after its delay, and after what happened meanwhile") {
  Sender sender({fault(FaultKind::late)});
  sender.restart();
  CHECK(sender.due().empty());
  CHECK(sender.outbox.next(sender.client.world) == sender.client.now + seconds(5));
  sender.client.pass(seconds(4));
  sender.restart();
  CHECK(sender.due().size() == 1);
  sender.client.pass(seconds(1));
  const auto late = sender.due();
  REQUIRE(late.size() == 1);
  CHECK(late[0].attempt == 1);
}

TEST_CASE("a doubled delivery is sent twice with the same id, and succeeds if one of them does") {
  Sender sender({fault(FaultKind::twice)});
  sender.restart();
  const auto first = sender.due(1);
  REQUIRE(first.size() == 1);
  CHECK(sender.outbox.next(sender.client.world) <= sender.client.now);
  const auto second = sender.due(1);
  REQUIRE(second.size() == 1);
  CHECK(header(second[0], "webhook-id") == header(first[0], "webhook-id"));
  sender.outbox.delivered(sender.client.world, first[0].number, {.status = 500}, sender.client.now);
  sender.outbox.delivered(sender.client.world, second[0].number, {.status = 200}, sender.client.now);
  sender.client.pass(hours(1));
  CHECK(sender.due().empty());
}

TEST_CASE("a delivery whose answer is lost is repeated, although it arrived") {
  Sender sender({fault(FaultKind::lose_answer)});
  sender.restart();
  const auto first = sender.due();
  REQUIRE(first.size() == 1);
  sender.outbox.delivered(sender.client.world, first[0].number, {.status = 200}, sender.client.now);
  sender.client.pass(seconds(6));
  const auto again = sender.due();
  REQUIRE(again.size() == 1);
  sender.outbox.delivered(sender.client.world, again[0].number, {.status = 200}, sender.client.now);
  sender.client.pass(hours(1));
  CHECK(sender.due().empty());
}

TEST_CASE("faults of requests do not touch deliveries, and the other way round") {
  Sender sender({fault(FaultKind::cut, "*"), fault(FaultKind::cut, "webhook deploy_*")});
  sender.restart();
  CHECK(sender.due().size() == 1);
  CHECK(sender.faults.next("GET", "/v1/services"));
}

TEST_CASE("without a webhook nothing is due, whatever is in progress") {
  Client client;
  client.post("/services/srv-api/deploys", "{}");
  CHECK(Outbox().next(client.world) == std::nullopt);
  CHECK(client.world.next_change() == client.now + seconds(90));
}

TEST_CASE("webhooks are only sent to this machine, over http") {
  const std::pair<const char*, const char*> refused[] = {{"https://hooks.example.com", "this machine"},
                                                         {"http://10.0.0.1/", "this machine"},
                                                         {"http://localhost.example.com", "this machine"},
                                                         {"http://localhost@example.com/", "this machine"},
                                                         {"http://127.0.0.1.nip.io:80/", "this machine"},
                                                         {"http://[::2]/", "this machine"},
                                                         {"http://0.0.0.0/", "this machine"},
                                                         {"http:", "this machine"},
                                                         {"https://localhost:8443/", "over http"},
                                                         {"http://localhost/a b", "percent-encoded"},
                                                         {"http://localhost/\r\nHost: a", "percent-encoded"},
                                                         {"http://2130706433/", "this machine"}};
  for (const auto& [url, why] : refused) {
    CAPTURE(url);
    const auto parsed = webhook_url(url);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().find(why) != std::string::npos);
  }
  const auto full = webhook_url("http://LOCALHOST:9000/hook?a=1#part");
  REQUIRE(full);
  CHECK(full->host == "localhost");
  CHECK(full->port == 9000);
  CHECK(full->target == "/hook?a=1");
  CHECK(webhook_url("http://127.0.0.2")->target == "/");
  CHECK(webhook_url("http://[::1]?a")->target == "/?a");
  CHECK(webhook_url("http://127.0.0.2")->port == 80);
}

}  // namespace
}  // namespace envlink::emulator::test
