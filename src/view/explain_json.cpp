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

json::array group_array(const std::vector<plan::ExplainedGroup>& groups) {
  json::array all;
  for (const auto& group : groups) {
    auto object = named(group.id.text(), group.name);
    object["variables"] = group.variables ? json::value(*group.variables) : json::value(nullptr);
    all.emplace_back(std::move(object));
  }
  return all;
}

json::array variable_array(const std::vector<plan::ExplainedVariable>& variables) {
  json::array all;
  for (const auto& variable : variables) {
    json::array sources;
    for (const auto& source : variable.sources) sources.emplace_back(source_object(source));
    all.push_back({{"key", json_text(variable.key)},
                   {"rule", word_of(variable.rule)},
                   {"guaranteed", variable.guaranteed()},
                   {"why", plan::why(variable.rule)},
                   {"sources", std::move(sources)}});
  }
  return all;
}

/// A key that goes away has no source left, so it has no rule either.
json::value after_apply(const std::optional<plan::AfterApply>& after) {
  if (!after) return nullptr;
  std::vector<plan::ExplainedVariable> reaching;
  json::array gone;
  for (const auto& variable : after->variables) {
    if (variable.sources.empty()) {
      gone.emplace_back(json_text(variable.key));
    } else {
      reaching.push_back(variable);
    }
  }
  return {{"linked", group_array(after->linked)},
          {"unlinked", group_array(after->unlinked)},
          {"variables", variable_array(reaching)},
          {"gone", std::move(gone)}};
}

}  // namespace

std::string explanation_json(const plan::Explanation& explanation) {
  auto service = named(explanation.service.text(), explanation.name);
  service["type"] = to_string(explanation.type);
  const auto& asked = explanation.asked;
  return pretty(json::object{{"version", 1},
                             {"workspace", named(explanation.owner.id.text(), explanation.owner.name)},
                             {"service", std::move(service)},
                             {"asked", asked.empty() ? json::value(nullptr) : json::value(json_text(asked))},
                             {"groups", group_array(explanation.groups)},
                             {"variables", variable_array(explanation.variables)},
                             {"after_apply", after_apply(explanation.after)}});
}

}  // namespace envlink::view
