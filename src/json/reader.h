#pragma once
// Reads JSON text into a struct by its `fields(visit, x)` (json/fields.h). Unknown fields are ignored: a
// newer envlink may have written them. The first fault ends the reading and is kept with its place.
//
//   const json::Read<Plan> plan = json::read<Plan>(text);
//   if (!plan) … plan.error().text()   // "`services[2].rebuild` is missing"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/words.h"
#include "json/document.h"
#include "json/fields.h"

namespace envlink::json {

enum class Nulls { faults, missing };  // whether a field that is null is a fault, or counts as missing

class Reader {
 public:
  static constexpr bool reads = true;

  /// Reads one object. Both must outlive the reader; paths start at `root`, which contains `object`.
  Reader(const Value& object, const Value& root, std::optional<Fault>& fault, Nulls nulls = Nulls::faults)
      : object_(object), root_(root), fault_(fault), nulls_(nulls) {}

  template <class T>
  void operator()(std::string_view name, T& field) {
    if (!read_if_there(name, field)) say(name, "is missing");
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& field) {
    or_null(name, field);
  }
  template <class T>
  void later(std::string_view name, T& field) {
    read_if_there(name, field);
  }
  template <class T>
  void if_any(std::string_view name, T& field) {
    read_if_there(name, field);
  }
  template <class T>
  void or_null(std::string_view name, T& field) {
    const Value* value = object_.find(name);
    if (value != nullptr && !value->is_null()) read(*value, field);
  }

  /// Reports a fault that only the caller can detect: `reader.say("rows", "is too large")`.
  void say(std::string_view name, std::string_view what);
  bool good() const { return !fault_; }

  template <class T>
  void read(const Value& value, T& field) {
    if (fault_) return;
    if constexpr (HasWords<T>) {
      const auto known = from_word<T>(text_of(value));
      if (fault_) return;
      if (!known) return say(value, "is an unknown word, perhaps from a newer envlink");
      field = *known;
    } else if constexpr (std::is_same_v<T, bool>) {
      if (value.kind != Kind::truth) return say(value, "is neither true nor false");
      field = value.truth;
    } else if constexpr (std::is_integral_v<T>) {
      if (value.kind != Kind::whole || !std::in_range<T>(value.whole))
        return say(value, "is not a whole number, or is too large");
      field = static_cast<T>(value.whole);
    } else if constexpr (std::is_same_v<T, std::string>) {
      field = text_of(value);
    } else if constexpr (std::is_same_v<T, Time>) {
      const auto time = parse_rfc3339(text_of(value));
      if (!time) return say(value, "is not a time");
      field = *time;
    } else if constexpr (std::is_same_v<T, Duration>) {
      field = span_of(value);
    } else {
      if (!value.is_object()) return say(value, "is not an object");
      Reader inner(value, root_, fault_, nulls_);
      fields(inner, field);
    }
  }
  template <class Tag>
  void read(const Value& value, Id<Tag>& field) {
    field = Id<Tag>(std::string(text_of(value)));
  }
  template <class T>
  void read(const Value& value, std::optional<T>& field) {
    if (value.is_null()) return field.reset();
    read(value, field.emplace());
  }
  template <class T>
  void read(const Value& value, std::vector<T>& field) {
    if (!value.is_list()) return say(value, "is not a list");
    field.clear();
    for (const Value* item = value.first(); item != value.next() && good(); item = item->next()) {
      read(*item, field.emplace_back());
    }
  }

 private:
  template <class T>
  bool read_if_there(std::string_view name, T& field) {
    const Value* value = object_.find(name);
    if (value != nullptr && value->is_null() && nulls_ == Nulls::missing) return false;
    if (value != nullptr) read(*value, field);
    return value != nullptr;
  }
  void say(const Value& value, std::string_view what);
  /// Empty if it is not a text, which is a fault.
  std::string_view text_of(const Value& value);
  Duration span_of(const Value& value);

  const Value& object_;
  const Value& root_;
  std::optional<Fault>& fault_;
  Nulls nulls_;
};

/// Reads an object with the fields of T. Paths start at `root`, which contains it.
template <class T>
Read<T> read(const Value& object, const Value& root) {
  std::optional<Fault> fault;
  T all{};
  if (object.is_object()) {
    Reader reader(object, root, fault);
    fields(reader, all);
  } else {
    fault = Fault{path_to(root, object), "is not a JSON object"};
  }
  if (fault) return tl::unexpected(std::move(*fault));
  return all;
}

template <class T>
Read<T> read(std::string_view text, const Limits& limits = {}) {
  Document document;
  const auto root = document.read(text, limits);
  if (!root) return tl::unexpected(root.error());
  return read<T>(**root, **root);
}

}  // namespace envlink::json
