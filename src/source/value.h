#pragma once
// Checks for the value of a variable or the content of a secret file from any source.

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace envlink::source {

constexpr std::size_t most_bytes = std::size_t{1} << 20U;

/// Whether one final line break, \n or \r\n, is kept. Commands and editors add one that is not part of a
/// variable's value; a secret file keeps it.
enum class FinalBreak { taken_off, kept };
FinalBreak final_break_of(std::string_view key);

/// Refuses NUL, invalid UTF-8, and more than `most_bytes`. `origin` is the source's name in errors: "standard
/// input". An error names the place, never the content.
Result<void> check_text(std::string_view bytes, std::string_view origin);

/// The part of `bytes` that is the value. Makes the same checks and refuses an empty one.
Result<std::string_view> value_in(std::string_view bytes, FinalBreak final_break, std::string_view origin);

/// The same, copied into a Secret. The caller must overwrite `bytes`.
Result<Secret> secret_in(std::string_view bytes, FinalBreak final_break, std::string_view origin);

}  // namespace envlink::source
