#include "engine/event_json.h"

#include <fmt/format.h>
#include <boost/json.hpp>

namespace envlink::engine {
namespace {

namespace json = boost::json;

void put(json::object& object, json::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

std::string text_of(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string{} : std::string(text->data(), text->size());
}

std::optional<std::int64_t> number_of(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<std::size_t> index_of(const json::object& object, json::string_view key) {
  const std::optional<std::int64_t> number = number_of(object, key);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

Error broken(std::string why) {
  return Error{ErrorKind::general, "an event of the journal cannot be read", std::move(why), "", ""};
}

}  // namespace

std::string to_json(const Event& event) {
  unsigned char room[2048];
  json::monotonic_resource memory(room, sizeof room);
  json::object object(&memory);
  object.reserve(16);
  object["at"] = format_rfc3339(event.at);
  object["kind"] = json::string(to_string(event.kind));
  if (event.link) object["link"] = *event.link;
  if (event.service) object["service"] = *event.service;
  put(object, "subject", event.subject);
  if (event.server_time) object["server_time"] = format_rfc3339(*event.server_time);
  if (event.number != 0) object["number"] = event.number;
  put(object, "deploy", event.deploy.text());
  put(object, "status", event.status);
  put(object, "text", event.text);
  put(object, "cure", event.cure);
  put(object, "request_id", event.request_id);
  if (!event.deploys.empty()) {
    json::array deploys(&memory);
    for (const DeployId& deploy : event.deploys) deploys.emplace_back(deploy.text());
    object["deploys"] = std::move(deploys);
  }
  if (!event.lines.empty()) object["lines"] = json::array(event.lines.begin(), event.lines.end());
  return json::serialize(object);
}

Result<Event> event_from_json(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  unsigned char room[2048];
  json::monotonic_resource memory(room, sizeof room);
  const json::value document =
      json::parse(json::string_view(text.data(), text.size()), error, &memory, options);
  if (error) return fail(broken(error.message()));
  const json::object* object = document.if_object();
  if (object == nullptr) return fail(broken("it is no JSON object"));
  Event event;
  const std::optional<Time> at = parse_rfc3339(text_of(*object, "at"));
  const std::optional<EventKind> kind = event_kind_from(text_of(*object, "kind"));
  if (!at) return fail(broken("`at` is no time"));
  if (!kind) return fail(broken("`kind` is not known: it may come from a newer envlink"));
  event.at = *at;
  event.kind = *kind;
  event.link = index_of(*object, "link");
  event.service = index_of(*object, "service");
  event.subject = text_of(*object, "subject");
  event.server_time = parse_rfc3339(text_of(*object, "server_time"));
  event.number = static_cast<int>(number_of(*object, "number").value_or(0));
  event.deploy = DeployId(text_of(*object, "deploy"));
  event.status = text_of(*object, "status");
  event.text = text_of(*object, "text");
  event.cure = text_of(*object, "cure");
  event.request_id = text_of(*object, "request_id");
  if (const json::value* deploys = object->if_contains("deploys");
      deploys != nullptr && deploys->is_array()) {
    for (const json::value& deploy : deploys->get_array()) {
      if (const json::string* id = deploy.if_string())
        event.deploys.emplace_back(std::string(id->data(), id->size()));
    }
  }
  if (const json::value* lines = object->if_contains("lines"); lines != nullptr && lines->is_array()) {
    for (const json::value& line : lines->get_array()) {
      if (const json::string* text_of_line = line.if_string())
        event.lines.emplace_back(text_of_line->data(), text_of_line->size());
    }
  }
  return event;
}

}  // namespace envlink::engine
