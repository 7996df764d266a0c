#include "api/variable_reader.h"

#include "api/value_facts.h"

namespace envlink::api {

Result<model::Variable> decode_variable(const Node& node, const Fingerprinter* fingerprinter) {
  model::Variable variable;
  variable.key = node.text("key");
  if (variable.key.empty()) return fail(unreadable(node.path_of("key"), "is missing"));
  const json::Value* value = node.get("value");
  if (value == nullptr || !value->is_text()) return variable;
  const std::string_view text = value->text;
  variable.facts = facts_of(text);
  if (fingerprinter != nullptr) variable.fingerprint = fingerprinter->of(text);
  return variable;
}

}  // namespace envlink::api
