#pragma once
// What is wrong with the journal, in the words a user needs.

#include <string>
#include <string_view>

#include "base/error.h"
#include "journal/sqlite.h"

namespace envlink::journal {

Error trouble(std::string what, std::string why, std::string cure);
Error damaged(const std::string& path, std::string_view why);
/// A newer envlink wrote it: `what` says what cannot be read.
Error too_new(std::string what, std::string why);
/// What to do about this errno of a file or folder of envlink's.
std::string cure_for(int reason);
Error explain(const std::string& path, const sqlite::Failure& failure);

}  // namespace envlink::journal
