// What a workspace of the model has none of: each list is empty, and no id is known.

#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

Reply list_none(WorldState&, const Call& call) {
  return no_items(call);
}

Reply get_none(WorldState&, const Call& call) {
  return not_found(call.at(2));
}

Reply list_no_jobs(WorldState&, const Call& call, std::size_t) {
  return no_items(call);
}

Reply get_no_job(WorldState&, const Call& call, std::size_t) {
  return not_found(call.at(4));
}

constexpr std::string_view job_statuses[] = {"pending", "running", "succeeded", "failed", "canceled"};
constexpr std::string_view maintenance_states[] = {"scheduled", "in_progress", "user_fix_required",
                                                   "cancelled", "succeeded",   "failed"};
constexpr std::string_view registries[] = {"GITHUB", "GITLAB", "DOCKER", "GOOGLE_ARTIFACT", "AWS_ECR"};

constexpr Parameter region{"region", ParameterKind::word, false, words_of<Region>};
constexpr Parameter of_blueprints[] = {{"ownerId"}, cursor_parameter, limit_parameter};
constexpr auto of_key_values =
    joined(std::to_array<Parameter>({{"name"}, region}), change_parameters,
           std::to_array<Parameter>({{"ownerId"}, {"environmentId"}}), page_parameters);
constexpr auto of_databases = joined(
    std::to_array<Parameter>({{"name"}, region, {"suspended", ParameterKind::word, false, suspended_words}}),
    change_parameters,
    std::to_array<Parameter>({{"ownerId"}, {"environmentId"}, {"includeReplicas", ParameterKind::truth}}),
    page_parameters);
constexpr Parameter of_maintenance[] = {
    {"resourceId"}, {"ownerId"}, {"state", ParameterKind::word, false, maintenance_states}};
constexpr auto of_credentials = joined(
    std::to_array<Parameter>({{"name"}, {"username"}, {"type", ParameterKind::word, false, registries}}),
    change_parameters, std::to_array<Parameter>({{"ownerId"}}), page_parameters);
constexpr Parameter of_jobs[] = {cursor_parameter,
                                 limit_parameter,
                                 {"status", ParameterKind::word, false, job_statuses},
                                 time_parameter("createdBefore"),
                                 time_parameter("createdAfter"),
                                 time_parameter("startedBefore"),
                                 time_parameter("startedAfter"),
                                 time_parameter("finishedBefore"),
                                 time_parameter("finishedAfter")};
constexpr Parameter of_task_runs[] = {cursor_parameter,  limit_parameter, {"taskSlug"},
                                      {"rootTaskRunId"}, {"ownerId"},     {"workflowVersionId"},
                                      {"workflowId"}};
constexpr Parameter of_tasks[] = {{"ownerId"},    {"taskSlug"},     {"workflowVersionId"},
                                  {"workflowId"}, cursor_parameter, limit_parameter};
constexpr Parameter of_workflows[] = {{"name"},          {"ownerId"},      {"workflowID"},
                                      {"environmentId"}, cursor_parameter, limit_parameter};
constexpr Parameter of_versions[] = {
    {"ownerId"}, {"workflowID"}, {"workflowVersionId"}, cursor_parameter, limit_parameter};

constexpr Operation list_of(std::string_view path, std::span<const Parameter> query,
                            Handler handler = list_none) {
  return {api::Method::get, path, handler, query, false, {}, "always empty: none can be created"};
}
constexpr Operation one_of(std::string_view path, Handler handler = get_none) {
  return {api::Method::get, path, handler, {}, false, {}, "always 404: none can be created"};
}

}  // namespace

std::span<const Operation> empty_list_operations() {
  static constexpr Operation all[] = {
      list_of("/blueprints", of_blueprints),
      one_of("/blueprints/{blueprintId}"),
      list_of("/key-value", of_key_values),
      one_of("/key-value/{keyValueId}"),
      list_of("/maintenance", of_maintenance),
      one_of("/maintenance/{maintenanceRunParam}"),
      list_of("/postgres", of_databases),
      one_of("/postgres/{postgresId}"),
      list_of("/redis", of_key_values),
      one_of("/redis/{redisId}"),
      list_of("/registrycredentials", of_credentials),
      one_of("/registrycredentials/{registryCredentialId}"),
      list_of("/services/{serviceId}/jobs", of_jobs, of_service<list_no_jobs>),
      one_of("/services/{serviceId}/jobs/{jobId}", of_service<get_no_job>),
      list_of("/task-runs", of_task_runs),
      one_of("/task-runs/{taskRunId}"),
      list_of("/tasks", of_tasks),
      one_of("/tasks/{taskId}"),
      list_of("/workflows", of_workflows),
      one_of("/workflows/{workflowId}"),
      list_of("/workflowversions", of_versions),
      one_of("/workflowversions/{workflowVersionId}")};
  return all;
}

}  // namespace envlink::emulator
