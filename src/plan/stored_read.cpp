#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "plan/stored.h"
#include "plan/stored_fields.h"

namespace envlink::plan {
namespace {

namespace json = boost::json;

constexpr std::size_t max_size = std::size_t{32} * 1024 * 1024;
constexpr std::size_t max_depth = 16;
constexpr Duration longest = std::chrono::hours(24 * 366 * 10'000);  // as its end can still be told

Error unreadable(std::string why) {
  return {.kind = ErrorKind::general,
          .what = "A stored plan cannot be read",
          .why = std::move(why),
          .cure = "Make a new plan: envlink plan",
          .request_id = {}};
}

/// Where a value stands. It is put into words only when there is something to say about it.
struct Path {
  const Path* around = nullptr;
  std::string_view key{};
  std::optional<std::size_t> index{};  // in a list

  std::string text() const {
    std::string path = around == nullptr ? std::string{} : around->text();
    if (index) return path.append(fmt::format("[{}]", *index));
    if (!path.empty()) path.append(1, '.');
    return path.append(key);
  }
};

/// Reads the fields of one object. The first trouble is kept, with its place, and ends the reading.
class Reader {
 public:
  Reader(const json::object& object, const Path& path, std::string& trouble)
      : object_(object), path_(path), trouble_(trouble) {}

  template <class T>
  void operator()(std::string_view key, T& field) {
    if (!read_if_there(key, field)) say({&path_, key}, "is missing");
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& field) {
    T inner{};
    if (read_if_there(key, inner)) field = std::move(inner);
  }
  template <class T>
  void later(std::string_view key, T& field) {
    read_if_there(key, field);
  }

 private:
  template <class T>
  bool read_if_there(std::string_view key, T& field) {
    const json::value* value = object_.if_contains(key);
    if (value != nullptr && trouble_.empty()) read(*value, {&path_, key}, field);
    return value != nullptr;
  }

  void say(const Path& path, std::string_view trouble) {
    if (trouble_.empty()) trouble_ = fmt::format("`{}` {}", path.text(), trouble);
  }

  void read(const json::value& value, const Path& path, std::string& field) {
    if (const json::string* text = value.if_string()) {
      field.assign(text->data(), text->size());
    } else {
      say(path, "is no text");
    }
  }
  template <class Tag>
  void read(const json::value& value, const Path& path, Id<Tag>& field) {
    std::string text;
    read(value, path, text);
    field = Id<Tag>(std::move(text));
  }
  void read(const json::value& value, const Path& path, bool& field) {
    if (const bool* flag = value.if_bool()) {
      field = *flag;
    } else {
      say(path, "is neither true nor false");
    }
  }
  void read(const json::value& value, const Path& path, Duration& field) {
    Duration::rep count = 0;
    read(value, path, count);
    field = Duration(count);
    if (field < Duration::zero() || field > longest) say(path, "is no span of time");
  }
  template <class T>
  void read(const json::value& value, const Path& path, std::vector<T>& field) {
    const json::array* array = value.if_array();
    if (array == nullptr) return say(path, "is no list");
    field.clear();
    for (std::size_t i = 0; i < array->size() && trouble_.empty(); ++i) {
      read((*array)[i], {&path, {}, i}, field.emplace_back());
    }
  }
  template <class T>
  void read(const json::value& value, const Path& path, T& field) {
    if constexpr (std::is_enum_v<T>) {
      std::string text;
      read(value, path, text);
      const auto& words = stored::words<T>;
      const auto found = std::find(words.begin(), words.end(), text);
      if (found == words.end())
        return say(path, "is a word that is not known: it may come from a newer envlink");
      field = static_cast<T>(found - words.begin());
    } else if constexpr (std::is_arithmetic_v<T>) {
      json::error_code error;
      if (value.is_double()) return say(path, "is no whole number");
      field = value.to_number<T>(error);
      if (error) say(path, "is no whole number, or too large");
    } else {
      const json::object* inner = value.if_object();
      if (inner == nullptr) return say(path, "is no object");
      Reader reader(*inner, path, trouble_);
      stored::fields(reader, field);
    }
  }

  const json::object& object_;
  const Path& path_;
  std::string& trouble_;
};

/// What a rollout takes for granted. Waves that rise along `waits_for` rule out that services wait in a ring.
std::string trouble_with(const Plan& plan) {
  const std::size_t count = plan.services.size();
  const auto leads_nowhere = [count](std::size_t index) { return index >= count; };
  if (std::any_of(plan.links.begin(), plan.links.end(),
                  [&](const LinkChange& link) { return leads_nowhere(link.service); })) {
    return "a link is of no service of the plan";
  }
  for (const auto& wave : plan.waves) {
    if (std::any_of(wave.begin(), wave.end(), leads_nowhere)) return "a wave holds no service of the plan";
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::size_t before : plan.services[i].waits_for) {
      if (leads_nowhere(before)) return fmt::format("`services[{}]` waits for no service of the plan", i);
      if (plan.services[before].wave >= plan.services[i].wave) {
        return fmt::format("`services[{}]` waits for one that is not in an earlier wave", i);
      }
    }
  }
  if (plan.rollout.max_parallel < 1) return "`rollout.max_parallel` lets no service begin";
  return {};
}

Result<json::object> object_of(std::string_view text) {
  if (text.size() > max_size) return fail(unreadable("it is larger than 32 MiB"));
  json::error_code error;
  json::parse_options options;
  options.max_depth = max_depth;
  options.allow_invalid_utf8 = true;  // the name of a file may be any bytes
  // A piece of memory for all of it, which goes as a whole.
  const auto memory = json::make_shared_resource<json::monotonic_resource>();
  json::value document = json::parse(json::string_view(text.data(), text.size()), error, memory, options);
  if (error) return fail(unreadable("it is no JSON: " + error.message()));
  json::object* object = document.if_object();
  if (object == nullptr) return fail(unreadable("it is no JSON object"));
  return std::move(*object);
}

}  // namespace

Result<Plan> plan_from_json(std::string_view text) {
  const auto object = object_of(text);
  if (!object) return fail(object.error());
  std::string trouble;
  const Path whole;
  Reader reader(*object, whole, trouble);
  int version = 0;
  reader("version", version);
  if (trouble.empty() && version != 1) {
    return fail(unreadable(fmt::format("its version is {}, and this envlink knows 1", version)));
  }
  Plan plan;
  stored::fields(reader, plan);
  if (trouble.empty()) trouble = trouble_with(plan);
  if (!trouble.empty()) return fail(unreadable(std::move(trouble)));
  return plan;
}

Result<PlanSnapshot> basis_from_json(std::string_view text) {
  const auto object = object_of(text);
  if (!object) return fail(object.error());
  std::string trouble;
  const Path whole{.key = "basis"};
  Reader reader(*object, whole, trouble);
  PlanSnapshot basis;
  stored::fields(reader, basis);
  if (!trouble.empty()) return fail(unreadable(std::move(trouble)));
  return basis;
}

}  // namespace envlink::plan
