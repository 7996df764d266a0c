#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "cli/agreement.h"
#include "cli/command.h"
#include "cli/key_printer.h"
#include "cli/opened_store.h"
#include "cli/output.h"
#include "cli/store_checks.h"
#include "postgres/schema.h"
#include "view/doctor_result.h"

namespace envlink::cli {

namespace {

/// The address of the team's store; an error if runs are kept in the journal.
Result<postgres::Address> team_address(const CommonOptions& options) {
  auto address = store_of(options);
  if (!address) return fail(std::move(address.error()));
  if (*address) return std::move(**address);
  return fail(
      {.what = "No team store is set: runs are kept in the journal on this machine",
       .cure = "Set ENVLINK_STORE=postgres://USER@HOST/DATABASE, or write store: … into envlink.yaml"});
}

// init

struct InitOptions : CommonOptions {
  bool new_key = false;
};

std::vector<Parameter> init_parameters(InitOptions& options) {
  return {{"--new-key", "", &options.new_key, "Replace the team's key with a new one"}};
}

constexpr std::string_view on_a_new_key =
    "With a new key, what was recorded about values counts as unknown once, and the values kept for a "
    "rollback\n"
    "cannot be restored. Everybody who uses this store needs the new key.\n"
    "Replace the key?";

void hand_out(const keys::TeamKey& key, const std::string& store) {
  // First of all: if it cannot be written, the error says so.
  KeyPrinter::print(key.text());
  write(Stream::talk, fmt::format("The team store {} is ready. The key above is not shown again.", store));
  write(Stream::talk,
        "Keep it in your password manager and in the secrets of your CI. Everybody who uses this store sets "
        "it:\n"
        "  export ENVLINK_STORE_KEY=…");
}

/// The store has this key already.
void tell_of_key(const std::string& id, const std::string& store) {
  write(Stream::talk, fmt::format("The team store {} is ready.", store));
  if (const KeyOrWhy mine = team_key(id); !mine) print_error(mine.error());
}

/// Fails if tables of an existing store are missing: they are not made again, because runs would be missing
/// with them.
Result<void> all_tables(const postgres::Address& address) {
  for (view::Check& check : store_checks(address)) {
    if (check.id != "tables" || check.health != view::Health::bad) continue;
    return fail({.what = fmt::format("The team store {} is damaged: {}", address.shown(), check.says),
                 .cure = std::move(check.cure)});
  }
  return {};
}

Outcome init(const InitOptions& options) {
  auto address = team_address(options);
  if (!address) return end_with(address.error());
  postgres::Connection connection(std::move(*address));
  const std::string& store = connection.address().shown();
  if (const auto made = postgres::create_tables(connection); !made) return end_with(made.error().error);
  if (const auto whole = all_tables(connection.address()); !whole) return end_with(whole.error());
  const auto id = postgres::key_id(connection);
  if (!id) return end_with(id.error().error);
  if (*id && !options.new_key) {
    tell_of_key(**id, store);
    return Outcome::done;
  }
  if (*id) {
    if (const auto agreed = agreement(options, on_a_new_key, "changed"); !agreed)
      return end_with(agreed.error());
  }
  const keys::TeamKey key = keys::TeamKey::make();
  const auto set = postgres::set_key_id(connection, key.id(), *id);
  if (!set) {
    // The answer may have been lost, and with it the only copy of a key that the store now names.
    Error error = set.error().error;
    error.cure +=
        "\nIf envlink store init prints no key then, make another one: envlink store init --new-key";
    return end_with(error);
  }
  if (!*set)
    return end_with({.what = fmt::format("Somebody else gave the team store {} a key just now", store),
                     .cure = "Ask for that key."});
  hand_out(key, store);
  return Outcome::done;
}

// check

Outcome check(const CommonOptions& options) {
  const auto address = team_address(options);
  if (!address) return end_with(address.error());
  view::DoctorResult result;
  result.checks = store_checks(*address);
  write(Stream::result, view::render_doctor_result(result, style_for(Stream::result, options)));
  const bool bad =
      std::ranges::any_of(result.checks, [](const auto& one) { return one.health == view::Health::bad; });
  return bad ? Outcome::error : Outcome::done;
}

// role

struct RoleOptions : CommonOptions {
  std::string name;
};

std::vector<Parameter> role_parameters(RoleOptions& options) {
  return {{"NAME", "", &options.name, "The role that envlink is to use", true}};
}

Outcome role(const RoleOptions& options) {
  const auto address = team_address(options);
  if (!address) return end_with(address.error());
  const auto sql = postgres::role_sql(options.name, address->database());
  if (!sql) return end_with(sql.error());
  write(Stream::result, *sql);
  return Outcome::done;
}

}  // namespace

Command store_init_command() {
  return {
      .name = "store init",
      .section = Section::team_store,
      .summary = "Create the tables of the team store, and its key.",
      .help =

          R"(Creates the schema `envlink` in the database, and the key that the team shares. The key goes to stdout, once,
and is never stored: the database has only its id. Without the key, apply and groups set change nothing; what
reads works. Doing it again changes nothing.)",
      .examples = R"(  export ENVLINK_STORE=postgres://owner@db.example.com/envlink
  envlink store init
  envlink store init --new-key     # the old key was seen by somebody)",
      .endings = {{Outcome::done}, {Outcome::error}, {Outcome::usage}},
      .common = {.asking = true, .file = true, .messages = true},
      .action = make_action(init_parameters, init)};
}

Command store_check_command() {
  return {
      .name = "store check",
      .section = Section::team_store,
      .summary = "Check the team store: TLS, tables, rights, durability.",
      .help =

          R"(Checks the connection and its TLS, the server's version, the tables, the rights of the role, whether the server
may lose what it confirmed, its clock, its standbys, and the key in ENVLINK_STORE_KEY. Changes nothing.
  ✓ good   ! warning   ✗ problem   – not checked)",
      .examples = "  envlink store check",
      .endings = {{Outcome::done, "no problems found"},
                  {Outcome::error, "a problem was found"},
                  {Outcome::usage}},
      .common = {.file = true, .messages = true},
      .action = make_action(check)};
}

Command store_role_command() {
  return {
      .name = "store role",
      .section = Section::team_store,
      .summary = "Print SQL for a role with only the rights that envlink needs.",
      .help =

          R"(Prints SQL that makes the role if it is missing and gives it exactly these rights. Run it as the owner of the
database, after store init. Set a password for the role afterwards.)",
      .examples = R"(  envlink store role envlink | psql "$OWNER_ADDRESS"
  psql "$OWNER_ADDRESS" -c '\password envlink')",
      .endings = {{Outcome::done}, {Outcome::error}, {Outcome::usage}},
      .common = {.file = true},
      .action = make_action(role_parameters, role)};
}

}  // namespace envlink::cli
