#include "plan/group_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "plan/checks/checks.h"
#include "plan/context.h"
#include "plan/secret_name.h"

namespace envlink::plan {
namespace {

using model::Sameness;
using model::Variable;

Look look_of(const Variable& variable) {
  const model::Facts& facts = variable.facts;
  if (!facts.told || !variable.fingerprint) return Look::hidden;
  if (facts.empty) return Look::empty;
  if (facts.placeholder) return Look::placeholder;
  if (facts.url) return Look::url;
  if (facts.boolean && !facts.number) return Look::boolean;
  if (facts.number) return Look::number;
  return facts.json ? Look::json : Look::text;
}

bool is_known(Look look) {
  return look != Look::hidden && look != Look::empty && look != Look::placeholder;
}

/// 0 and 1 are both numbers and booleans.
bool are_of_one_kind(const Variable& a, const Variable& b) {
  return look_of(a) == look_of(b) || (a.facts.boolean && b.facts.boolean);
}

std::string_view phrase(Look look) {
  constexpr std::string_view phrases[] = {"missing", "hidden",   "empty",     "a placeholder", "text",
                                          "a URL",   "a number", "a boolean", "JSON",          "a file"};
  return phrases[static_cast<std::size_t>(look)];
}

/// One group's entry for a key.
struct Cell {
  const Variable* variable = nullptr;
  bool is_file = false;
  std::optional<model::ValueDigest> content{};  // of a file

  Look look() const {
    if (is_file) return content ? Look::file : Look::hidden;
    return variable == nullptr ? Look::absent : look_of(*variable);
  }
};

Cell cell_of(const model::Group& group, const std::string& key) {
  if (model::is_file_key(key)) return {nullptr, group.holds(key), group.digest_of(key)};
  return {group.variables ? model::find_variable(*group.variables, key) : nullptr};
}

Sameness compare(const Cell& a, const Cell& b) {
  if (a.variable != nullptr && b.variable != nullptr) return model::compare(*a.variable, *b.variable);
  if (!a.content || !b.content) return Sameness::unknown;
  return *a.content == *b.content ? Sameness::equal : Sameness::different;
}

KeyState state_of(const Cell& a, const Cell& b) {
  if (a.look() == Look::absent) return KeyState::only_b;
  if (b.look() == Look::absent) return KeyState::only_a;
  const Sameness sameness = compare(a, b);
  if (!is_known(a.look()) || !is_known(b.look()) || sameness == Sameness::unknown) return KeyState::unknown;
  if (sameness == Sameness::equal) return KeyState::equal;
  const bool shaped = a.variable != nullptr && !are_of_one_kind(*a.variable, *b.variable);
  return shaped ? KeyState::shape : KeyState::different;
}

bool fits(std::string_view pattern, std::string_view key) {
  if (!pattern.ends_with('*')) return key == pattern;
  return key.starts_with(pattern.substr(0, pattern.size() - 1));
}

/// How specific the best matching pattern is; 0: none matches. An exact key beats any prefix.
std::size_t closeness(const std::vector<std::string>& patterns, std::string_view key) {
  std::size_t closest = 0;
  for (const std::string& pattern : patterns) {
    if (fits(pattern, key)) closest = std::max(closest, pattern == key ? key.size() + 2 : pattern.size());
  }
  return closest;
}

Expected expected_of(const Expectations& all, std::string_view key) {
  const std::size_t differ = closeness(all.differ, key);
  const std::size_t equal = closeness(all.equal, key);
  if (differ == 0 && equal == 0) return Expected::nothing;
  return differ > equal ? Expected::differ : Expected::equal;
}

/// "hidden in staging and a placeholder in production"
std::string why_unknown(const ComparedKey& key, const GroupDiff& diff) {
  std::vector<std::string> whys;
  if (!is_known(key.a)) whys.push_back(fmt::format("{} in {}", phrase(key.a), clean(diff.a.label)));
  if (!is_known(key.b)) whys.push_back(fmt::format("{} in {}", phrase(key.b), clean(diff.b.label)));
  return join_and(whys);
}

class Comparison {
 public:
  Comparison(const GroupOf& a, const GroupOf& b, const Expectations& expectations, GroupDiff& diff)
      : a_(a.group), b_(b.group), expectations_(expectations), diff_(diff) {}

  void run() {
    for (const std::string& key : keys()) add(key);
    tell_unmatched(expectations_.differ, "--differ");
    tell_unmatched(expectations_.equal, "--equal");
  }

 private:
  std::set<std::string> keys() const {
    std::set<std::string> keys;
    for (const model::Group* group : {&a_, &b_}) {
      for (std::string& key : group->keys()) keys.insert(std::move(key));
    }
    return keys;
  }

  void add(const std::string& key) {
    const Cell a = cell_of(a_, key);
    const Cell b = cell_of(b_, key);
    ComparedKey compared{.key = key, .state = state_of(a, b), .a = a.look(), .b = b.look()};
    compared.expected = expected_of(expectations_, key);
    // A placeholder is not the real value, but it does differ from the other one.
    const bool apart =
        compare(a, b) == Sameness::different && compared.a != Look::empty && compared.b != Look::empty;
    judge(compared, a, apart);
    diff_.keys.push_back(std::move(compared));
  }

  void judge(ComparedKey& key, const Cell& a, bool apart) {
    if (key.expected == Expected::nothing) return judge_unasked(key, a);
    const bool alone = key.state == KeyState::only_a || key.state == KeyState::only_b;
    if (key.expected == Expected::differ) {
      if (key.state == KeyState::equal)
        return tell("diff-equal", Severity::error, key, "--differ forbids it");
      if (key.state == KeyState::unknown && !apart)
        return tell("diff-unknown", Severity::error, key, "--differ needs proof");
      if (alone) tell("diff-missing", Severity::warning, key, "the other does not have it");
      return;
    }
    if (key.state == KeyState::unknown && !apart)
      return tell("diff-unknown", Severity::error, key, "--equal needs proof");
    if (alone) return tell("diff-missing", Severity::error, key, "--equal forbids it");
    if (key.state != KeyState::equal) tell("diff-different", Severity::error, key, "--equal forbids it");
  }

  /// Keys without an expectation.
  void judge_unasked(ComparedKey& key, const Cell& a) {
    if (key.state == KeyState::only_a || key.state == KeyState::only_b)
      return tell("diff-missing", Severity::warning, key, "the other does not have it");
    if (key.state == KeyState::shape)
      return tell("diff-shape", Severity::warning, key, "they are of different kinds");
    if (key.state != KeyState::equal) return;
    const bool says = a.variable != nullptr && a.variable->facts.secret;
    if (says) return tell("diff-equal", Severity::warning, key, "its value looks like a secret");
    // A secret is neither a switch nor a number.
    const bool is_word = key.a == Look::boolean || key.a == Look::number;
    if (!is_word && name_says_secret(key.key))
      tell("diff-equal", Severity::warning, key, "its name looks like a secret");
  }

  void tell(std::string_view id, Severity severity, ComparedKey& key, std::string trouble) {
    const std::string a = clean(diff_.a.label);
    const std::string b = clean(diff_.b.label);
    std::string what;
    switch (key.state) {
      case KeyState::equal:
        what = fmt::format("equal in {} and {}", a, b);
        break;
      case KeyState::different:
        what = fmt::format("different in {} and {}", a, b);
        break;
      case KeyState::shape:
        what = fmt::format("{} in {} and {} in {}", phrase(key.a), a, phrase(key.b), b);
        break;
      case KeyState::only_a:
        what = "only in " + a;
        break;
      case KeyState::only_b:
        what = "only in " + b;
        break;
      case KeyState::unknown:
        what = fmt::format("equal or different is unknown: {}", why_unknown(key, diff_));
        break;
    }
    Finding finding =
        make_finding(id, subject_of(a_), fmt::format("{} is {}; {}", clean(key.key), what, trouble),
                     cure_clause(id), {}, key.key);
    finding.other = subject_of(b_);
    finding.severity = severity;
    diff_.findings.push_back(std::move(finding));
    key.trouble = std::move(trouble);
  }

  /// A flag that matches no key would check nothing.
  void tell_unmatched(const std::vector<std::string>& patterns, std::string_view flag) {
    std::vector<std::string> held;
    for (const ComparedKey& one : diff_.keys) held.push_back(one.key);
    for (const std::string& pattern : patterns) {
      if (std::ranges::any_of(held, [&](const std::string& key) { return fits(pattern, key); })) continue;
      const bool prefix = pattern.ends_with('*');
      const std::string near = prefix ? std::string{} : nearest(pattern, held);
      Finding finding = make_finding("diff-unmatched", subject_of(a_),
                                     fmt::format("{} {} matches no key of {} or {}", flag, clean(pattern),
                                                 clean(diff_.a.label), clean(diff_.b.label)),
                                     near.empty() ? "correct the name, or remove the flag"
                                                  : fmt::format("did you mean {}?", clean(near)),
                                     {}, pattern);
      finding.other = subject_of(b_);
      if (prefix) finding.severity = Severity::warning;
      diff_.findings.push_back(std::move(finding));
    }
  }

  const model::Group& a_;
  const model::Group& b_;
  const Expectations& expectations_;
  GroupDiff& diff_;
};

ComparedSide side_of(const GroupOf& one, const GroupOf& other) {
  const std::string label = one.group.label();
  const bool apart = label != other.group.label();
  return {one.workspace.owner, one.group.id, one.group.name,
          apart ? label : fmt::format("{} of {}", label, one.workspace.owner.name)};
}

}  // namespace

std::size_t GroupDiff::count(KeyState state) const {
  return static_cast<std::size_t>(std::ranges::count(keys, state, &ComparedKey::state));
}

bool GroupDiff::passed() const {
  return !has_error(findings);
}

GroupDiff compare_groups(const model::Desired& desired, const GroupOf& a, const GroupOf& b,
                         const Expectations& expectations) {
  GroupDiff diff{.a = side_of(a, b), .b = side_of(b, a), .file = desired.file};
  Comparison(a, b, expectations, diff).run();
  diff.ignored = apply_policy(Context(desired, a.workspace), diff.findings);
  std::ranges::stable_sort(diff.findings, std::ranges::greater{}, &Finding::severity);
  return diff;
}

}  // namespace envlink::plan
