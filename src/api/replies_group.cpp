#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "api/redaction_parts.h"
#include "api/replies.h"
#include "api/reply_reader.h"
#include "api/variable_reader.h"

namespace envlink::api {
namespace {

/// Each service once: Render has been observed to repeat them. A group without links in the reply is an
/// error, because "no links" would be a guess, and verification depends on links.
Result<std::vector<ServiceId>> decode_links(const Node& group) {
  const json::Value* list = group.object->find("serviceLinks");
  if (list == nullptr) return fail(unreadable(group.path_of("serviceLinks"), "is missing"));
  std::vector<ServiceId> links;
  std::unordered_set<std::string_view> seen;
  const auto add = [&](const Node& link) {
    return link.id("id").map([&](std::string id) {
      if (seen.insert(link.id_view("id")).second) links.emplace_back(std::move(id));
    });
  };
  return for_each_object(*list, *group.root, add).map([&] { return std::move(links); });
}

/// The names of secret files and digests of their contents.
Result<void> decode_secret_files(model::Group& group, const json::Value& list, const json::Value& root,
                                 const model::DigestValue& digest) {
  return for_each_object(list, root, [&](const Node& node) -> Result<void> {
    std::string name = node.text("name");
    if (name.empty()) return fail(unreadable(node.path_of("name"), "is missing"));
    const json::Value* content = digest ? node.get("content") : nullptr;
    if (content != nullptr && content->is_text() && !is_hidden(content->text)) {
      group.secret_file_digests.emplace(name, digest(model::ValueKind::secret_file, name, content->text));
    }
    group.secret_files.push_back(std::move(name));
    return {};
  });
}

Result<model::Group> decode_meta(const Node& node) {
  auto id = node.id("id");
  if (!id) return fail(std::move(id.error()));
  auto links = decode_links(node);
  if (!links) return fail(std::move(links.error()));
  model::Group group;
  group.name = node.text("name");
  if (group.name.empty()) group.name = *id;
  group.id = GroupId{std::move(*id)};
  group.owner = OwnerId{node.optional_id("ownerId")};
  if (std::string environment = node.optional_id("environmentId"); !environment.empty()) {
    group.environment = EnvironmentId{std::move(environment)};
  }
  group.created = node.time("createdAt");
  group.updated = node.time("updatedAt");
  group.links = std::move(*links);
  return group;
}

Result<model::Group> decode_group(const Node& node, const Fingerprinter* fingerprinter,
                                  const model::DigestValue& digest) {
  auto group = decode_meta(node);
  if (!group) return group;
  if (const json::Value* variables = node.object->find("envVars")) {
    group->variables.emplace();
    const auto add = [&](const Node& one) {
      return decode_variable(one, fingerprinter, digest).map([&](model::Variable variable) {
        group->variables->push_back(std::move(variable));
      });
    };
    auto decoded = for_each_object(*variables, *node.root, add);
    if (!decoded) return fail(std::move(decoded.error()));
    // One may be empty. If all are, Render hides them.
    const auto is_empty = [](const model::Variable& one) { return one.facts.told && one.facts.empty; };
    if (std::ranges::all_of(*group->variables, is_empty)) {
      for (model::Variable& variable : *group->variables) variable.digest.reset();
    }
  }
  group->files_told = node.object->find("secretFiles") != nullptr;
  if (const json::Value* files = node.get("secretFiles")) {
    auto decoded = decode_secret_files(*group, *files, *node.root, digest);
    if (!decoded) return fail(std::move(decoded.error()));
  }
  return group;
}

}  // namespace

Result<Page<model::Group>> parse_groups(const Response& response) {
  return read_page<model::Group>(response, "envGroup", decode_meta);
}

Result<model::Group> parse_group(const Response& response, const Fingerprinter* fingerprinter,
                                 const model::DigestValue& digest) {
  return read_object<model::Group>(
      response, [&](const Node& node) { return decode_group(node, fingerprinter, digest); });
}

Result<model::Group> parse_group_links(const Response& response) {
  return read_object<model::Group>(response, decode_meta);
}

}  // namespace envlink::api
