#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/characters.h"
#include "plan/stored.h"
#include "plan/stored_fields.h"

namespace envlink::plan {
namespace {

namespace json = boost::json;

/// Writes one object front to back: a plan is written once and never looked at again.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) { out_ += '{'; }

  void operator()(std::string_view key, const auto& field) {
    if (std::exchange(begun_, true)) out_ += ',';
    out_.append(1, '"').append(key).append("\":");
    write(field);
  }
  template <class T>
  void operator()(std::string_view key, const std::optional<T>& field) {
    if (field) (*this)(key, *field);
  }
  void later(std::string_view key, const auto& field) { (*this)(key, field); }
  void end() { out_ += '}'; }

 private:
  template <class T>
  void write(const T& field) {
    if constexpr (std::is_enum_v<T>) {
      write(stored::words<T>.at(static_cast<std::size_t>(field)));
    } else if constexpr (std::is_same_v<T, bool>) {
      out_ += field ? "true" : "false";
    } else if constexpr (std::is_integral_v<T>) {
      const fmt::format_int digits(field);
      out_.append(digits.data(), digits.size());
    } else {
      Writer inner(out_);
      stored::fields(inner, field);
      inner.end();
    }
  }
  void write(const std::string& field) { write(std::string_view(field)); }
  void write(std::string_view field) {
    if (std::ranges::all_of(field, [](char c) { return is_plain_in_json(c); })) {
      out_.append(1, '"').append(field).append(1, '"');
    } else {
      out_ += json::serialize(json::string_view(field.data(), field.size()));
    }
  }
  template <class Tag>
  void write(const Id<Tag>& field) {
    write(field.text());
  }
  void write(const Duration& field) { write(field.count()); }
  template <class T>
  void write(const std::vector<T>& field) {
    out_ += '[';
    for (const T& element : field) {
      if (&element != &field.front()) out_ += ',';
      write(element);
    }
    out_ += ']';
  }

  std::string& out_;
  bool begun_ = false;
};

constexpr std::size_t first_room = 4096;  // most plans fit

}  // namespace

std::string to_json(const Plan& plan) {
  std::string text;
  text.reserve(first_room);
  Writer writer(text);
  writer("version", 1);
  stored::fields(writer, plan);
  writer.end();
  return text;
}

std::string to_json(const PlanSnapshot& basis) {
  std::string text;
  Writer writer(text);
  stored::fields(writer, basis);
  writer.end();
  return text;
}

}  // namespace envlink::plan
