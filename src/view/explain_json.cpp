#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json.h"
#include "view/json_printer.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

std::string_view word_of(plan::Rule rule) {
  switch (rule) {
    case plan::Rule::only:
      return "only";
    case plan::Rule::own:
      return "own";
    case plan::Rule::newest_group:
      return "newest_group";
    case plan::Rule::unsettled:
      return "unsettled";
  }
  return "unsettled";
}

std::string_view word_of(model::Sameness sameness) {
  switch (sameness) {
    case model::Sameness::equal:
      return "equal";
    case model::Sameness::different:
      return "different";
    case model::Sameness::unknown:
      return "unknown";
  }
  return "unknown";
}

json::object source_object(const plan::ExplainedSource& source) {
  const auto& facts = source.facts;
  return {
      {"from", source.group ? "group" : "service"},
      {"group", source.group ? json::value(named(source.group->text(), source.name)) : json::value(nullptr)},
      {"compared", word_of(source.sameness)},
      {"told", facts.told},
      {"empty", facts.empty},
      {"placeholder", facts.placeholder},
      {"stray_space", facts.stray_space},
      {"quoted", facts.quoted}};
}

}  // namespace

std::string explanation_json(const plan::Explanation& explanation) {
  json::array groups;
  for (const auto& group : explanation.groups) {
    auto object = named(group.id.text(), group.name);
    object["variables"] = group.variables ? json::value(*group.variables) : json::value(nullptr);
    groups.emplace_back(std::move(object));
  }
  json::array variables;
  for (const auto& variable : explanation.variables) {
    json::array sources;
    for (const auto& source : variable.sources) sources.emplace_back(source_object(source));
    variables.push_back({{"key", json_text(variable.key)},
                         {"rule", word_of(variable.rule)},
                         {"guaranteed", variable.guaranteed()},
                         {"why", plan::why(variable.rule)},
                         {"sources", std::move(sources)}});
  }
  auto service = named(explanation.service.text(), explanation.name);
  service["type"] = to_string(explanation.type);
  const auto& asked = explanation.asked;
  return pretty(json::object{{"version", 1},
                             {"workspace", named(explanation.owner.id.text(), explanation.owner.name)},
                             {"service", std::move(service)},
                             {"asked", asked.empty() ? json::value(nullptr) : json::value(json_text(asked))},
                             {"groups", std::move(groups)},
                             {"variables", std::move(variables)}});
}

}  // namespace envlink::view
