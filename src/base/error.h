#pragma once
// An error for the user: what happened, why, and what to do now.

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace envlink {

enum class ErrorKind {
  general,         // exit 1: network, server, file
  authentication,  // exit 3
  refused,         // exit 4: preflight or policy
  usage,           // exit 64
  held,            // exit 8: another run holds the lock, or the plan is stale
  interrupted,     // exit 130: by a signal
  no_file,         // exit 1: the file does not exist yet
  too_new,         // exit 1: a newer envlink wrote it
  unreachable,     // exit 1: the team store cannot be used now
};

struct Error {
  ErrorKind kind = ErrorKind::general;
  std::string what{};        // one sentence: what happened, to what
  std::string why{};         // the cause if known; may be empty
  std::string cure{};        // what to do now; may be empty
  std::string request_id{};  // Render's `Render-Request-Id`, if the reply had one
  std::string text{};        // shown instead of all of these: a file's problems, each with its line
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The first line is `what`; then, indented and only if set, "why: …", "→ cure" and "(request id …)". No
/// final newline. If `text` is set, only that.
std::string describe(const Error& error);

}  // namespace envlink
