#pragma once
// The parts of Render's OpenAPI document that envlink uses, and how a JSON value differs from its schema.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"

namespace envlink::contract {

/// The differences with their places: "[*].deploy.commit: null". All items of an array share one place.
using Findings = std::set<std::string>;

class Document {
 public:
  explicit Document(boost::json::value root);

  /// "POST /services/{serviceId}/deploys", or "" if the document has no such path and method.
  std::string operation_of(api::Method method, std::string_view path) const;
  const boost::json::object& operation(const std::string& name) const;
  std::set<std::string> operations() const;  // their names
  /// The schema of a reply's body; nullptr if no body is declared. `declared`: whether the status is.
  const boost::json::value* reply_schema(const std::string& operation, int status, bool& declared) const;
  const boost::json::value* body_schema(const std::string& operation) const;
  const boost::json::value& component(std::string_view schema) const;

  /// What a `$ref` names; otherwise the value itself.
  const boost::json::value& follow(const boost::json::value& schema) const;
  Findings check(const boost::json::value& schema, const boost::json::value& value) const;
  /// What a query ("name=a,b&limit=20") has that is not declared, has in another form, or lacks.
  Findings check_query(const std::string& operation, std::string_view query) const;

 private:
  using Parts = std::vector<const boost::json::object*>;
  void collect(const boost::json::value& schema, Parts& parts) const;
  void check(const boost::json::value& schema, const boost::json::value& value, const std::string& at,
             Findings& findings) const;
  void check_choice(const boost::json::value& choices, const boost::json::value& value, const std::string& at,
                    Findings& findings) const;
  void check_object(const Parts& parts, const boost::json::object& value, const std::string& at,
                    Findings& findings) const;
  const boost::json::value* choice_by_type(const boost::json::value& schema,
                                           const boost::json::object& holder) const;
  void check_parameter(const boost::json::object& parameter, const std::vector<std::string_view>& values,
                       Findings& findings) const;

  boost::json::value root_;
};

/// The extract of Render's document in this folder.
const Document& document();

}  // namespace envlink::contract
