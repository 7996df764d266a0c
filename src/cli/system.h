#pragma once
// What the process finds around it: its streams, environment variables, and whole files, which are read,
// replaced, or made where none was.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/credentials.h"
#include "yaml/document.h"

namespace envlink::cli {

/// Opens those of stdin, stdout and stderr that the process was started without. The next file that is opened
/// would become one of them, and be written into. To write to such a stdout fails.
void occupy_closed_streams();

/// An environment variable; unset and empty are the same.
std::optional<std::string> environment(const std::string& name);

config::ProcessEnvironment process_environment();

/// A whole file of at most so many bytes; nullopt when it is not there.
Result<std::optional<std::string>> read_file(const std::string& path, std::size_t most = yaml::max_file_size);

/// A file that has to be there; `cure`: what to do where it is not.
Result<std::string> read_existing_file(const std::string& path, std::string cure,
                                       std::size_t most = yaml::max_file_size);

/// The whole file or none of it, readable by its owner alone. Replaces a file, and nothing that is none.
Result<void> write_file(const std::string& path, std::string_view bytes);

/// Writes the whole file or nothing, readable by everybody, and never over another: also not over one that
/// appeared meanwhile.
Result<void> write_new_file(const std::string& path, std::string_view text);
/// Also true for a link that leads nowhere.
bool is_there(const std::string& path);
/// What to say when `path` is taken.
Error taken(const std::string& path);

}  // namespace envlink::cli
