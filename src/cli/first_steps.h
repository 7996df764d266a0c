#pragma once
// What somebody does before the first plan.

#include <string>

namespace envlink::cli {

struct Missing {
  bool key = false;
  bool file = false;
};

/// Says what is missing and lists the steps in their order, those that are done left out. `file`: its name.
std::string first_steps(Missing missing, const std::string& file);

}  // namespace envlink::cli
