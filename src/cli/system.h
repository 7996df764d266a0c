#pragma once
// The process's environment: streams, environment variables, and whole files to read, replace and create.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/credentials.h"
#include "yaml/document.h"

namespace envlink::cli {

/// Opens those of stdin, stdout and stderr that were closed at the start. Otherwise the next opened file
/// would take their place and be written to. Writing to such a stdout fails.
void occupy_closed_streams();

/// An environment variable; unset and empty are the same.
std::optional<std::string> environment(const std::string& name);

config::ProcessEnvironment process_environment();

/// A whole file of at most `most` bytes; nullopt if it does not exist.
Result<std::optional<std::string>> read_file(const std::string& path, std::size_t most = yaml::max_file_size);

/// A file that must exist; `cure`: what to do otherwise.
Result<std::string> read_existing_file(const std::string& path, std::string cure,
                                       std::size_t most = yaml::max_file_size);

enum class Readers { owner, everybody };
/// Replaces a file atomically. Fails if `path` is not a regular file.
Result<void> write_file(const std::string& path, std::string_view bytes, Readers readers = Readers::owner);

/// Creates a file atomically, readable by everybody. Never overwrites one, even if created meanwhile.
Result<void> write_new_file(const std::string& path, std::string_view text);
/// True also for a broken link.
bool is_there(const std::string& path);
/// The error if `path` exists.
Error taken(const std::string& path);

}  // namespace envlink::cli
