#pragma once
// The command line and its environment as a value.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/time.h"
#include "plan/plan_options.h"

namespace envlink::cli {

enum class Command {
  init,
  plan,
  apply,
  verify,
  explain,
  status,
  groups,
  rehearse,
  resume,
  rollback,
  runs,
  report,
  validate,
  emulate,
  doctor,
  completion,
  version
};
enum class GroupsAction { list, show, link, unlink };
enum class Shell { bash, zsh, fish };
enum class Output { text, json, jsonl };

struct Options {
  Command command = Command::plan;
  std::string file = "envlink.yaml";
  Output output = Output::text;
  std::string env_file;  // empty: .env beside the file
  bool yes = false;
  bool no_input = false;
  bool no_color = false;
  bool quiet = false;
  bool verbose = false;
  bool detailed_exitcode = false;
  bool health = false;
  plan::PlanOptions extra;  // --redeploy
  GroupsAction action = GroupsAction::list;
  std::string group;
  std::vector<std::string> services;
  Duration lock_wait{0};
  bool anew = false;        // leave an unfinished run as it stands
  std::int64_t run = 0;     // a run's number; 0: the newest
  std::string plan_out;     // plan --out; empty: no file is written
  std::string sarif;        // plan --sarif; empty: no file is written
  std::string junit;        // verify --junit; likewise
  std::string plan_file;    // apply PLAN, rehearse PLAN; empty: a plan is made
  std::string expect_hash;  // --expect-hash; empty: any plan will do
  bool html = false;        // report --html
  std::string out;          // report --out; empty: to stdout
  std::string blueprint;    // --from-blueprint; empty: from the workspace
  std::string workspace_file;
  std::string service;  // a name or an id
  std::string key;      // of a variable; empty: all
  std::uint16_t port = 0;
  double speed = 1.0;
  std::string faults_file;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> fail;
  Shell shell = Shell::bash;
  std::vector<std::string> words;  // up to and with the one at the cursor
};

/// Nothing to run: help was asked for, or the command line is wrong.
struct Farewell {
  int exit_code = 0;
  std::string result;  // for stdout
  std::string talk;    // for stderr
};

/// RENDER_OUTPUT is read as well, for the commands that have -o.
tl::expected<Options, Farewell> parse_options(int argc, const char* const* argv);

}  // namespace envlink::cli
