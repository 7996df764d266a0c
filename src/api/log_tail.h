#pragma once
// The last lines of a log, fit to be shown and stored.

#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "api/redaction.h"
#include "base/error.h"

namespace envlink::api {

constexpr std::size_t log_lines_kept = 20;
constexpr std::size_t log_columns_kept = 300;

/// `response`: a reply of GET /logs. Oldest first, masked, without escape sequences and blank lines, cleaned,
/// then cut. A line leaves this function masked or not at all.
Result<std::vector<std::string>> parse_log_tail(const Response& response, const Redactor& redactor);

/// Terminal escape sequences are taken out whole: cleaning alone would leave their letters behind. CSI, OSC,
/// DCS and the shorter ones, in their 7-bit form and in the 8-bit one of UTF-8. One that never ends goes up
/// to the end of its line.
std::string without_escapes(std::string_view text);

/// One message of a log as lines, treated the same way but not counted.
std::vector<std::string> log_lines_of(std::string_view message, const Redactor& redactor);

}  // namespace envlink::api
