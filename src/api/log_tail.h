#pragma once
// The last lines of a log, safe to show and store.

#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "api/redaction.h"
#include "base/error.h"

namespace envlink::api {

constexpr std::size_t log_lines_kept = 20;
constexpr std::size_t log_columns_kept = 300;

/// `response`: a reply of GET /logs. Its last lines are oldest first, masked, without escape sequences and
/// blank lines, cleaned, then cut. Never returns an unmasked line.
Result<std::vector<std::string>> parse_log_tail(const Response& response, const Redactor& redactor,
                                                std::size_t most_lines = log_lines_kept);

/// Removes whole terminal escape sequences, because cleaning alone would leave their letters: CSI, OSC, DCS
/// and shorter ones, in 7-bit form and in 8-bit form as UTF-8. An unterminated one extends to the end of its
/// line.
std::string without_escapes(std::string_view text);

/// The lines of one log message, processed the same way but without a limit.
std::vector<std::string> log_lines_of(std::string_view message, const Redactor& redactor);

}  // namespace envlink::api
