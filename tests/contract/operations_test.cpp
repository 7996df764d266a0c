// Compares the emulator's table of operations with Render's API document.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <map>
#include <set>
#include <string>

#include "document.h"
#include "emulator/router.h"

namespace envlink::contract {
namespace {

namespace json = boost::json;
using emulator::Operation;
using emulator::Parameter;
using emulator::ParameterKind;

std::string name_of(const Operation& operation) {
  return fmt::format("{} {}", word(operation.method), operation.path);
}

// Render's own clients send it; the document has the path without the id, where it names no rule.
const std::set<std::string> undocumented = {"PATCH /services/{serviceId}/routes/{routeId}"};

/// "word, required: a b", as the document and the table have it.
std::string text_of(ParameterKind kind, bool required, const std::set<std::string>& words) {
  constexpr std::array<std::string_view, 5> kinds = {"text", "truth", "whole", "time", "word"};
  std::string text(kinds.at(static_cast<std::size_t>(kind)));
  if (required) text += ", required";
  for (const std::string& one : words) text += " " + one;
  return text;
}

std::map<std::string, std::string> parameters_of(const Operation& operation) {
  std::map<std::string, std::string> out;
  for (const Parameter& parameter : operation.query) {
    const std::set<std::string> words(parameter.words.begin(), parameter.words.end());
    out.emplace(parameter.name, text_of(parameter.kind, parameter.required, words));
  }
  return out;
}

std::string documented(const json::object& parameter) {
  const json::value& declared = document().follow(parameter.at("schema"));
  const bool list = declared.as_object().contains("items");
  const json::value* item = list ? &document().follow(declared.at("items")) : &declared;
  if (const json::value* any = item->as_object().if_contains("anyOf")) item = &document().follow(any->at(0));
  const json::object& schema = item->as_object();
  const json::value* type = schema.if_contains("type");
  ParameterKind kind = ParameterKind::text;
  std::set<std::string> words;
  if (type && *type == "boolean") kind = ParameterKind::truth;
  if (type && *type == "integer") kind = ParameterKind::whole;
  if (const json::value* format = schema.if_contains("format"); format && *format == "date-time")
    kind = ParameterKind::time;
  if (const json::value* known = schema.if_contains("enum")) {
    kind = ParameterKind::word;
    for (const json::value& one : known->as_array()) words.emplace(one.as_string());
  }
  const json::value* required = parameter.if_contains("required");
  return text_of(kind, required && required->as_bool(), words);
}

std::map<std::string, std::string> documented_parameters(const std::string& operation) {
  std::map<std::string, std::string> out;
  for (const json::value& one : document().operation(operation).at("parameters").as_array()) {
    const json::object& parameter = document().follow(one).as_object();
    if (parameter.at("in") == "query") out.emplace(parameter.at("name").as_string(), documented(parameter));
  }
  return out;
}

bool documents_a_body(const std::string& operation) {
  const json::value* body = document().operation(operation).if_contains("requestBody");
  const json::value* required = body ? document().follow(*body).as_object().if_contains("required") : nullptr;
  return required && required->as_bool();
}

TEST_CASE("the emulator's table has every operation of Render's document, once, and no other") {
  std::set<std::string> known;
  for (const Operation* operation : emulator::all_operations()) {
    CAPTURE(name_of(*operation));
    CHECK(known.insert(name_of(*operation)).second);
  }
  std::set<std::string> expected = document().operations();
  CHECK(expected.size() == 196);
  expected.insert(undocumented.begin(), undocumented.end());
  CHECK(known == expected);
}

TEST_CASE("the emulator checks the documented parameters and bodies of what it models") {
  int modelled = 0;
  for (const Operation* operation : emulator::all_operations()) {
    const std::string name = name_of(*operation);
    if (operation->handler == nullptr || undocumented.contains(name)) continue;
    CAPTURE(name);
    ++modelled;
    CHECK(operation->needs_body == documents_a_body(name));
    const auto expected = documented_parameters(name);
    const auto checked = parameters_of(*operation);
    for (const auto& [parameter, text] : expected) {
      CAPTURE(parameter);
      CHECK((checked.contains(parameter) ? checked.at(parameter) : "missing") == text);
    }
    for (const auto& [parameter, text] : checked) {
      CAPTURE(parameter);
      CHECK(expected.contains(parameter));
    }
  }
  CHECK(modelled > 90);
}

}  // namespace
}  // namespace envlink::contract
