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

/// What the command prints on stdout, which is shown nowhere; its stderr is passed through. It runs without a
/// shell, in `folder` (empty: the current one), with empty stdin and without own_keys (source/named.h) or any
/// open file.
///
/// Fails if it cannot be started, does not exit with 0, prints more than 1 MiB, takes longer than `most`, or
/// uses the terminal. Its process group is killed in these cases, and when this process gets SIGINT, SIGTERM,
/// SIGHUP or SIGQUIT: the signal is delivered after that, and if the process survives it the error is
/// ErrorKind::interrupted. Errors show only the first word of the command.
Result<Wiped> output_of(const std::vector<std::string>& command, std::chrono::milliseconds most = most_time,
                        const std::string& folder = {});

Result<Secret> from_command(const std::vector<std::string>& command, FinalBreak final_break,
                            const std::string& folder = {});

/// What errors call its output.
std::string output_called(const std::vector<std::string>& command);

}  // namespace envlink::source
