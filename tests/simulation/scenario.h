#pragma once
// The random parts of a case: a workspace and a file, then network faults and what colleagues do meanwhile.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "choices.h"
#include "emulator/workspace.h"
#include "model/desired.h"

namespace envlink::simulation {

/// The variable of each group that colleagues change.
constexpr std::string_view changing_key = "SETTING";
constexpr std::string_view first_value = "first";
/// The keys that are written: that variable, a new one, and a secret file.
constexpr auto written_keys = std::to_array<std::string_view>({changing_key, "ADDED", "file:settings.ini"});

struct WishedValue {
  std::string group_id;
  std::string key;
  std::optional<std::string> value;  // unset: remove the value
};

struct Hostility {
  double lose_before = 0;   // the connection is cut; no effect
  double lose_after = 0;    // takes effect; the answer is lost
  double late = 0;          // the connection is cut; takes effect seconds later
  double error_before = 0;  // 503; no effect
  double error_after = 0;   // 500; takes effect
  double limited = 0;       // 429 with Retry-After; no effect
  double refused = 0;       // no connection
  double garbage = 0;       // 200 with a body that is not JSON
  double old_deploy = 0;  // a deploy request is answered by 201 with the live deploy, with or without effect
  double twice = 0;       // the answer arrives again later
  double beforehand = 0;  // a colleague deploys the service just before a link request about it
  double kill = 0;        // at each call of a port: store, lock, network, frontend
  int most_kills = 0;
  double interrupt = 0;  // Ctrl-C, at each wait for the network
  int most_interrupts = 0;
  double disk_full = 0;  // at each write of the store, which then fails
  int most_disk_full = 0;
  double meddle = 0;  // at each write: a colleague does something within seconds
  int most_meddles = 0;
  double between = 0;       // colleagues do something between two processes
  double lose_machine = 0;  // the next command runs on another machine
  double damage = 0;        // at each call that loads or saves the history, which then fails
  int most_damage = 0;
  bool clock_jumps = false;    // between two processes; within one, the clock is steady
  int most_faults = 0;         // number of faults, then the network works
  bool from_the_start = true;  // faults also occur while the workspace is first read
  bool only_deploys = false;   // only deploy requests have faults
};

struct Act {
  enum class Kind {
    push,
    cancel_newest,
    link,
    unlink,
    storm,
    sleep,
    interrupt,
    settings,
    change_value,
    change_back,
    remove_value
  } kind = Kind::push;
  Duration after{};  // since the start
  std::string service_id;
  std::string group_id{};  // for link, unlink and values
  Duration lasts{};        // storm: every answer is 429; sleep: the machine's clock stands still
};

/// What the user types instead of `envlink apply`, then `envlink resume` while something is unfinished.
struct Habits {
  double applies_again = 0;           // apply instead of resume
  double anew = 0;                    // apply --anew
  double rolls_back = 0;              // rollback of the first run
  double declines = 0;                // answers a question with no
  double gives_another = 0;           // gives another value when resume asks for it again
  bool adopts = false;                // starts with `init`, and sometimes runs it at the end
  bool plan_file = false;             // plan --out first, then apply of that file
  Duration reads_plan{};              // time between the two
  std::optional<std::size_t> only{};  // apply --only: a service of the file
  std::size_t most_listed = 100;      // the most services with link changes whose deploys a plan lists
};

/// Another process on the same machine while the first command runs.
struct SecondProcess {
  enum class Command { apply, resume, roll_back } command = Command::apply;
  Duration after{};  // since the start
  Duration lock_wait{};
};

struct Scenario {
  emulator::Workspace workspace;
  model::Desired desired;
  std::vector<WishedValue> values;  // for every apply; mostly none
  Hostility hostility;
  std::vector<Act> acts;
  Habits habits;
  std::optional<SecondProcess> second;
  bool whole_wire = false;  // no faults; the rate limits leave no room for a wasted request
  bool lone = true;         // nobody else uses the key, and no fault is a 429
  bool untouched = true;    // no colleague changes services or groups
  bool own_links = true;    // no colleague changes a link
  bool reads_texts = true;  // events and plans must be read back unchanged from their texts

  /// Whether Render starts deploys for the run's changes.
  bool redeploys_by_itself() const {
    const emulator::Behaviour& render = workspace.behaviour;
    return render.link_deploys || (render.value_deploys && !values.empty());
  }
};

/// A workspace and a file, without trouble.
Scenario draw_scenario(Choices& choices);
/// Replaces the trouble of a scenario; workspace and file stay.
void draw_trouble(Choices& choices, Scenario& scenario);
std::string describe(const Scenario& scenario);

}  // namespace envlink::simulation
