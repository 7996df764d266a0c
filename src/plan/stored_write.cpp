#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "plan/stored.h"
#include "plan/stored_fields.h"

namespace envlink::plan {
namespace {

namespace json = boost::json;

class Writer {
 public:
  json::object object;  // keeps the order in which fields are added

  void operator()(std::string_view key, const auto& field) { object[key] = value_of(field); }
  template <class T>
  void operator()(std::string_view key, const std::optional<T>& field) {
    if (field) (*this)(key, *field);
  }
  void later(std::string_view key, const auto& field) { (*this)(key, field); }

 private:
  template <class T>
  static json::value value_of(const T& field) {
    if constexpr (std::is_enum_v<T>) {
      return json::string(stored::words<T>.at(static_cast<std::size_t>(field)));
    } else if constexpr (std::is_arithmetic_v<T>) {
      return field;
    } else {
      Writer inner;
      stored::fields(inner, field);
      return std::move(inner.object);
    }
  }
  static json::value value_of(const std::string& field) { return json::string(field); }
  template <class Tag>
  static json::value value_of(const Id<Tag>& field) {
    return json::string(field.text());
  }
  static json::value value_of(const Duration& field) { return field.count(); }
  template <class T>
  static json::value value_of(const std::vector<T>& field) {
    json::array array;
    for (const T& element : field) array.push_back(value_of(element));
    return array;
  }
};

}  // namespace

std::string to_json(const Plan& plan) {
  Writer writer;
  writer("version", 1);
  stored::fields(writer, plan);
  return json::serialize(writer.object);
}

std::string to_json(const Basis& basis) {
  Writer writer;
  stored::fields(writer, basis);
  return json::serialize(writer.object);
}

}  // namespace envlink::plan
