// The queries of requests: style, type, bounds and words of each parameter.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <map>

#include "document.h"

namespace envlink::contract {
namespace {

namespace json = boost::json;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ec == std::errc{}) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

template <class Number>
json::value number_of(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end ? json::value(number) : json::value(text);
}

/// The text of a query as a value of the declared type; as text if it is none.
json::value value_of(std::string_view type, std::string_view text) {
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "integer") return number_of<std::int64_t>(text);
  if (type == "number") return number_of<double>(text);
  return json::value(text);
}

std::string_view type_of(const json::value& schema) {
  const json::value* type = schema.as_object().if_contains("type");
  return type ? std::string_view(type->as_string()) : std::string_view();
}

}  // namespace

void Document::check_parameter(const json::object& parameter, const std::vector<std::string_view>& values,
                               Findings& findings) const {
  const std::string name(parameter.at("name").as_string());
  const json::value& schema = follow(parameter.at("schema"));
  const bool list = type_of(schema) == "array";
  // OpenAPI's default for a list in a query: name=a&name=b.
  const json::value* explode = parameter.if_contains("explode");
  const bool by_comma = list && explode && *explode == false;
  if (values.size() > 1 && (!list || by_comma)) findings.insert(name + ": repeated");
  const json::value& one = list ? follow(schema.at("items")) : schema;
  for (const std::string_view value : values) {
    const auto items = by_comma ? split(value, ',') : std::vector<std::string_view>{value};
    for (const std::string_view item : items) {
      check(one, value_of(type_of(one), decoded(item)), name, findings);
    }
  }
}

Findings Document::check_query(const std::string& name, std::string_view query) const {
  std::map<std::string, std::vector<std::string_view>, std::less<>> given;
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    given[decoded(pair.substr(0, equals))].push_back(pair.substr(std::min(equals + 1, pair.size())));
  }
  Findings findings;
  for (const json::value& reference : operation(name).at("parameters").as_array()) {
    const json::object& parameter = follow(reference).as_object();
    if (parameter.at("in") != "query") continue;
    const auto found = given.find(std::string_view(parameter.at("name").as_string()));
    if (found != given.end()) {
      check_parameter(parameter, found->second, findings);
      given.erase(found);
    } else if (const json::value* required = parameter.if_contains("required");
               required && *required == true) {
      findings.insert(std::string(parameter.at("name").as_string()) + ": missing");
    }
  }
  for (const auto& [unknown, values] : given) findings.insert(unknown + ": undeclared");
  return findings;
}

}  // namespace envlink::contract
