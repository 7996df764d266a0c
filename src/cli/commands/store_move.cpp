#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "cli/command.h"
#include "cli/opened_store.h"
#include "cli/output.h"
#include "http/system_clock.h"
#include "team/move.h"

namespace envlink::cli {

namespace {

struct MoveOptions : CommonOptions {
  std::string from;
  std::string to;
};

std::vector<Parameter> parameters(MoveOptions& options) {
  return {{"FROM", "", &options.from, "The store to copy from: `journal` (default), or an address"},
          {"TO", "", &options.to, "The store to copy to (default: the one in use)"}};
}

using MaybeAddress = std::optional<postgres::Address>;

/// Others can see the command line, so it must not have a password.
Result<MaybeAddress> named(const std::string& store) {
  if (store == "journal") return std::nullopt;
  return postgres::Address::parse(store, postgres::Origin::file).map([](postgres::Address address) {
    return MaybeAddress(std::move(address));
  });
}

std::string told(const team::Moved& moved, const std::string& to) {
  std::string text = fmt::format("Copied {} to the team store {}",
                                 count_of(static_cast<std::size_t>(moved.copied), "run"), to);
  if (moved.values > 0)
    text += fmt::format(", with {} kept for a rollback",
                        count_of(static_cast<std::size_t>(moved.values), "value"));
  text += '.';
  if (moved.there > 0) text += fmt::format(" {} had been copied before.", moved.there);
  return text;
}

Outcome run(const MoveOptions& options) {
  if (!options.from.empty() && options.to.empty())
    return end_with(usage_error("Name both stores, or none",
                                "For example: envlink store move journal postgres://envlink@db/envlink"));
  const auto address = options.to.empty() ? store_of(options) : named(options.to);
  if (!address) return end_with(address.error());
  if (!*address)
    return end_with({.what = "Runs can only be copied to a team store",
                     .cure = "Set ENVLINK_STORE=postgres://USER@HOST/DATABASE, or name the store"});
  auto from = OpenedStore::open(options.from.empty() ? MaybeAddress() : named(options.from));
  if (!from) return end_with(from.error());
  const auto to = Team::open(**address);
  if (!to) return end_with(to.error());
  http::SystemClock clock;
  const auto moved = team::move_runs(from->runs(), from->locks(), (*to)->database(), (*to)->store(), clock);
  if (!moved) return end_with(moved.error());
  for (const Error& error : moved->left_out) print_error(error);
  write(Stream::result, told(*moved, (*to)->shown()));
  return moved->left_out.empty() ? Outcome::done : Outcome::error;
}

}  // namespace

Command store_move_command() {
  return {
      .name = "store move",
      .section = Section::team_store,
      .summary = "Copy past runs into the team store.",
      .help =

          R"(Copies the runs in the journal on this machine into the team store, with their plans and events, the values
kept for a rollback, and what is known about each workspace. Runs get new numbers. Doing it again copies only
what is new. Nothing is removed; unfinished runs are left out, and no run may be in progress. With FROM and TO, copies from one team store
to another; both have the key in ENVLINK_STORE_KEY, or the values are left out.)",
      .examples = R"(  envlink store move
  envlink store move postgres://old/envlink postgres://new/envlink)",
      .endings = {{Outcome::done},
                  {Outcome::error, "error, or something was left out"},
                  {Outcome::held, "a run is in progress"},
                  {Outcome::usage}},
      .common = {.file = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
