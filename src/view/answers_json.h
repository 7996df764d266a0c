#pragma once
// What small commands answer with -o json: runs, validate and init.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "base/time.h"
#include "model/outcome.h"

namespace envlink::view {

struct ListedRun {
  std::int64_t number = 0;
  std::string workspace;  // its id
  std::string file;
  std::string user;
  std::string host;
  Time began{};
  std::optional<Time> ended;
  std::optional<model::Outcome> outcome;  // unset: unfinished
  std::optional<std::int64_t> undoes;
};
std::string runs_json(const std::vector<ListedRun>& runs);

struct FileProblem {
  Place place;  // line 0: about the whole file
  std::string what;
  std::string cure;
};
struct Validation {
  std::string file;
  std::size_t services = 0;
  std::size_t groups = 0;
  std::vector<FileProblem> problems;
};
std::string validation_json(const Validation& validation);

struct WrittenFile {
  std::string file;
  std::vector<std::string> groups;
  std::vector<std::string> services;
  std::vector<std::string> unlinked;  // in no group: written as comments
  std::vector<std::string> left_out;  // what the file cannot name, and why
};
std::string init_json(const WrittenFile& written);

}  // namespace envlink::view
