#pragma once
// The help texts that are more than a list of flags.

#include <string>
#include <string_view>

namespace envlink::cli::help {

/// What envlink says alone: the list is made from the description of the commands.
std::string overview();
/// Before and after that list.
extern const std::string_view overview_head;
extern const std::string_view overview_tail;
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
extern const std::string_view doctor;
extern const std::string_view completion;
extern const std::string_view version;

/// Parts of the manual page.
extern const std::string_view exit_codes;
extern const std::string_view environment;
extern const std::string_view files;

}  // namespace envlink::cli::help
