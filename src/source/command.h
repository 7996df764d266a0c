#pragma once
// A value that another program prints, such as a password manager.

#include <chrono>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "source/value.h"
#include "source/wiped.h"

namespace envlink::source {

constexpr std::chrono::milliseconds most_time{30'000};

/// What the command prints on stdout, which nobody else sees; its stderr is ours. It is run without a shell,
/// in `folder` (empty: in ours), its stdin is empty, and it gets neither RENDER_API_KEY nor any open file of
/// ours.
///
/// Fails where it cannot be started, does not exit with 0, prints more than 1 MiB, needs longer than `most`,
/// or wants the terminal. It has a process group of its own, which is killed then, and when this process is
/// told to end (SIGINT, SIGTERM, SIGHUP, SIGQUIT): such a signal is delivered after that, and the error is
/// ErrorKind::interrupted if the process survives it. No error holds more of the command than its first word.
Result<Wiped> output_of(const std::vector<std::string>& command, std::chrono::milliseconds most = most_time,
                        const std::string& folder = {});

Result<Secret> from_command(const std::vector<std::string>& command, FinalBreak final_break,
                            const std::string& folder = {});

/// How its output is called in an error.
std::string output_called(const std::vector<std::string>& command);

}  // namespace envlink::source
