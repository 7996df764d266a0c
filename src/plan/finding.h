#pragma once
// What the preflight of a plan found.

#include <string>

#include "base/place.h"
#include "model/desired.h"

namespace envlink::plan {

using model::Severity;

struct Finding {
  std::string id;  // that of its kind, see finding_kind.h
  Severity severity = Severity::error;
  std::string subject;     // "service toolboxai-backend"
  std::string what;        // one sentence
  std::string cure;        // what to do; may be empty
  Place place;             // in envlink.yaml, where it stems from there
  std::string variable{};  // the key that it is about; may be empty
  std::string policy{};    // why the file changed its severity or ignores it; may be empty
  bool operator==(const Finding&) const = default;
};

}  // namespace envlink::plan
