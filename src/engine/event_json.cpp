#include "engine/event_json.h"

#include <utility>

#include "engine/event_0_1_0.h"
#include "engine/event_fields.h"
#include "json/reader.h"

namespace envlink::engine {
namespace {

// A log line may contain any bytes.
constexpr json::Limits limits{.depth = 8, .any_bytes = true};

/// Sets `what` to the kind called `name`; false if there is none.
template <std::size_t... kinds>
bool begin(Event::What& what, std::string_view name, std::index_sequence<kinds...>) {
  return ((std::variant_alternative_t<kinds, Event::What>::kind == name && (what.emplace<kinds>(), true)) ||
          ...);
}

bool begin(Event::What& what, std::string_view name) {
  return begin(what, name, std::make_index_sequence<std::variant_size_v<Event::What>>());
}

void fields(json::Reader& visit, Event& event) {
  std::string name;
  visit("event", name);
  if (!visit.good()) return;
  if (!begin(event.what, name))
    return visit.say("event", "is a kind that is unknown: it may come from a newer envlink");
  visit("at", event.at);
  std::visit([&](auto& what) { fields(visit, what); }, event.what);
}

Error unreadable(std::string why) {
  return {.what = "an event of the journal cannot be read", .why = std::move(why)};
}

}  // namespace

void fields(json::Writer& out, const Event& event) {
  out("event", kind_of(event));
  out("at", event.at);
  std::visit([&](const auto& what) { fields(out, what); }, event.what);
}

std::string to_json(const Event& event) {
  return json::to_text(event);
}

Result<Event> event_from_json(std::string_view text, const plan::Plan* plan) {
  json::Document document;
  const auto root = document.read(text, limits);
  if (!root) return fail(unreadable(root.error().text()));
  if (is_of_0_1_0(**root)) {
    auto old = event_of_0_1_0(**root, plan);
    if (!old) return fail(unreadable(old.error().text()));
    return std::move(*old);
  }
  std::optional<json::Fault> fault;
  Event event;
  if (!(*root)->is_object()) return fail(unreadable("it is not a JSON object"));
  json::Reader reader(**root, **root, fault);
  fields(reader, event);
  if (fault) return fail(unreadable(fault->text()));
  return event;
}

bool is_of_0_1_0(std::string_view text) {
  json::Document document;
  const auto root = document.read(text, limits);
  return root && is_of_0_1_0(**root);
}

std::string unknown_kind(std::string_view text) {
  json::Document document;
  const auto root = document.read(text, limits);
  if (!root) return {};
  const json::Value* name = (*root)->find(is_of_0_1_0(**root) ? "kind" : "event");
  Event::What what;
  if (name == nullptr || !name->is_text() || begin(what, name->text)) return {};
  return std::string(name->text);
}

}  // namespace envlink::engine
