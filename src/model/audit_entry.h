#pragma once
// One entry of a workspace's audit log: who did what, when. Only some of Render's plans offer the log.

#include <algorithm>
#include <string>
#include <vector>

#include "base/time.h"

namespace envlink::model {

struct AuditEntry {
  std::string id{};
  Time at{};
  std::string event{};  // Render's word: "UpdateEnvVarsEvent". Unknown words are kept unchanged
  bool succeeded = false;
  std::string actor{};  // an e-mail address, else an id, else Render's word for the actor
  /// The objects of the entry: every text that looks like an id. Render's names for these fields are unknown.
  std::vector<std::string> ids{};

  bool is_about(const std::string& subject) const {
    return std::find(ids.begin(), ids.end(), subject) != ids.end();
  }
  bool operator==(const AuditEntry&) const = default;
};

}  // namespace envlink::model
