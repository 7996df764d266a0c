#include "cli/opened_store.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "cli/session.h"
#include "cli/system.h"
#include "config/store_address.h"
#include "state/names.h"
#include "yaml/problem.h"

namespace envlink::cli {
namespace {

using MaybeAddress = std::optional<postgres::Address>;

Result<MaybeAddress> parsed(const std::string& text, postgres::Origin origin) {
  return postgres::Address::parse(text, origin).map([](postgres::Address address) {
    return MaybeAddress(std::move(address));
  });
}

Result<MaybeAddress> store_named_in(const std::string& file, bool must_exist) {
  // Secrets of a CI often end with a line break.
  if (const auto address = environment("ENVLINK_STORE"))
    return parsed(std::string(trim(*address)), postgres::Origin::environment);
  const auto text = read_file(file);
  if (!text) return fail(text.error());
  if (!*text && must_exist) {
    return fail({.kind = ErrorKind::no_file,
                 .what = fmt::format("There is no file {}", clean(file)),
                 .why = "-f names it, and it says which store has the runs",
                 .cure = "Check the path, or leave -f out."});
  }
  if (!*text) return std::nullopt;
  const auto store = config::store_in(**text);
  if (!store)
    return fail(
        {.what = clean(file) + " has problems", .text = yaml::render(store.error(), clean(file), **text)});
  return *store ? parsed(**store, postgres::Origin::file) : Result<MaybeAddress>(std::nullopt);
}

}  // namespace

Result<MaybeAddress> store_of(const std::string& file) {
  return store_named_in(file, false);
}

Result<MaybeAddress> store_of(const CommonOptions& options) {
  return store_named_in(options.file, options.was_given("--file"));
}

Result<OpenedStore> OpenedStore::open(Result<MaybeAddress> address, Effort effort) {
  if (!address) return fail(std::move(address.error()));
  OpenedStore store;
  if (!*address) {
    store.journal_ = std::make_unique<journal::Journal>();
    return store;
  }
  auto team = Team::open(std::move(**address), effort);
  if (!team) return fail(std::move(team.error()));
  store.team_ = std::move(*team);
  return store;
}

std::string named_workspace(const CommonOptions& options) {
  const auto file = load_file(options.file);
  if (file && file->workspace) return file->workspace->text;
  return environment("RENDER_WORKSPACE").value_or("");
}

bool OpenedStore::began_elsewhere(const run::RunSummary& run) const {
  return team_ != nullptr && (run.host != state::host_name() || run.user != state::user_name());
}

run::Store& OpenedStore::runs() {
  if (team_) return team_->store();
  return *journal_;
}

run::Locks& OpenedStore::locks() {
  if (team_) return team_->store();
  return *journal_;
}

}  // namespace envlink::cli
