#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "config/draft.h"
#include "config/knots.h"
#include "config/nameable.h"
#include "config/yaml_write.h"

namespace envlink::config {
namespace {

using model::SourceString;

std::string shown(std::string_view text) {
  return yaml::scalar(clean(text));
}

SourceString word(const std::string& text) {
  return {text, {}};
}

class Drafter {
 public:
  Drafter(const Blueprint& blueprint, const std::string& file) : blueprint_(blueprint), file_(shown(file)) {}

  Draft run() {
    draft_.head = {
        fmt::format("Written by envlink init from the Blueprint {}.", file_),
        "No value of a variable stands here. `envlink plan` compares the file with the workspace."};
    draft_.order_remark = fmt::format(
        "`after` stands where {} takes a variable from another service (fromService). Add what else must be\n"
        "live before a service starts, for example: after: [my-database-proxy]",
        file_);
    for (const BlueprintGroup& group : blueprint_.groups) add_group(group);
    for (const BlueprintService& service : blueprint_.services) {
      for (const SourceString& group : service.groups) add_foreign_group(group);
    }
    for (const BlueprintService& service : blueprint_.services) add_service(service);
    add_order();
    return std::move(draft_);
  }

 private:
  void add_group(const BlueprintGroup& group) {
    if (!may_be_name(group.name.text)) return leave_out("group", group.name.text);
    DraftGroup drafted;
    drafted.wanted.name = word(group.name.text);
    if (group.again_in != 0) {
      drafted.remarks.push_back(fmt::format(
          "Line {} of {} defines it once more. If these are two groups on Render, name each by its id.",
          group.again_in, file_));
    } else if (!group.keys.empty()) {
      drafted.wanted.variables =
          model::VariableCount{.number = static_cast<int>(group.keys.size()), .at_least = true, .place = {}};
      std::ranges::copy_if(group.keys, std::back_inserter(drafted.keys), may_be_word);
    }
    groups_.insert(group.name.text);
    draft_.groups.push_back(std::move(drafted));
  }

  void add_foreign_group(const SourceString& group) {
    if (groups_.contains(group.text)) return;
    if (!may_be_name(group.text)) return leave_out("group", group.text);
    groups_.insert(group.text);
    DraftGroup drafted;
    drafted.wanted.name = word(group.text);
    drafted.remarks.push_back(
        fmt::format("{} does not define it: it must be in the workspace already.", file_));
    draft_.groups.push_back(std::move(drafted));
  }

  void add_service(const BlueprintService& service) {
    if (!may_be_name(service.name.text)) return leave_out("service", service.name.text);
    DraftService drafted;
    drafted.wanted.name = word(service.name.text);
    if (service.type == model::ServiceType::unknown) {
      drafted.remarks.push_back(
          fmt::format("Its type is {}, which this envlink does not know.", shown(service.type_text)));
    } else {
      drafted.wanted.type = service.type;
    }
    for (const SourceString& group : service.groups) {
      if (groups_.contains(group.text)) drafted.wanted.link.push_back(word(group.text));
    }
    if (drafted.wanted.link.empty()) {
      draft_.unlinked.push_back(std::move(drafted));
      return;
    }
    index_.emplace(service.name.text, draft_.services.size());
    drawn_.push_back(&service);
    draft_.services.push_back(std::move(drafted));
  }

  /// A service comes after those it takes variables from, unless these wait for it in turn.
  void add_order() {
    std::vector<std::vector<std::size_t>> edges(drawn_.size());
    for (std::size_t at = 0; at < drawn_.size(); ++at) {
      for (const SourceString& source : drawn_[at]->sources) {
        if (const auto found = index_.find(source.text); found != index_.end())
          edges[at].push_back(found->second);
      }
    }
    const std::vector<std::size_t> knot = knots(edges);
    for (std::size_t at = 0; at < drawn_.size(); ++at) {
      DraftService& service = draft_.services[at];
      for (const std::size_t source : edges[at]) {
        if (source == at) continue;
        const std::string& name = draft_.services[source].wanted.name.text;
        if (knot[source] != knot[at]) {
          service.wanted.after.push_back(word(name));
        } else {
          service.remarks.push_back(fmt::format(
              "It takes a variable from {}, which waits for it in turn: no order follows.", shown(name)));
        }
      }
      remark_others(*drawn_[at], service);
    }
  }

  void remark_others(const BlueprintService& read, DraftService& service) {
    for (const SourceString& source : read.sources) {
      if (index_.contains(source.text) || stores().contains(source.text)) continue;
      service.remarks.push_back(
          fmt::format("It takes a variable from {}, which is linked to no group here.", shown(source.text)));
    }
  }

  const std::set<std::string>& stores() {
    if (stores_.empty()) stores_.insert(blueprint_.stores.begin(), blueprint_.stores.end());
    return stores_;
  }

  void leave_out(const std::string& kind, const std::string& name) {
    if (!unnameable_.insert({kind, name}).second) return;
    draft_.left_out.push_back(fmt::format(
        "The {} {}: such a name cannot stand here. Write its id in the name's place.", kind, shown(name)));
  }

  const Blueprint& blueprint_;
  std::string file_;
  std::set<std::string> groups_;
  std::set<std::pair<std::string, std::string>> unnameable_;  // kind and name
  std::set<std::string> stores_;
  std::map<std::string, std::size_t> index_;    // of draft_.services
  std::vector<const BlueprintService*> drawn_;  // parallel to draft_.services
  Draft draft_;
};

}  // namespace

Draft draft_of(const Blueprint& blueprint, const std::string& file) {
  return Drafter(blueprint, file).run();
}

}  // namespace envlink::config
