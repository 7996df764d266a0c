#pragma once
// What may stand at the place of the cursor. Pure.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/description.h"

namespace envlink::cli {

/// Names in the file `name`, which may not be there.
using NamesIn = std::function<std::vector<std::string>(const std::string& file, ValueKind kind)>;

struct Candidate {
  std::string word;
  std::string does;  // may be empty
};

struct Completion {
  std::vector<Candidate> candidates;  // that begin with the word so far
  bool files = false;                 // files as well
};

/// `words`: what stands behind the program's name, up to and with the word at the cursor, which may be empty.
Completion complete(std::span<const CommandDescription> commands, std::vector<std::string> words,
                    const NamesIn& names);

}  // namespace envlink::cli
