#pragma once
// Reads the end of a service's log so that no secret in it is shown: first every value that may occur in it,
// for masking, then the log, then the list of groups once more. If a value cannot be known, no line is shown.
// Pure: whoever drives it sends its requests and passes the answers on.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/log_tail.h"
#include "api/message.h"
#include "api/redaction.h"
#include "engine/listing.h"
#include "engine/request_scheduler.h"
#include "model/deploy.h"
#include "model/group.h"
#include "model/value_digest.h"
#include "plan/history.h"

namespace envlink::engine {

/// The pause before something is read again that had not arrived at Render yet.
inline constexpr Duration read_again_after = std::chrono::seconds(2);

/// A deploy that failed or was canceled prints nothing later; unset for any other.
std::optional<Time> printed_all_by(const model::Deploy& deploy);
/// The same for one of these deploys, which a newer one may have replaced; unset: it may still print.
std::optional<Time> printed_all_by(const model::Deploy& deploy,
                                   const std::vector<model::Deploy>& newest_first);

/// Whose log, and which part of it.
struct LogOf {
  OwnerId workspace{};
  ServiceId service{};
  model::Deploy deploy{};  // its status says which logs are read
  Time from{};
  std::optional<Time> until{};
  int tries = 1;  // an empty log is read so often
  std::size_t most_lines = api::log_lines_kept;
};

/// What was known before. What has changed since cannot be masked.
struct KnownBefore {
  std::map<GroupId, std::string> groups{};  // names of those that the service has or had
  std::set<GroupId> not_empty{};            // groups that had a variable
  model::DigestValue digest{};              // of the values below; empty: they are not compared
  std::map<GroupId, plan::Values> values{};
  std::optional<plan::Values> own{};  // the service's variables
};

/// Why no log is shown if values cannot be compared with those of before.
inline constexpr std::string_view nothing_to_compare_with =
    "without the digest key it is unknown which values changed";

class LogReading {
 public:
  /// Sends a read, which is repeated while that is safe.
  using Ask = std::function<RequestId(api::Request request)>;

  /// `redactor`: knows values from other sources.
  LogReading(LogOf log, KnownBefore before, api::Redactor redactor);

  /// Begins to read what must be masked.
  void begin(const Ask& ask);
  /// No line may be shown, for this reason. Instead of `begin`.
  void refuse(std::string why);

  bool awaits(RequestId request) const { return open_.contains(request); }
  /// Returns the group, if the answer is one that could be read.
  std::optional<model::Group> receive(Time now, const Delivery& delivery, const Ask& ask);

  /// Every value is known, and the log was not requested yet.
  bool learnt() const { return stage_ == Stage::learnt; }
  void read_log(const Ask& ask);
  /// The log was empty and is read again then, by `read_log`.
  std::optional<Time> again_at() const { return again_at_; }

  /// Nothing more is read. `why`: unless another reason is known already.
  void give_up(const std::string& why);
  bool finished() const { return stage_ == Stage::finished; }

  /// Lines that may be shown, the oldest first; once it has finished.
  const std::vector<std::string>& lines() const { return lines_; }
  /// Why there is no line; once it has finished.
  std::string why_no_lines() const;
  /// A value cannot be masked, so no line is shown.
  bool is_unmasked() const { return !unmasked_.empty(); }
  bool was_read() const { return unmasked_.empty() && trouble_.empty(); }
  /// Another text about the service, masked and cleaned; nothing if a value cannot be masked.
  std::vector<std::string> masked(std::string_view text) const;

 private:
  enum class Part { groups, group, variables, secret_files, log };
  enum class Stage { idle, learning, learnt, reading, checking, finished };

  void ask_for(Part part, api::Request request, const Ask& ask);
  void advance(const Ask& ask);
  void take_groups(const Delivery& delivery, const Ask& ask);
  std::optional<model::Group> take_group(const Delivery& delivery);
  void take_own(Part part, const Delivery& delivery, const Ask& ask);
  Result<api::Page<std::string>> learn_variables(const api::Response& response);
  Result<api::Page<std::string>> learn_files(const api::Response& response);
  void take_log(Time now, const Delivery& delivery);
  std::string changed_in(const model::Group& group) const;
  std::string hidden_in(const model::Group& group, std::size_t shown) const;
  std::string not_masked() const;

  LogOf log_;
  KnownBefore before_;
  api::Redactor redactor_;
  Stage stage_ = Stage::idle;
  std::map<RequestId, Part> open_;
  std::map<Part, Listing> lists_;
  bool all_known_ = false;            // that must be masked
  std::set<GroupId> to_mask_;         // groups of the workspace
  std::vector<model::Variable> own_;  // the service's variables
  std::optional<Time> again_at_;
  std::string unmasked_;  // why a value in the log could not be masked
  std::string trouble_;   // why the log was not read
  std::vector<std::string> lines_;
};

/// Why the answer tells nothing of `what`. `unread`: of a success, why it could not be read.
std::string why_unread(const Delivery& delivery, std::string_view what, const Error& unread);

/// Where a person reads the log of that service: the address in the Dashboard, or how to find it.
std::string where_log_is(const std::string& dashboard_url, std::string_view service_name);

}  // namespace envlink::engine
