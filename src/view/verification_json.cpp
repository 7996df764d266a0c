#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json.h"
#include "view/verification_object.h"

namespace envlink::view {

namespace json = boost::json;

namespace {

json::object step_of(std::size_t number, std::string_view name, const plan::VerifiedStep& step) {
  return {{"step", number},
          {"name", name},
          {"passed", step.passed},
          {"title", json_text(step.title)},
          {"problems", json_texts(step.problems)}};
}

}  // namespace

json::object verification_object(const plan::Verification& verification) {
  constexpr std::array names = {"connection", "groups", "links", "deploys"};
  json::array steps;
  for (std::size_t i = 0; i < verification.steps.size(); ++i)
    steps.push_back(step_of(i + 1, names[i], verification.steps[i]));
  if (verification.health) steps.push_back(step_of(steps.size() + 1, "health", *verification.health));
  json::array services;
  for (const auto& service : verification.services) {
    services.push_back({{"id", json_text(service.id.text())},
                        {"name", json_text(service.name)},
                        {"freshness", to_string(service.freshness)},
                        {"because", json_text(service.because)}});
  }
  const auto& owner = verification.owner;
  return {{"passed", verification.passed()},
          {"workspace", named(owner.id.text(), owner.name)},
          {"steps", std::move(steps)},
          {"services", std::move(services)}};
}

std::string verification_json(const plan::Verification& verification) {
  json::object document{{"version", 1}};
  for (auto& [key, value] : verification_object(verification)) document[key] = std::move(value);
  return pretty(document);
}

}  // namespace envlink::view
