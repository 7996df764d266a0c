#include "cli/team.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <utility>

#include "cli/system.h"
#include "keys/random_text.h"
#include "postgres/schema.h"
#include "state/names.h"

namespace envlink::cli {
namespace {

constexpr Duration between_tries = std::chrono::milliseconds(250);

tl::unexpected<Error> without_key(std::string why, std::string cure) {
  return fail({.what = "Values cannot be compared with earlier ones, nor kept for a rollback",
               .why = std::move(why),
               .cure = std::move(cure)});
}

/// While a command handles Ctrl-C itself, a signal is held back until it does.
bool wait_unless_interrupted(Duration length) {
  std::this_thread::sleep_for(length);
  sigset_t held_back;
  sigpending(&held_back);
  return sigismember(&held_back, SIGINT) != 1 && sigismember(&held_back, SIGTERM) != 1 &&
         sigismember(&held_back, SIGHUP) != 1;
}

Result<std::optional<std::string>> key_id(postgres::Connection& connection, engine::Clock& clock,
                                          Duration repeat_for) {
  const Time give_up = clock.now() + repeat_for;
  while (true) {
    auto id = postgres::key_id(connection);
    if (id) return std::move(*id);
    if (!id.error().passing || clock.now() + between_tries >= give_up) return fail(id.error().error);
    std::this_thread::sleep_for(between_tries);
  }
}

}  // namespace

KeyOrWhy team_key(const std::optional<std::string>& id) {
  const auto text = environment("ENVLINK_STORE_KEY");
  if (!text) {
    return without_key(
        "ENVLINK_STORE_KEY is not set",
        "Set it to the key that envlink store init printed. If it is lost, make another one: envlink store "
        "init --new-key");
  }
  auto key = keys::TeamKey::parse(*text);
  if (!key) return fail(std::move(key.error()));
  if (!id) return without_key("the team store has no key yet", "Make one: envlink store init");
  if (key->id() != *id) {
    return without_key(
        fmt::format("ENVLINK_STORE_KEY is the key {}, but the team store has the key {}", key->id(), *id),
        "Set it to the store's key. If that is lost, make another one: envlink store init --new-key");
  }
  return std::move(*key);
}

Result<std::unique_ptr<Team>> Team::open(postgres::Address address, Effort effort) {
  std::unique_ptr<Team> team(new Team(std::move(address), effort));
  const auto id = key_id(team->connection_, team->clock_, effort.repeat_for);
  if (!id) return fail(id.error());
  team->key_ = team_key(*id);
  team::Surroundings surroundings{
      .clock = team->clock_,
      .wait = wait_unless_interrupted,
      .random_id = keys::random_text,
      .who = {.user = state::user_name(), .host = state::host_name(), .process = std::int64_t{getpid()}}};
  if (team->key_) {
    surroundings.seal = team->key_->seal_key();
  } else {
    surroundings.why_unsealed = team->key_.error().why;
  }
  team->store_ = std::make_unique<team::TeamStore>(team->database_, std::move(surroundings));
  return team;
}

}  // namespace envlink::cli
