// Projects. Each has environments.

#include "emulator/projects.h"

#include <algorithm>

#include "emulator/operation.h"
#include "emulator/owners.h"

namespace envlink::emulator {
namespace {

bool is_of(const Environment& environment, const Project& project) {
  return !environment.deleted && environment.project == project.id;
}

void write_project(json::Writer& out, const WorldState& world, const Project& project) {
  std::vector<std::string_view> environments;
  for (const Environment& environment : world.environments) {
    if (is_of(environment, project)) environments.emplace_back(environment.id);
  }
  out("createdAt", project.created);
  out("environmentIds", environments);
  out("id", project.id);
  out("name", project.name);
  out("owner", [&](json::Writer& owner) { write_owner(owner, world); });
  out("updatedAt", project.updated);
}

Reply show_project(const WorldState& world, const Project& project, int status = 200) {
  return answer_object([&](json::Writer& out) { write_project(out, world, project); }, status);
}

template <Reply (*handle)(WorldState&, const Call&, Project&)>
Reply of_project(WorldState& world, const Call& call) {
  Project* project = world.find_project(call.at(2));
  return project != nullptr ? handle(world, call, *project) : not_found(call.at(2));
}

Reply list_projects(WorldState& world, const Call& call) {
  const Query& query = call.query();
  const auto wanted = [&](const Project& project) {
    return !project.deleted && query.wants("name", project.name) && query.wants("ownerId", world.owner_id) &&
           query.in_range("created", project.created) && query.in_range("updated", project.updated);
  };
  return answer_page(call, "project", world.projects, wanted,
                     [&](json::Writer& out, const Project& project) { write_project(out, world, project); });
}

struct NewProject {
  std::string name;
  std::string owner;
  std::vector<EnvironmentSettings> environments;
};
void fields(auto& visit, json::Like<NewProject> auto& project) {
  visit("name", project.name);
  visit("ownerId", project.owner);
  visit("environments", project.environments);
}

Reply create_project(WorldState& world, const Call& call) {
  auto body = read_body<NewProject>(call);
  if (!body) return body.error();
  if (body->name.empty()) return refuse(400, "invalid name");
  if (body->owner != world.owner_id) return not_found(body->owner);
  for (const EnvironmentSettings& settings : body->environments) {
    if (settings.name.empty()) return refuse(400, "environments: name is required");
  }
  const std::string id = world.new_id("prj-");
  world.projects.push_back({id, std::move(body->name), world.now, world.now});
  for (EnvironmentSettings& settings : body->environments) add_environment(world, id, std::move(settings));
  return show_project(world, world.projects.back(), 201);
}

Reply get_project(WorldState& world, const Call&, Project& project) {
  return show_project(world, project);
}

struct ProjectPatch {
  std::string name;
};
void fields(auto& visit, json::Like<ProjectPatch> auto& patch) {
  visit.later("name", patch.name);
}

Reply rename_project(WorldState& world, const Call& call, Project& project) {
  auto body = read_body<ProjectPatch>(call, {project.name});
  if (!body) return body.error();
  if (body->name.empty()) return refuse(400, "invalid name");
  project.name = std::move(body->name);
  project.updated = world.now;
  return show_project(world, project);
}

/// 409 as documented, in unknown words, while it has services or groups.
Reply remove_project(WorldState& world, const Call&, Project& project) {
  const bool empty = std::ranges::all_of(world.environments, [&](const Environment& environment) {
    return !is_of(environment, project) || is_empty(world, environment);
  });
  if (!empty) return refuse(409, "project has environments that are not empty");
  for (Environment& environment : world.environments) {
    environment.deleted = environment.deleted || is_of(environment, project);
  }
  project.deleted = true;
  return {204};
}

constexpr auto filters = joined(std::to_array<Parameter>({{"name"}}), change_parameters,
                                std::to_array<Parameter>({{"ownerId"}}), page_parameters);

}  // namespace

std::span<const Operation> project_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {{get, "/projects", list_projects, filters},
                                      {post, "/projects", create_project, {}, true},
                                      {get, "/projects/{projectId}", of_project<get_project>},
                                      {patch, "/projects/{projectId}", of_project<rename_project>, {}, true},
                                      {delete_, "/projects/{projectId}", of_project<remove_project>}};
  return all;
}

}  // namespace envlink::emulator
