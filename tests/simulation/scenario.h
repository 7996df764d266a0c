#pragma once
// What is drawn: a workspace and what the file asks of it; then how hostile the wire is, and what colleagues
// do meanwhile.

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
/// Those that are written: that one, a new one, and a secret file.
constexpr auto written_keys = std::to_array<std::string_view>({changing_key, "ADDED", "file:settings.ini"});

/// What the command says of a value.
struct WishedValue {
  std::string group_id;
  std::string key;
  std::optional<std::string> value;  // unset: it is to be unset
};

struct Hostility {
  double lose_before = 0;   // the connection is cut, nothing took effect
  double lose_after = 0;    // it takes effect, the answer is lost
  double late = 0;          // the connection is cut, and it takes effect seconds later
  double error_before = 0;  // 503, nothing took effect
  double error_after = 0;   // 500, and it took effect
  double limited = 0;       // 429 with Retry-After, nothing took effect
  double refused = 0;       // no connection
  double garbage = 0;       // a success whose body is no JSON
  double old_deploy = 0;    // 201 with the deploy that serves, to a request for one; took effect or not
  double twice = 0;         // the answer arrives a second time, later
  double beforehand = 0;    // at each link request: a colleague deploys that service just before it
  double kill = 0;          // at each call of a port: store, lock, network, screen
  int most_kills = 0;
  double interrupt = 0;  // Ctrl-C, at each wait for the network
  int most_interrupts = 0;
  double disk_full = 0;  // at each write of the store, which then has no effect
  int most_disk_full = 0;
  double meddle = 0;  // at each write: a colleague does something within seconds
  int most_meddles = 0;
  double between = 0;       // between two processes: colleagues do something
  double lose_machine = 0;  // the next command is typed on another machine
  double damage = 0;        // at each call that loads or keeps the history: it fails
  int most_damage = 0;
  bool clock_jumps = false;    // between two processes; while one lives, its clock is steady
  int most_faults = 0;         // the wire is whole after that many
  bool from_the_start = true;  // strikes while the workspace is read, too
  bool only_deploys = false;   // strikes deploy requests alone
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
  std::string group_id{};  // of link and unlink
  Duration lasts{};        // of a storm: every answer is 429; of a sleep: the machine's clock stands still
};

/// What a person types, beside `envlink apply` and then `envlink resume` for as long as something is left.
struct Habits {
  double applies_again = 0;           // instead of resuming: apply
  double anew = 0;                    // apply --anew
  double rolls_back = 0;              // rollback of the first run
  double declines = 0;                // answers a question with no
  double gives_another = 0;           // where a resume asks for a value: another one than before
  bool adopts = false;                // begins with `init`, and looks with it at the end
  bool plan_file = false;             // plan --out first, and apply that file some time later
  Duration reads_plan{};              // how much later
  std::optional<std::size_t> only{};  // apply --only: a service of the file
  std::size_t most_listed = 100;      // of services whose links change, for a plan
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
  std::vector<WishedValue> values;  // what every apply is given; mostly none
  Hostility hostility;
  std::vector<Act> acts;
  Habits habits;
  std::optional<SecondProcess> second;
  bool whole_wire = false;  // nothing strikes: the windows are too small to spare a request
  bool lone = true;         // nobody else uses the key, and no limit is played
  bool untouched = true;    // no colleague does anything to the services and groups
  bool own_links = true;    // no colleague changes a link
  bool reads_texts = true;  // events and plans must survive the texts that the journal keeps of them

  /// Render does, of services that a run changes something of.
  bool redeploys_by_itself() const {
    const emulator::Behaviour& render = workspace.behaviour;
    return render.link_deploys || (render.value_deploys && !values.empty());
  }
};

/// A workspace and a file, without any trouble.
Scenario draw_scenario(Choices& choices);
/// Other trouble for the same workspace and the same file.
void draw_trouble(Choices& choices, Scenario& scenario);
std::string describe(const Scenario& scenario);

}  // namespace envlink::simulation
