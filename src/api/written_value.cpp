#include "api/written_value.h"

#include <map>

#include "api/redaction_parts.h"
#include "api/reply_reader.h"
#include "api/variable_reader.h"
#include "json/writer.h"

namespace envlink::api {
namespace {

using Held = std::map<std::string, std::optional<Secret>, std::less<>>;

/// The requested values of one of the group's lists. A hidden one is an error.
Result<void> collect(const Node& group, std::string_view list, std::string_view name, std::string_view text,
                     std::string_view prefix, Held& held) {
  const json::Value* items = group.get(list);
  if (items == nullptr) return {};
  return for_each_object(*items, *group.root, [&](const Node& one) -> Result<void> {
    const auto place = held.find(std::string(prefix).append(one.text(name)));
    if (place == held.end()) return {};
    const json::Value* value = one.get(text);
    const bool shown = value != nullptr && value->is_text() && !is_hidden(value->text);
    if (!shown) return fail(unreadable(one.path_of(text), "is hidden from the owner of this key"));
    place->second = Secret(std::string(value->text));
    return {};
  });
}

}  // namespace

std::shared_ptr<const SecretBody> WrittenValue::body(std::string_view key, const Secret& value) {
  const std::string_view name = model::is_file_key(key) ? "content" : "value";
  return std::make_shared<const SecretBody>(
      Secret(json::to_text([&](json::Writer& out) { out(name, value.value_); })), std::vector<Secret>{value});
}

std::shared_ptr<const SecretBody> WrittenValue::body(const GroupToMake& group) {
  std::vector<Secret> values;
  Secret json(json::to_text([&](json::Writer& out) {
    out("name", group.name);
    out("ownerId", group.owner);
    out.if_any("environmentId", group.environment);
    for (const bool files : {false, true}) {
      out.key(files ? "secretFiles" : "envVars");
      out.begin_array();
      for (const GroupToMake::Value& one : group.values) {
        if (model::is_file_key(one.key) != files) continue;
        const Secret& value = one.body->values_.front();
        out.object([&](json::Writer& pair) {
          pair(files ? "name" : "key", model::name_of(one.key));
          pair(files ? "content" : "value", value.value_);
        });
        values.push_back(value);
      }
      out.end_array();
    }
    out("serviceIds", group.services);
  }));
  return std::make_shared<const SecretBody>(std::move(json), std::move(values));
}

model::Variable WrittenValue::describe(std::string_view key, const Secret& value,
                                       const Fingerprinter* fingerprinter, const model::DigestValue& digest) {
  model::Variable variable{.key = std::string(key), .facts = facts_of(value.value_)};
  if (fingerprinter != nullptr) variable.fingerprint = fingerprinter->of(value.value_);
  const bool looks_hidden = is_hidden(value.value_) || (variable.facts.empty && !model::is_file_key(key));
  if (digest && !looks_hidden)
    variable.digest = digest(model::kind_of(key), model::name_of(key), value.value_);
  return variable;
}

const std::vector<Secret>& WrittenValue::values_of(const Request& request) {
  return request.secret->values_;
}

bool WrittenValue::stands_in(std::string_view text, const Secret& value) {
  return text.find(value.value_) != std::string_view::npos;
}

std::string_view WrittenValue::body_of(const Request& request) {
  return request.secret ? std::string_view(request.secret->json_.value_) : std::string_view(request.body);
}

Result<std::vector<std::optional<Secret>>> values_held(const Response& group,
                                                       const std::vector<std::string>& keys) {
  Held held;
  for (const std::string& key : keys) held.emplace(key, std::nullopt);
  using Values = std::vector<std::optional<Secret>>;
  return read_object<Values>(group, [&](const Node& node) {
    return collect(node, "envVars", "key", "value", "", held)
        .and_then([&] { return collect(node, "secretFiles", "name", "content", model::file_prefix, held); })
        .map([&] {
          Values values;
          for (const std::string& key : keys) values.push_back(std::move(held.at(key)));
          return values;
        });
  });
}

}  // namespace envlink::api
