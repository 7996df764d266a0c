#pragma once
// What may become the value of a variable or the content of a secret file, wherever it comes from.

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace envlink::source {

constexpr std::size_t most_bytes = std::size_t{1} << 20U;

/// What becomes of one line break, \n or \r\n, at the end. A command and an editor write one that is no part
/// of a variable's value; a secret file keeps its bytes.
enum class FinalBreak { taken_off, kept };
FinalBreak final_break_of(std::string_view key);

/// Refused: NUL, what is not UTF-8, more than `most_bytes`. `origin` is how the source is called in an error:
/// "standard input". An error tells a place, never what stands there.
Result<void> check_text(std::string_view bytes, std::string_view origin);

/// The part of `bytes` that is the value: the same checks, and it is not empty.
Result<std::string_view> value_in(std::string_view bytes, FinalBreak final_break, std::string_view origin);

/// The same, copied into a Secret. `bytes` are the caller's to overwrite.
Result<Secret> secret_in(std::string_view bytes, FinalBreak final_break, std::string_view origin);

}  // namespace envlink::source
