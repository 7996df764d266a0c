#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/new_file.h"
#include "cli/output.h"
#include "cli/schema_place.h"
#include "cli/session.h"
#include "config/blueprint.h"
#include "config/file.h"
#include "config/initial_file.h"
#include "view/answers_json.h"

namespace envlink::cli {

namespace {

using Drafted = tl::expected<config::InitialFile, NoStart>;

tl::unexpected<NoStart> no_draft(const Error& error) {
  return tl::unexpected(NoStart{exit_code_of(error), spoken(error)});
}

Drafted from_blueprint(const std::string& name) {
  const auto text = read_file(name);
  if (!text) return no_draft(text.error());
  if (!*text) {
    return no_draft({.what = fmt::format("There is no file {}", clean(name)),
                     .cure = "Name the Blueprint: --from-blueprint path/to/render.yaml"});
  }
  const auto blueprint = config::parse_blueprint(**text);
  if (!blueprint)
    return tl::unexpected(
        NoStart{exit_codes::error, yaml::render_without_lines(blueprint.error(), clean(name))});
  config::InitialFile draft = config::initial_file_of(*blueprint, name);
  if (!draft.groups.empty()) return draft;
  return no_draft(
      {.what = fmt::format("{} names no environment group, so there is nothing to link", clean(name)),
       .cure = "Look for `fromGroup` and `envVarGroups` in it, or leave --from-blueprint out to read "
               "the workspace."});
}

/// Every group by its id, so that it is read with its keys.
model::Desired all_groups(const model::Workspace& workspace) {
  model::Desired desired;
  desired.workspace = SourceString{workspace.owner.id.text(), {}};
  for (const model::Group& group : workspace.groups) {
    model::DesiredGroup wanted;
    wanted.name.text = group.id.text();
    wanted.id = wanted.name;
    desired.groups.push_back(std::move(wanted));
  }
  return desired;
}

Drafted from_workspace(const Options& options) {
  auto session = Session::open_beside(options.file, options);
  if (!session) return tl::unexpected(session.error());
  const auto listed = session->survey(model::Desired{});
  const auto actual = listed ? session->survey(all_groups(*listed)) : listed;
  if (!actual) {
    return tl::unexpected(NoStart{actual.error().exit_code(), spoken(actual.error().error)});
  }
  if (!actual->groups.empty()) return config::initial_file_of(*actual);
  return no_draft(
      {.what = fmt::format("The workspace {} has no environment group, so there is nothing to link",
                           clean(actual->owner.name)),
       .cure = "Create one in the Render Dashboard, or name another workspace with RENDER_WORKSPACE."});
}

/// The same word as it stands on a command line.
std::string as_argument(const std::string& path) {
  const std::string shown = clean(path);
  return shown.find_first_of(" '\"$&;|<>()*?#~`\\") == std::string::npos ? shown
                                                                         : fmt::format("\"{}\"", shown);
}

std::string farewell(const config::InitialFile& draft, const Options& options) {
  std::string text =
      fmt::format("Wrote {}: {}, {}.\n", clean(options.file), count_of(draft.groups.size(), "group"),
                  count_of(draft.services.size(), "service"));
  if (!draft.unlinked.empty()) {
    text += fmt::format("{} linked to no group: the file lists {} in comments.\n",
                        count_of(draft.unlinked.size(), "service is", "services are"),
                        draft.unlinked.size() == 1 ? "it" : "them");
  }
  if (!draft.left_out.empty())
    text += fmt::format("{} left out: the end of the file says why.\n",
                        count_of(draft.left_out.size(), "thing was", "things were"));
  return text + "Next: envlink plan" +
         (options.file == "envlink.yaml" ? "" : " -f " + as_argument(options.file));
}

std::string as_json(const config::InitialFile& draft, const Options& options) {
  view::WrittenFile told{
      .file = options.file, .groups = {}, .services = {}, .unlinked = {}, .left_out = draft.left_out};
  for (const config::InitialGroup& group : draft.groups) told.groups.push_back(group.wanted.name.text);
  for (const config::InitialService& service : draft.services)
    told.services.push_back(service.wanted.name.text);
  for (const config::InitialService& service : draft.unlinked)
    told.unlinked.push_back(service.wanted.name.text);
  return view::init_json(told);
}

}  // namespace

int run_init(const Options& options) {
  const bool printed = options.file == "-";
  if (printed && options.output == Output::json) {
    return report({.kind = ErrorKind::usage,
                   .what = "The file and what is told of it cannot both go to stdout",
                   .cure = "Leave -o json out, or name a file: envlink init -f envlink.yaml -o json"});
  }
  if (!printed && is_there(options.file)) {
    complain(taken(options.file));
    return exit_codes::error;
  }
  const Drafted draft =
      options.blueprint.empty() ? from_workspace(options) : from_blueprint(options.blueprint);
  if (!draft) return report(draft.error());
  const std::string text = config::write_envlink_yaml(*draft, schema_for(options.file));
  if (const auto read = config::parse_file(text, options.file); !read) {
    complain({.what = "The file was not written: envlink could not read it",
              .why = clean(read.error().front().what),
              .cure = "Please report this, with what `envlink init -v` says."});
    return exit_codes::error;
  }
  if (printed) {
    put(Stream::result, text);
    return exit_codes::done;
  }
  if (const auto written = write_new_file(options.file, text); !written) {
    complain(written.error());
    return exit_codes::error;
  }
  if (!options.quiet) put(Stream::talk, farewell(*draft, options));
  if (options.output == Output::json) put(Stream::result, as_json(*draft, options));
  return exit_codes::done;
}

}  // namespace envlink::cli
