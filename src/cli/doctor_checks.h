#pragma once
// The checks of `doctor`, apart by what they look at.

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "view/doctor_result.h"

namespace envlink::cli {

/// What is on this machine: the version, the file, the proxy, the terminal.
std::vector<view::Check> check_local(const CommonOptions& options);
/// The folder of the journal, the journal itself, and runs that were broken off.
std::vector<view::Check> check_journal();

/// A proxy that the environment names, and the variable that does.
struct Proxy {
  std::string variable;
  std::string host;  // without what may be a password in front of it
};
std::optional<Proxy> proxy_in_use();

/// Key, host, TLS, clock, workspace and rate limits, as far as the answer to one request tells.
void check_render(const CommonOptions& options, view::DoctorResult& result);

view::Check from_error(const char* id, const Error& error);

}  // namespace envlink::cli
