#include "config/initial_file.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "yaml/mapping_reader.h"
#include "yaml/write.h"

namespace envlink::config {
namespace {

yaml::Node node_of(const std::string& text) {
  yaml::Node node;
  node.text = text;
  return node;
}

template <std::size_t N>
bool may_be_id(const std::string& text, const std::array<std::string_view, N>& prefixes) {
  yaml::Diagnostics diagnostics({});
  return read_id(node_of(text), "id", prefixes, diagnostics).has_value();
}

class Writer {
 public:
  std::string run(const InitialFile& draft, std::string_view schema) {
    if (!schema.empty()) {
      line(0, fmt::format("# yaml-language-server: $schema={}", schema));
      line(0, "#");
    }
    for (const std::string& text : draft.head) comment(0, text);
    line(0, "");
    line(0, "version: 1");
    write_workspace(draft);
    write_groups(draft);
    write_services(draft);
    write_left_out(draft);
    return std::move(out_);
  }

 private:
  void line(std::size_t indent, std::string_view text) {
    out_.append(text.empty() ? 0 : indent, ' ').append(text).append("\n");
  }

  void comment(std::size_t indent, std::string_view text) {
    for (const std::string_view part : split(text, '\n')) line(indent, fmt::format("# {}", part));
  }

  void write_workspace(const InitialFile& draft) {
    if (draft.workspace) {
      line(0,
           fmt::format("workspace: {}  # {}", yaml::scalar(draft.workspace->text), draft.workspace_remark));
    } else {
      line(0, "# workspace: my-workspace  # needed if the key has access to several");
    }
  }

  void write_groups(const InitialFile& draft) {
    line(0, "");
    comment(0,
            "`variables` refuses a plan if variables have disappeared. Under `require`, uncomment what the\n"
            "services cannot run without: a plan is then refused if one of these is missing.");
    line(0, "groups:");
    for (const InitialGroup& group : draft.groups) write_group(group);
  }

  void write_group(const InitialGroup& group) {
    const model::DesiredGroup& wanted = group.wanted;
    const bool empty = !wanted.id && !wanted.variables;
    line(2, yaml::scalar(wanted.name.text) + (empty ? ": {}" : ":"));
    for (const std::string& remark : group.remarks) comment(4, remark);
    if (wanted.id) line(4, "id: " + yaml::scalar(wanted.id->text));
    if (wanted.variables) line(4, fmt::format("variables: {{min: {}}}", wanted.variables->number));
    if (group.keys.empty()) return;
    line(4, "# require:");
    for (const std::string& key : group.keys) line(4, "#   - " + yaml::scalar(key));
  }

  void write_services(const InitialFile& draft) {
    line(0, "");
    comment(0, draft.order_remark);
    line(0, "services:");
    for (const InitialService& service : draft.services) write_service(service);
    if (draft.unlinked.empty()) return;
    if (!draft.services.empty()) line(0, "");
    comment(2, draft.services.empty()
                   ? how_to_begin(draft)
                   : "Not linked to any group. Uncomment those that should be, and list their groups:");
    for (const InitialService& service : draft.unlinked) write_unlinked(service);
  }

  /// The comment for a workspace without links.
  static std::string how_to_begin(const InitialFile& draft) {
    std::vector<std::string> names;
    for (const InitialGroup& group : draft.groups) names.push_back(yaml::scalar(group.wanted.name.text));
    return fmt::format(
        "No service is linked to a group yet. Uncomment those that need one, and name the group in `link`:\n"
        "{}.",
        join(names, ", "));
  }

  void write_service(const InitialService& service) {
    const model::DesiredService& wanted = service.wanted;
    line(2, yaml::scalar(wanted.name.text) + ":");
    for (const std::string& remark : service.remarks) comment(4, remark);
    if (wanted.id) line(4, "id: " + yaml::scalar(wanted.id->text));
    if (wanted.type) line(4, fmt::format("type: {}", model::to_string(*wanted.type)));
    line(4, "link: " + yaml::flow_list(wanted.link));
    if (!wanted.after.empty()) line(4, "after: " + yaml::flow_list(wanted.after));
  }

  void write_unlinked(const InitialService& service) {
    const model::DesiredService& wanted = service.wanted;
    std::string parts;
    if (wanted.id) parts += fmt::format("id: {}, ", yaml::scalar(wanted.id->text));
    if (wanted.type) parts += fmt::format("type: {}, ", model::to_string(*wanted.type));
    comment(2, fmt::format("{}: {{{}link: []}}", yaml::scalar(wanted.name.text), parts));
    for (const std::string& remark : service.remarks) comment(2, fmt::format("  # {}", remark));
  }

  void write_left_out(const InitialFile& draft) {
    if (draft.left_out.empty()) return;
    line(0, "");
    comment(0, "Left out:");
    for (const std::string& text : draft.left_out) comment(0, fmt::format("- {}", text));
  }

  std::string out_;
};

}  // namespace

bool may_be_word(const std::string& text) {
  yaml::Diagnostics diagnostics({});
  return read_word(node_of(text), "name", "a name", diagnostics).has_value();
}

bool may_be_name(const std::string& text) {
  return may_be_word(text) && !text.starts_with("x-");
}

bool may_be_group_id(const std::string& text) {
  return may_be_id<1>(text, {"evg-"});
}

bool may_be_service_id(const std::string& text) {
  return may_be_id<2>(text, {"srv-", "crn-"});
}

std::string write_envlink_yaml(const InitialFile& draft, std::string_view schema) {
  return Writer().run(draft, schema);
}

}  // namespace envlink::config
