#include "engine/event_json.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>

#include "base/characters.h"

namespace envlink::engine {
namespace {

namespace json = boost::json;

/// Writes one object front to back: an event is written once and never looked at again.
class Writer {
 public:
  Writer() { out_.reserve(512); }

  template <std::size_t size>
  void text(const char (&key)[size], std::string_view value) {
    begin(key);
    quoted(value);
  }
  template <std::size_t size>
  void text_if_any(const char (&key)[size], std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  template <std::size_t size, class Number>
  void number(const char (&key)[size], Number value) {
    begin(key);
    const fmt::format_int digits(value);
    out_.append(digits.data(), digits.size());
  }
  template <std::size_t size, class Items, class TextOf>
  void texts_if_any(const char (&key)[size], const Items& items, TextOf text_of) {
    if (items.empty()) return;
    begin(key);
    char before = '[';
    for (const auto& item : items) {
      out_ += std::exchange(before, ',');
      quoted(text_of(item));
    }
    out_ += ']';
  }
  std::string take() {
    out_ += '}';
    return std::move(out_);
  }

 private:
  /// In one piece, whose length the compiler knows.
  template <std::size_t size>
  void begin(const char (&key)[size]) {
    std::array<char, size + 3> piece;
    piece[0] = std::exchange(before_, ',');
    piece[1] = '"';
    char* const end = std::copy_n(key, size - 1, piece.data() + 2);
    end[0] = '"';
    end[1] = ':';
    out_.append(piece.data(), piece.size());
  }
  void quoted(std::string_view value) {
    if (std::ranges::all_of(value, [](char c) { return is_plain_in_json(c); })) {
      out_ += '"';
      out_ += value;
      out_ += '"';
    } else {
      out_ += json::serialize(json::string_view(value.data(), value.size()));
    }
  }
  std::string out_;
  char before_ = '{';
};

std::optional<std::size_t> index_from(std::int64_t number) {
  return number < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(number));
}

/// Takes the fields of an event as they come. What is not known, or of another type, is passed over.
struct Handler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  Event event;
  bool is_object = false;
  std::optional<Time> at;
  std::optional<EventKind> kind;
  int depth = 0;
  std::string name;      // of the member that is read
  std::string_view key;  // the same; a view compares lengths first
  std::string part;      // of a text with escapes

  void field(std::string_view text) {
    std::string* into = nullptr;
    if (key == "at") {
      at = parse_rfc3339(text);
    } else if (key == "kind") {
      kind = event_kind_from(text);
    } else if (key == "server_time") {
      event.server_time = parse_rfc3339(text);
    } else if (key == "deploy") {
      event.deploy = DeployId(std::string(text));
    } else if (key == "subject") {
      into = &event.subject;
    } else if (key == "status") {
      into = &event.status;
    } else if (key == "text") {
      into = &event.text;
    } else if (key == "cure") {
      into = &event.cure;
    } else if (key == "request_id") {
      into = &event.request_id;
    }
    if (into != nullptr) into->assign(text);
  }
  void item(std::string_view text) {
    if (key == "deploys") event.deploys.emplace_back(std::string(text));
    if (key == "lines") event.lines.emplace_back(text);
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    if (depth++ == 0) is_object = true;
    if (depth == 2) key = {};  // nothing in it is of the event
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) { return --depth, true; }
  bool on_array_begin(json::error_code&) { return ++depth, true; }
  bool on_array_end(std::size_t, json::error_code&) { return --depth, true; }
  bool on_key_part(json::string_view text, std::size_t, json::error_code&) { return add_part(text); }
  bool on_key(json::string_view text, std::size_t, json::error_code&) {
    if (depth == 1) key = name.assign(part).append(text.data(), text.size());
    part.clear();
    return true;
  }
  bool on_string_part(json::string_view text, std::size_t, json::error_code&) { return add_part(text); }
  bool on_string(json::string_view text, std::size_t, json::error_code&) {
    std::string_view whole(text.data(), text.size());
    if (!part.empty()) whole = part.append(whole);
    if (is_object && depth == 1) field(whole);
    if (is_object && depth == 2) item(whole);
    part.clear();
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    if (depth != 1) return true;
    if (key == "link") event.link = index_from(number);
    if (key == "service") event.service = index_from(number);
    if (key == "number") event.number = static_cast<int>(number);
    return true;
  }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  bool add_part(json::string_view text) {
    part.append(text.data(), text.size());
    return true;
  }
};

Error broken(std::string why) {
  return Error{ErrorKind::general, "an event of the journal cannot be read", std::move(why), "", ""};
}

}  // namespace

std::string to_json(const Event& event) {
  Writer writer;
  writer.text("at", rfc3339_text(event.at).view());
  writer.text("kind", to_string(event.kind));
  if (event.link) writer.number("link", *event.link);
  if (event.service) writer.number("service", *event.service);
  writer.text_if_any("subject", event.subject);
  if (event.server_time) writer.text("server_time", rfc3339_text(*event.server_time).view());
  if (event.number != 0) writer.number("number", event.number);
  writer.text_if_any("deploy", event.deploy.text());
  writer.text_if_any("status", event.status);
  writer.text_if_any("text", event.text);
  writer.text_if_any("cure", event.cure);
  writer.text_if_any("request_id", event.request_id);
  writer.texts_if_any("deploys", event.deploys,
                      [](const DeployId& deploy) -> std::string_view { return deploy.text(); });
  writer.texts_if_any("lines", event.lines, [](const std::string& line) -> std::string_view { return line; });
  return writer.take();
}

Result<Event> event_from_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 4;
  json::basic_parser<Handler> parser(options);
  json::error_code error;
  const std::size_t length = parser.write_some(false, text.data(), text.size(), error);
  if (!error && length < text.size()) error = json::error::extra_data;
  if (error) return fail(broken(error.message()));
  Handler& read = parser.handler();
  if (!read.is_object) return fail(broken("it is no JSON object"));
  if (!read.at) return fail(broken("`at` is no time"));
  if (!read.kind) return fail(broken("`kind` is not known: it may come from a newer envlink"));
  read.event.at = *read.at;
  read.event.kind = *read.kind;
  return std::move(read.event);
}

}  // namespace envlink::engine
