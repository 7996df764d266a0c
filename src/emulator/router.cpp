#include "emulator/router.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "json/writer.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t methods = words_of<api::Method>.size();

/// A tree of path segments.
struct Node {
  std::vector<std::pair<std::string_view, std::size_t>> named;  // a segment and its node
  std::size_t any = 0;                                          // the node of a parameter; 0: none
  std::array<const Operation*, methods> operations{};
};

class Tree {
 public:
  explicit Tree(const std::vector<const Operation*>& operations) : nodes_(1) {
    for (const Operation* operation : operations) add(*operation);
  }

  const Node* find(const Target& target) const {
    std::size_t at = 0;
    for (std::size_t i = 1; i < target.depth; ++i) {
      const Node& node = nodes_[at];
      const auto named =
          std::ranges::find(node.named, target.path[i], [](const auto& one) { return one.first; });
      at = named != node.named.end() ? named->second : node.any;
      if (at == 0 || target.path[i].empty()) return nullptr;
    }
    return &nodes_[at];
  }

 private:
  void add(const Operation& operation) {
    std::size_t at = 0;
    for (std::string_view rest = operation.path.substr(1); !rest.empty();) {
      const std::string_view segment = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(rest.size(), segment.size() + 1));
      at = below(at, segment);
    }
    nodes_[at].operations[static_cast<std::size_t>(operation.method)] = &operation;
  }

  std::size_t below(std::size_t at, std::string_view segment) {
    const bool parameter = segment.starts_with('{');
    const auto named =
        std::ranges::find(nodes_[at].named, segment, [](const auto& one) { return one.first; });
    if (parameter && nodes_[at].any != 0) return nodes_[at].any;
    if (named != nodes_[at].named.end()) return named->second;
    const std::size_t made = nodes_.size();
    nodes_.emplace_back();
    if (parameter) {
      nodes_[at].any = made;
    } else {
      nodes_[at].named.emplace_back(segment, made);
    }
    return made;
  }

  std::vector<Node> nodes_;
};

std::string allowed(const Node& node) {
  std::string allow;
  for (const Operation* operation : node.operations) {
    if (operation == nullptr) continue;
    allow += (allow.empty() ? "" : ", ") + std::string(word(operation->method));
    if (operation->method == api::Method::get) allow += ", HEAD";
  }
  return allow;
}

const Node* find(const Target& target) {
  static const Tree tree(all_operations());
  return tree.find(target);
}

}  // namespace

const std::vector<const Operation*>& all_operations() {
  static const std::vector<const Operation*> all = [] {
    std::vector<const Operation*> operations;
    for (const auto list :
         {action_operations(), audit_log_operations(),  deploy_operations(),      disk_operations(),
          domain_operations(), empty_list_operations(), environment_operations(), event_operations(),
          group_operations(),  log_operations(),        log_stream_operations(),  notification_operations(),
          owner_operations(),  preview_operations(),    project_operations(),     service_operations(),
          site_operations(),   value_operations(),      webhook_operations(),     unmodelled_operations()}) {
      for (const Operation& operation : list) operations.push_back(&operation);
    }
    return operations;
  }();
  return all;
}

Route route_of(api::Method method, const Target& target) {
  const Node* node = find(target);
  if (node == nullptr) return {};
  const Operation* operation = node->operations[static_cast<std::size_t>(method)];
  if (operation != nullptr) return {operation};
  return {nullptr, allowed(*node)};
}

std::string methods_of(std::string_view target) {
  const auto parsed = parse_target(target);
  const Node* node = parsed && parsed->path.front() == "v1" ? find(*parsed) : nullptr;
  return node == nullptr ? "" : allowed(*node);
}

std::string operations_json() {
  std::vector<const Operation*> sorted = all_operations();
  std::ranges::sort(sorted, {}, [](const Operation* one) { return std::pair(one->path, one->method); });
  json::Writer out(json::Layout::indented, json::Text::utf8);
  out.object([&](json::Writer& top) {
    top("version", 1);
    top.list("operations", sorted, [](json::Writer& one, const Operation* operation) {
      const bool modelled = operation->handler != nullptr;
      one("method", operation->method);
      one("path", operation->path);
      one("state", !modelled ? "not modelled" : operation->lacks.empty() ? "modelled" : "partly");
      one.if_any("lacks", operation->lacks);
    });
  });
  return out.take() + '\n';
}

}  // namespace envlink::emulator
