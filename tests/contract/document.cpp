#include "document.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "base/time.h"

namespace envlink::contract {
namespace {

namespace json = boost::json;

std::string_view text(const json::value& value) {
  return {value.as_string().data(), value.as_string().size()};
}

std::string lower(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

bool fits(std::string_view pattern, std::string_view path) {
  const auto wanted = segments(pattern);
  const auto given = segments(path);
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](std::string_view a, std::string_view b) { return a.starts_with('{') || a == b; });
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  return type == "number" && value.is_number();
}

const json::value* json_schema(const json::value& holder) {
  const json::value* content = holder.as_object().if_contains("content");
  return content ? &content->at("application/json").at("schema") : nullptr;
}

void check_string(const json::object& schema, std::string_view value, const std::string& at,
                  Findings& findings) {
  const json::value* format = schema.if_contains("format");
  if (format && *format == "date-time" && !parse_rfc3339(value)) findings.insert(at + ": no date-time");
  const json::value* pattern = schema.if_contains("pattern");
  if (pattern && !std::regex_search(std::string(value), std::regex(std::string(text(*pattern))))) {
    findings.insert(at + ": does not match its pattern");
  }
}

void check_number(const json::object& schema, const json::value& value, const std::string& at,
                  Findings& findings) {
  const auto number = value.to_number<double>();
  const json::value* least = schema.if_contains("minimum");
  if (least && number < least->to_number<double>())
    findings.insert(fmt::format("{}: below {}", at, json::serialize(*least)));
  const json::value* most = schema.if_contains("maximum");
  if (most && number > most->to_number<double>())
    findings.insert(fmt::format("{}: above {}", at, json::serialize(*most)));
}

/// "webService" for "web_service".
std::string camel_case(std::string_view word) {
  std::string out;
  bool up = false;
  for (const char c : word) {
    if (c != '_') out += up ? static_cast<char>(c - 'a' + 'A') : c;
    up = c == '_';
  }
  return out;
}

}  // namespace

const Document& document() {
  static const Document loaded = [] {
    std::ifstream file(ENVLINK_CONTRACT_DIR "/render-openapi-extract.json");
    std::stringstream text;
    text << file.rdbuf();
    return Document(json::parse(text.str()));
  }();
  return loaded;
}

Document::Document(json::value root) : root_(std::move(root)) {}

std::string Document::operation_of(api::Method method, std::string_view path) const {
  for (const auto& [pattern, methods] : root_.at("paths").as_object()) {
    if (!methods.as_object().contains(lower(api::to_string(method)))) continue;
    if (fits(pattern, path)) return fmt::format("{} {}", api::to_string(method), std::string_view(pattern));
  }
  return {};
}

const json::object& Document::operation(const std::string& name) const {
  const std::size_t space = name.find(' ');
  return root_.at("paths").at(name.substr(space + 1)).at(lower(name.substr(0, space))).as_object();
}

std::set<std::string> Document::operations() const {
  std::set<std::string> names;
  for (const auto& [path, item] : root_.at("paths").as_object()) {
    for (const std::string_view method : words_of<api::Method>) {
      if (item.as_object().contains(lower(method)))
        names.insert(fmt::format("{} {}", method, std::string_view(path)));
    }
  }
  return names;
}

const json::value* Document::reply_schema(const std::string& name, int status, bool& declared) const {
  const json::value* reply = operation(name).at("responses").as_object().if_contains(fmt::to_string(status));
  declared = reply != nullptr;
  return reply ? json_schema(follow(*reply)) : nullptr;
}

const json::value* Document::body_schema(const std::string& name) const {
  const json::value* body = operation(name).if_contains("requestBody");
  return body ? json_schema(*body) : nullptr;
}

const json::value& Document::component(std::string_view schema) const {
  return root_.at("components").at("schemas").at(schema);
}

const json::value& Document::follow(const json::value& schema) const {
  const json::value* at = &schema;
  while (const json::value* reference = at->as_object().if_contains("$ref")) {
    at = &root_.at_pointer(text(*reference).substr(1));
  }
  return *at;
}

/// The schemas that apply together: the schema itself and those in its allOf.
void Document::collect(const json::value& schema, Parts& parts) const {
  const json::object& object = follow(schema).as_object();
  parts.push_back(&object);
  if (const json::value* all = object.if_contains("allOf")) {
    for (const json::value& part : all->as_array()) collect(part, parts);
  }
}

Findings Document::check(const json::value& schema, const json::value& value) const {
  Findings findings;
  check(schema, value, "", findings);
  return findings;
}

void Document::check(const json::value& schema, const json::value& value, const std::string& at,
                     Findings& findings) const {
  Parts parts;
  collect(schema, parts);
  for (const json::object* part : parts) {
    const json::value* nullable = part->if_contains("nullable");
    if (value.is_null() && nullable && *nullable == true) return;
    const json::value* type = part->if_contains("type");
    if (type && !has_type(value, text(*type))) {
      findings.insert(fmt::format("{}: {} where a value of type {} is declared", at,
                                  value.is_null() ? "null" : "another type", text(*type)));
      return;
    }
    if (const json::value* words = part->if_contains("enum")) {
      const auto& list = words->as_array();
      if (std::find(list.begin(), list.end(), value) == list.end()) {
        findings.insert(fmt::format("{}: undeclared word {}", at, json::serialize(value)));
      }
    }
    if (value.is_string()) check_string(*part, text(value), at, findings);
    if (value.is_number()) check_number(*part, value, at, findings);
    for (const char* kind : {"oneOf", "anyOf"}) {
      if (const json::value* choices = part->if_contains(kind)) check_choice(*choices, value, at, findings);
    }
    if (const json::value* items = part->if_contains("items"); items && value.is_array()) {
      for (const json::value& item : value.as_array()) check(*items, item, at + "[*]", findings);
    }
  }
  if (value.is_object()) check_object(parts, value.as_object(), at, findings);
}

/// One choice must match completely. If none does, the findings are those of the closest one.
void Document::check_choice(const json::value& choices, const json::value& value, const std::string& at,
                            Findings& findings) const {
  Findings best;
  bool first = true;
  for (const json::value& choice : choices.as_array()) {
    Findings these;
    check(choice, value, at, these);
    if (first || these.size() < best.size()) best = std::move(these);
    first = false;
  }
  findings.merge(best);
}

/// The choice for a field of an object whose own `type` names it, as webServiceDetails for web_service;
/// nullptr if there is none. The document has no discriminator.
const json::value* Document::choice_by_type(const json::value& schema, const json::object& holder) const {
  const json::value* choices = follow(schema).as_object().if_contains("oneOf");
  const json::value* type = holder.if_contains("type");
  if (!choices || !type || !type->is_string()) return nullptr;
  const std::string wanted = "/" + camel_case(text(*type)) + "Details";
  for (const json::value& choice : choices->as_array()) {
    const json::value* reference = choice.as_object().if_contains("$ref");
    if (reference && text(*reference).find(wanted) != std::string_view::npos) return &choice;
  }
  return nullptr;
}

void Document::check_object(const Parts& parts, const json::object& value, const std::string& at,
                            Findings& findings) const {
  bool closed = false;
  for (const json::object* part : parts) {
    closed = closed || part->contains("properties");
    if (const json::value* required = part->if_contains("required")) {
      for (const json::value& name : required->as_array()) {
        if (!value.contains(text(name))) findings.insert(fmt::format("{}.{}: missing", at, text(name)));
      }
    }
  }
  if (!closed) return;
  for (const auto& [name, member] : value) {
    const std::string place = fmt::format("{}.{}", at, std::string_view(name));
    bool declared = false;
    for (const json::object* part : parts) {
      const json::value* properties = part->if_contains("properties");
      const json::value* schema = properties ? properties->as_object().if_contains(name) : nullptr;
      if (!schema) continue;
      declared = true;
      const json::value* chosen = choice_by_type(*schema, value);
      check(chosen ? *chosen : *schema, member, place, findings);
    }
    if (!declared) findings.insert(place + ": undeclared");
  }
}

}  // namespace envlink::contract
