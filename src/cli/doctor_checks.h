#pragma once
// The checks of `doctor`, apart by what they look at.

#include <optional>
#include <string>
#include <vector>

#include "api/message.h"
#include "cli/command.h"
#include "config/credentials.h"
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

/// One request and what came of it, with the local time of the answer.
struct Probe {
  api::Request request;
  api::Outcome outcome;
  Time asked{};
  Time answered{};
};
Probe ask_render(const config::Credentials& credentials);
/// Key, host, TLS, clock, workspace and rate limits, as far as that answer tells.
void check_api(const config::Credentials& credentials, const Probe& probe, view::DoctorResult& result);

}  // namespace envlink::cli
