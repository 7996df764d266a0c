#include "cli/exit_code.h"

namespace envlink::cli {

int exit_code_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::general:
      return exit_codes::error;
    case ErrorKind::authentication:
      return exit_codes::authentication;
    case ErrorKind::refused:
      return exit_codes::refused;
    case ErrorKind::usage:
      return exit_codes::usage;
    case ErrorKind::held:
      return exit_codes::held;
    case ErrorKind::interrupted:
      return exit_codes::interrupted;
  }
  return exit_codes::error;
}

}  // namespace envlink::cli
