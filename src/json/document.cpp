#include "json/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <functional>

namespace envlink::json {

using boost::json::error;
using boost::json::error_code;
using boost::json::string_view;

struct Document::Handler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  struct Open {  // a list or an object
    std::size_t place = 0;
    std::size_t items = 0;
  };

  Document& document;
  std::string_view body;
  const Limits& limits;
  std::vector<Open> open{};
  std::string part{};  // of a text with escapes
  std::optional<Fault> fault{};

  bool give_up(std::string where, std::string what, error_code& code) {
    fault = Fault{std::move(where), std::move(what)};
    code = error::array_too_large;
    return false;
  }
  /// The containers around the current value are not complete yet, but what comes before it in them is.
  void close_all() {
    for (const Open& one : open) end(one);
  }
  void end(const Open& one) {
    document.values_[one.place].span = static_cast<std::uint32_t>(document.values_.size() - one.place);
  }

  bool add(const Value& value, error_code& code) {
    if (document.values_.size() == limits.values) {
      return give_up("", fmt::format("contains more than {} values", limits.values), code);
    }
    if (!open.empty() && ++open.back().items > limits.elements &&
        document.values_[open.back().place].is_list()) {
      close_all();
      return give_up(path_to(document.values_.front(), document.values_[open.back().place]),
                     fmt::format("is a list of more than {}", limits.elements), code);
    }
    document.values_.push_back(value);
    return true;
  }
  bool begin(Kind kind, error_code& code) {
    const std::size_t place = document.values_.size();
    if (!add({.kind = kind}, code)) return false;
    open.push_back({place});
    return true;
  }
  bool end() {
    end(open.back());
    open.pop_back();
    return true;
  }
  /// The text as a part of the body; stored separately if it has escapes.
  std::string_view kept(string_view last) {
    const std::less_equal<const char*> not_behind;
    const bool in_body = not_behind(body.data(), last.data()) &&
                         not_behind(last.data() + last.size(), body.data() + body.size());
    if (part.empty() && in_body) return {last.data(), last.size()};
    document.unescaped_.push_front(part.append(last.data(), last.size()));
    part.clear();
    return document.unescaped_.front();
  }
  bool on_text(string_view text, error_code& code) {
    return add({.kind = Kind::text, .text = kept(text)}, code);
  }
  bool on_part(string_view text) {
    part.append(text.data(), text.size());
    return true;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& code) { return begin(Kind::object, code); }
  bool on_object_end(std::size_t, error_code&) { return end(); }
  bool on_array_begin(error_code& code) { return begin(Kind::list, code); }
  bool on_array_end(std::size_t, error_code&) { return end(); }
  bool on_key_part(string_view text, std::size_t, error_code&) { return on_part(text); }
  bool on_key(string_view text, std::size_t, error_code& code) { return on_text(text, code); }
  bool on_string_part(string_view text, std::size_t, error_code&) { return on_part(text); }
  bool on_string(string_view text, std::size_t, error_code& code) { return on_text(text, code); }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, string_view, error_code& code) {
    return add({.kind = Kind::whole, .whole = number}, code);
  }
  bool on_uint64(std::uint64_t, string_view, error_code& code) { return add({.kind = Kind::number}, code); }
  bool on_double(double, string_view, error_code& code) { return add({.kind = Kind::number}, code); }
  bool on_bool(bool truth, error_code& code) { return add({.kind = Kind::truth, .truth = truth}, code); }
  bool on_null(error_code& code) { return add({}, code); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

const Value* Value::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const Value* found = nullptr;
  const Value* const end = next();
  for (const Value* one = first(); one != end; one = (one + 1)->next()) {
    if (one->text == key) found = one + 1;
  }
  return found;
}

std::string path_to(const Value& root, const Value& value) {
  std::string path;
  const auto holds = [&value](const Value& one) { return &one <= &value && &value < one.next(); };
  for (const Value* at = &root; at != &value;) {
    const Value* one = at->first();
    if (at->is_list()) {
      std::size_t index = 0;
      for (; !holds(*one); one = one->next()) ++index;
      path += fmt::format("[{}]", index);
    } else {
      while (!holds(one[1])) one = one[1].next();
      if (!path.empty()) path += '.';
      path += one->text;
      ++one;
    }
    at = one;
  }
  return path;
}

Read<const Value*> Document::read(std::string_view text, const Limits& limits) {
  const auto faulty = [](std::string what) { return tl::unexpected(Fault{{}, std::move(what)}); };
  if (text.size() > limits.size) return faulty(fmt::format("is larger than {} MiB", limits.size >> 20U));
  values_.reserve(std::min(limits.values, text.size() / 16));
  boost::json::parse_options options;
  options.max_depth = limits.depth;
  options.allow_invalid_utf8 = limits.any_bytes;
  boost::json::basic_parser<Handler> parser(options, *this, text, limits);
  error_code code;
  const std::size_t length = parser.write_some(false, text.data(), text.size(), code);
  if (!code && length < text.size()) code = error::extra_data;
  if (!code) return values_.data();
  if (parser.handler().fault) return tl::unexpected(*parser.handler().fault);
  if (code == error::incomplete) return faulty("is cut off: its end is missing");
  // The library's message quotes nothing of the text, so it cannot contain a secret.
  return faulty("is not JSON: " + code.message());
}

}  // namespace envlink::json
