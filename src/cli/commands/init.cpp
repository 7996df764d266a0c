#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/system.h"
#include "config/blueprint.h"
#include "config/file.h"
#include "config/initial_file.h"
#include "run/history.h"
#include "view/json.h"

namespace envlink::cli {

namespace {

struct InitOptions : CommonOptions {
  std::string blueprint;  // empty: from the workspace
};

std::vector<Parameter> parameters(InitOptions& options) {
  return {
      {"-f,--file", "FILE", &options.file, "File to write (default: envlink.yaml); - for stdout"},
      {"--from-blueprint", "FILE", &options.blueprint, "Read this Blueprint (render.yaml) instead, offline"}};
}

Result<config::InitialFile> from_blueprint(const std::string& name) {
  const auto text = read_existing_file(name, "Name the Blueprint: --from-blueprint path/to/render.yaml");
  if (!text) return fail(text.error());
  const auto blueprint = config::parse_blueprint(*text);
  if (!blueprint)
    return fail({.what = clean(name) + " has problems",
                 .text = yaml::render_without_lines(blueprint.error(), clean(name))});
  config::InitialFile draft = config::initial_file_of(*blueprint, name);
  if (!draft.groups.empty()) return draft;
  return fail({.what = fmt::format("{} has no environment groups, so there is nothing to link", clean(name)),
               .cure = "Check it for `fromGroup` and `envVarGroups`, or remove --from-blueprint to read "
                       "the workspace."});
}

/// Groups in use, by id, so that their keys are read; linked services, so that their deploys are read.
model::Desired everything_linked(const model::Workspace& workspace) {
  model::Desired desired;
  desired.workspace = SourceString{workspace.owner.id.text(), {}};
  for (const model::Group* group : config::groups_in_use(workspace)) {
    model::DesiredGroup wanted;
    wanted.name.text = group->id.text();
    wanted.id = wanted.name;
    desired.groups.push_back(std::move(wanted));
  }
  for (const model::Service& service : workspace.services) {
    const bool linked = std::ranges::any_of(
        workspace.groups, [&](const model::Group& group) { return group.links_to(service.id); });
    if (!linked) continue;
    model::DesiredService wanted;
    wanted.name.text = service.id.text();
    wanted.id = wanted.name;
    desired.services.push_back(std::move(wanted));
  }
  return desired;
}

/// Also records that running services have what is linked now.
Result<config::InitialFile> from_workspace(const InitOptions& options) {
  auto session = Session::open_beside(options.file, options);
  if (!session) return fail(session.error());
  const auto listed = session->read(model::Desired{});
  const auto actual = listed ? session->read(everything_linked(*listed),
                                             {.include_preflight_data = false, .environments = true})
                             : listed;
  if (!actual) return fail(actual.error());
  if (!actual->groups.empty()) {
    if (const auto adopted = run::adopt(session->context(), *actual); !adopted)
      session->frontend().report(adopted.error());
    return config::initial_file_of(*actual);
  }
  return fail(
      {.what = fmt::format("Workspace {} has no environment groups, so there is nothing to link",
                           clean(actual->owner.name)),
       .cure = "Create one in the Render Dashboard, or name another workspace with RENDER_WORKSPACE."});
}

constexpr const char* schema_name = "envlink.schema.json";

/// The schema for editors to name at the top of the file; empty: none. It is only named if it is next to the
/// file: a path outside does not exist on every machine, and editors report a missing schema.
std::string schema_for(const std::string& file) {
  if (file == "-") return {};
  std::error_code ignored;
  const auto schema = std::filesystem::path(file).parent_path() / schema_name;
  return std::filesystem::is_regular_file(schema, ignored) ? schema_name : "";
}

/// Nothing is linked yet: the reader must choose.
std::string farewell_to_choose(const config::InitialFile& draft, const std::string& flag) {
  const std::size_t services = draft.unlinked.size();
  return fmt::format(
      "No service is linked to a group yet; the file lists {} in comments.\n"
      "Next: open {}, uncomment the services that need a group, and name it in their `link`.\n"
      "Then: envlink plan{}",
      services == 1 ? "the one that there is" : fmt::format("all {}", services),
      flag.empty() ? "envlink.yaml" : flag.substr(4), flag);
}

std::string farewell(const config::InitialFile& draft, const InitOptions& options) {
  const std::string flag = options.file == "envlink.yaml" ? "" : " -f " + shell_word(clean(options.file));
  const bool to_choose = draft.services.empty() && !draft.unlinked.empty();
  std::string text =
      fmt::format("Wrote {}: {}, {}.\n", clean(options.file), count_of(draft.groups.size(), "group"),
                  count_of(draft.services.size(), "service"));
  if (!draft.unlinked.empty() && !to_choose) {
    text += fmt::format("{} linked to no group: the file lists {} in comments.\n",
                        count_of(draft.unlinked.size(), "service is", "services are"),
                        draft.unlinked.size() == 1 ? "it" : "them");
  }
  if (draft.left_out.size() == 1) text += fmt::format("Left out: {}\n", draft.left_out.front());
  if (draft.left_out.size() > 1)
    text += fmt::format("{} things were left out: the end of the file says why.\n", draft.left_out.size());
  return text + (to_choose ? farewell_to_choose(draft, flag) : "Next: envlink plan" + flag);
}

std::string as_json(const config::InitialFile& draft, const InitOptions& options) {
  view::WrittenFile told{
      .file = options.file, .groups = {}, .services = {}, .unlinked = {}, .left_out = draft.left_out};
  for (const config::InitialGroup& group : draft.groups) told.groups.push_back(group.wanted.name.text);
  for (const config::InitialService& service : draft.services)
    told.services.push_back(service.wanted.name.text);
  for (const config::InitialService& service : draft.unlinked)
    told.unlinked.push_back(service.wanted.name.text);
  return view::init_json(told);
}

Outcome run(const InitOptions& options) {
  const bool printed = options.file == "-";
  if (printed && options.output == Output::json) {
    return end_with(usage_error("The file and the JSON cannot both go to stdout",
                                "Remove -o json, or name a file: envlink init -f envlink.yaml -o json"));
  }
  if (!printed && is_there(options.file)) return end_with(taken(options.file));
  const auto draft = options.blueprint.empty() ? from_workspace(options) : from_blueprint(options.blueprint);
  if (!draft) return end_with(draft.error());
  const std::string text = config::write_envlink_yaml(*draft, schema_for(options.file));
  if (const auto read = config::parse_file(text, options.file); !read) {
    return end_with({.what = "The file was not written: envlink could not read it back",
                     .why = clean(read.error().front().what),
                     .cure = "This is a bug: please report it with the output of `envlink init -v`."});
  }
  if (printed) {
    write(Stream::result, text);
    return Outcome::done;
  }
  if (const auto written = write_new_file(options.file, text); !written) return end_with(written.error());
  if (!options.quiet) write(Stream::talk, farewell(*draft, options));
  if (options.output == Output::json) write(Stream::result, as_json(*draft, options));
  return Outcome::done;
}

}  // namespace

Command init_command() {
  return {
      .name = "init",
      .section = Section::set_up,
      .summary = "Write a first envlink.yaml from the workspace or a Blueprint.",
      .help =

          R"(Writes envlink.yaml from what is linked now: the groups with ids and number of variables, and the linked
services with ids and types. What the API does not report, such as the deploy order, is left for you to add; comments show where.
Running
services count as up to date (adopted), so envlink plan has nothing to do right afterwards. From a Blueprint:
its groups, the links of fromGroup and the order of fromService; needs no key and adopts nothing.
No value is written, no file is overwritten, and nothing changes on Render.)",
      .examples = R"(  envlink init
  envlink init --from-blueprint render.yaml
  envlink init -f -          # to stdout)",
      .endings =
          endings_of_reading({{Outcome::done, "written"}, {Outcome::error, "error, or the file exists"}}),
      .common = {.env_file = true, .output = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
