#pragma once
// The help texts that are more than a list of flags.

#include <string_view>

namespace envlink::cli::help {

extern const std::string_view overview;
extern const std::string_view init;
extern const std::string_view plan;
extern const std::string_view apply;
extern const std::string_view verify;
extern const std::string_view status;
extern const std::string_view groups;
extern const std::string_view rehearse;
extern const std::string_view explain;
extern const std::string_view resume;
extern const std::string_view rollback;
extern const std::string_view runs;
extern const std::string_view report;
extern const std::string_view validate;
extern const std::string_view emulate;
extern const std::string_view version;

/// What to write into a first envlink.yaml, and where the key goes.
extern const std::string_view first_file;

}  // namespace envlink::cli::help
