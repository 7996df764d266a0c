#include "api/document.h"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <functional>

#include "api/message.h"

namespace envlink::api {

namespace json = boost::json;

struct Document::Handler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = max_elements;
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  Handler(Document& owner, std::string_view text) : document(owner), body(text) {}

  Document& document;
  std::string_view body;
  std::array<std::uint32_t, max_json_depth + 1> open{};  // places of the lists and objects around
  std::size_t depth = 0;
  std::string part;  // of a text with escapes
  bool too_many = false;

  std::string_view kept(json::string_view last) {
    const std::less_equal<const char*> not_behind;
    const bool in_body = not_behind(body.data(), last.data()) &&
                         not_behind(last.data() + last.size(), body.data() + body.size());
    if (part.empty() && in_body) return {last.data(), last.size()};
    document.unescaped_.push_front(part.append(last.data(), last.size()));
    part.clear();
    return document.unescaped_.front();
  }
  /// The next value, or nullptr when there are too many.
  Value* add(json::error_code& error) {
    if (document.values_.size() == max_values) {
      too_many = true;
      error = json::error::array_too_large;
      return nullptr;
    }
    return &document.values_.emplace_back();
  }
  bool add(const Value& value, json::error_code& error) {
    Value* const place = add(error);
    if (place == nullptr) return false;
    *place = value;
    return true;
  }
  bool begin(Kind kind, json::error_code& error) {
    open[depth++] = static_cast<std::uint32_t>(document.values_.size());
    return add({.kind = kind}, error);
  }
  bool end() {
    const std::uint32_t place = open[--depth];
    document.values_[place].span = static_cast<std::uint32_t>(document.values_.size()) - place;
    return true;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& error) { return begin(Kind::object, error); }
  bool on_object_end(std::size_t, json::error_code&) { return end(); }
  bool on_array_begin(json::error_code& error) { return begin(Kind::list, error); }
  bool on_array_end(std::size_t, json::error_code&) { return end(); }
  bool on_key_part(json::string_view text, std::size_t, json::error_code&) { return on_part(text); }
  bool on_key(json::string_view text, std::size_t, json::error_code& error) { return on_text(text, error); }
  bool on_string_part(json::string_view text, std::size_t, json::error_code&) { return on_part(text); }
  bool on_string(json::string_view text, std::size_t, json::error_code& error) {
    return on_text(text, error);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code& error) {
    return add({.kind = Kind::whole, .whole = number}, error);
  }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code& error) {
    return add({.kind = Kind::number}, error);
  }
  bool on_double(double, json::string_view, json::error_code& error) {
    return add({.kind = Kind::number}, error);
  }
  bool on_bool(bool truth, json::error_code& error) {
    return add({.kind = Kind::truth, .truth = truth}, error);
  }
  bool on_null(json::error_code& error) { return add({}, error); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  bool on_part(json::string_view text) {
    part.append(text.data(), text.size());
    return true;
  }
  bool on_text(json::string_view text, json::error_code& error) {
    Value* const value = add(error);
    if (value == nullptr) return false;
    value->kind = Kind::text;
    value->text = kept(text);
    return true;
  }
};

const Value* Value::find(std::string_view key) const {
  const Value* found = nullptr;
  const Value* const end = next();
  for (const Value* one = first(); one != end; one = (one + 1)->next()) {
    const std::string_view name = one->text;
    // Nearly all names differ from it in their length or at once.
    if (name.size() == key.size() && name.starts_with(key.front()) && name == key) found = one + 1;
  }
  return found;
}

Error unreadable(std::string_view path, std::string_view trouble) {
  return {.what = "Render's reply could not be read",
          .why = std::string(path) + " " + std::string(trouble),
          .cure = "Try again. If it stays so, the API may have changed: please report it.",
          .request_id = {}};
}

std::string path_to(const Value& root, const Value& value) {
  std::string path = "$";
  const auto holds = [&value](const Value& one) { return &one <= &value && &value < one.next(); };
  for (const Value* at = &root; at != &value;) {
    const Value* one = at->first();
    if (at->is_list()) {
      std::size_t index = 0;
      for (; !holds(*one); one = one->next()) ++index;
      path.append("[").append(std::to_string(index)).append("]");
    } else {
      while (!holds(one[1])) one = one[1].next();
      path.append(".").append(one->text);
      ++one;
    }
    at = one;
  }
  return path;
}

Result<const Value*> Document::read(std::string_view body) {
  if (body.size() > max_body_size) return fail(unreadable("the reply", "is larger than 8 MiB"));
  if (body.empty()) return fail(unreadable("the reply", "is empty"));
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::basic_parser<Handler> parser(options, *this, body);
  json::error_code error;
  const std::size_t length = parser.write_some(false, body.data(), body.size(), error);
  if (!error && length < body.size()) error = json::error::extra_data;
  if (!error) return values_.data();
  const Handler& handler = parser.handler();
  if (handler.too_many) {
    return fail(unreadable("the reply", "holds more than " + std::to_string(max_values) + " values"));
  }
  if (error == json::error::array_too_large) {
    // Those around the list are not whole, but what stands before it in them is.
    for (std::size_t i = 0; i < handler.depth; ++i) {
      const std::uint32_t place = handler.open[i];
      values_[place].span = static_cast<std::uint32_t>(values_.size()) - place;
    }
    return fail(unreadable(path_to(values_.front(), values_[handler.open[handler.depth - 1]]),
                           "is a list of more than " + std::to_string(max_elements)));
  }
  // The library's own message names no content, so no secret can pass here.
  return fail(unreadable("the reply", "is not valid JSON: " + error.message()));
}

}  // namespace envlink::api
