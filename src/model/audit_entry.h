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
  std::string event{};  // Render's word: "UpdateEnvVarsEvent". A word that is not known stays as it is
  bool succeeded = false;
  std::string actor{};  // an e-mail address, or else an id, or else Render's word for who it was
  /// What it was about: whatever looks like an id. Under which names Render tells them is unknown.
  std::vector<std::string> ids{};

  bool is_about(const std::string& subject) const {
    return std::find(ids.begin(), ids.end(), subject) != ids.end();
  }
  bool operator==(const AuditEntry&) const = default;
};

}  // namespace envlink::model
