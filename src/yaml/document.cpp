#include "yaml/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "yaml/events.h"

namespace envlink::yaml {
namespace {

struct Frame {
  std::shared_ptr<Node> node;
  std::string anchor;
  std::optional<Entry> pending;      // a mapping's key that waits for its value
  bool is_merge = false;             // … is `<<`
  bool skip_value = false;           // … was invalid
  std::map<std::string, int> lines;  // where each key was first defined
  std::vector<NodePtr> merges;
};

class Builder {
 public:
  explicit Builder(const LineIndex& lines) : lines_(lines), places_(lines) {}

  Document build() {
    Events events(lines_.text());
    while (!stopped_) {
      const auto event = events.next();
      if (!event) break;
      take(*event);
    }
    std::vector<Problem> syntax = events.problems();
    if (stopped_ || !syntax.empty()) root_.reset();
    problems_.insert(problems_.end(), syntax.begin(), syntax.end());
    if (!root_ && problems_.empty()) root_ = empty_document();
    return {root_, std::move(problems_)};
  }

 private:
  static NodePtr empty_document() {
    auto node = std::make_shared<Node>();
    node->plain = true;
    node->place = {1, 1};
    return node;
  }

  void take(const Event& event) {
    switch (event.type) {
      case Event::Type::document_start:
        if (root_)
          stop(last_, "a second YAML document begins after this line", "keep one document in the file");
        break;
      case Event::Type::scalar:
        if (auto node = make(event, Kind::scalar)) finish(std::move(node), event.anchor);
        break;
      case Event::Type::alias:
        take_alias(event);
        break;
      case Event::Type::sequence_start:
      case Event::Type::mapping_start:
        open(event);
        break;
      case Event::Type::sequence_end:
      case Event::Type::mapping_end:
        close();
        break;
      case Event::Type::other:
        break;
    }
  }

  std::shared_ptr<Node> make(const Event& event, Kind kind) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->text = event.text;
    node->plain = event.plain;
    std::tie(node->place, node->length) = place_of(event);
    if (kind == Kind::scalar && (event.tag == "tag:yaml.org,2002:str" || event.tag == "!")) {
      node->plain = false;
    } else if (!event.tag.empty()) {
      diagnostics(*node, fmt::format("the YAML tag `{}` is not supported", clean(event.tag, 60)),
                  "remove the tag");
      node->broken = true;
    }
    return count(1, node->place) ? node : nullptr;
  }

  std::pair<Place, int> place_of(const Event& event) {
    if (!event.placed) return {waiting_place(), 1};
    last_ = places_.at(event.start);
    const std::size_t size = lines_.text().size();
    const std::size_t start = std::min(event.start, size);
    const std::string_view covered = lines_.text().substr(start, std::clamp(event.end, start, size) - start);
    const int length = count_characters(covered.substr(0, covered.find_first_of("\r\n")));
    return {last_, std::max(1, length)};
  }

  /// A missing value is reported at its key.
  Place waiting_place() const {
    return !frames_.empty() && frames_.back().pending ? frames_.back().pending->place : last_;
  }

  void take_alias(const Event& event) {
    const auto found = anchors_.find(event.text);
    if (found != anchors_.end()) {
      if (count(found->second->weight, last_)) add(found->second);
      return;
    }
    auto node = make(event, Kind::scalar);
    if (!node) return;
    diagnostics(*node, fmt::format("no anchor `&{}` is defined before this alias", clean(event.text, 60)),
                {});
    node->broken = true;
    add(std::move(node));
  }

  void open(const Event& event) {
    auto node = make(event, event.type == Event::Type::mapping_start ? Kind::mapping : Kind::sequence);
    if (!node) return;
    if (frames_.size() == max_depth) {
      stop(node->place, fmt::format("nested more than {} levels deep", max_depth), {});
      return;
    }
    Frame& frame = frames_.emplace_back();
    frame.node = std::move(node);
    frame.anchor = event.anchor;
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    for (const NodePtr& source : frame.merges) merge(frame, *source);
    for (const NodePtr& item : frame.node->items) frame.node->weight += item->weight;
    for (const Entry& entry : frame.node->entries) frame.node->weight += 1 + entry.value->weight;
    if (!stopped_) finish(std::move(frame.node), frame.anchor);
  }

  void finish(NodePtr node, const std::string& anchor) {
    if (!anchor.empty()) anchors_[anchor] = node;
    add(std::move(node));
  }

  void add(NodePtr node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node->kind == Kind::sequence) {
      frame.node->items.push_back(std::move(node));
    } else if (!frame.pending) {
      add_key(frame, *node);
    } else {
      frame.pending->value = std::move(node);
      add_value(frame, std::exchange(frame.pending, std::nullopt).value());
    }
  }

  void add_key(Frame& frame, const Node& key) {
    frame.pending = Entry{key.text, key.place, key.length, nullptr};
    frame.skip_value = true;
    frame.is_merge = false;
    if (key.broken) return;
    if (key.kind != Kind::scalar) {
      diagnostics(key, fmt::format("a key must be text, found {}", kind_words(key)), {});
    } else if (const auto [seen, fresh] = frame.lines.emplace(key.text, key.place.line); !fresh) {
      diagnostics(key, fmt::format("duplicate key `{}`", clean(key.text, 60)),
                  fmt::format("it is already defined on line {}", seen->second));
    } else {
      frame.skip_value = false;
      frame.is_merge = key.plain && key.text == "<<";
    }
  }

  void add_value(Frame& frame, Entry entry) {
    if (frame.skip_value) return;
    if (frame.is_merge) {
      frame.merges.push_back(std::move(entry.value));
    } else {
      frame.node->entries.push_back(std::move(entry));
    }
  }

  void merge(Frame& into, const Node& source) {
    if (source.kind == Kind::sequence) {
      for (const NodePtr& item : source.items) merge_mapping(into, *item);
    } else {
      merge_mapping(into, source);
    }
  }

  /// Existing keys win.
  void merge_mapping(Frame& into, const Node& source) {
    if (source.broken) return;
    if (source.kind != Kind::mapping) {
      diagnostics(source,
                  fmt::format("`<<` takes a mapping or a list of mappings, found {}", kind_words(source)),
                  {});
      return;
    }
    for (const Entry& entry : source.entries) {
      if (!into.lines.emplace(entry.key, entry.place.line).second) continue;
      if (!count(1 + entry.value->weight, into.node->place)) return;
      into.node->entries.push_back(entry);
    }
  }

  bool count(std::size_t values, Place place) {
    values_ += values;
    if (values_ <= max_values) return true;
    stop(place, fmt::format("the file contains more than {} values, aliases expanded", max_values), {});
    return false;
  }

  void diagnostics(const Node& node, std::string what, std::string cure) {
    problems_.push_back({node.place, std::move(what), std::move(cure), node.length});
  }

  void stop(Place place, std::string what, std::string cure) {
    problems_.push_back({place, std::move(what), std::move(cure), 1});
    stopped_ = true;
  }

  const LineIndex& lines_;
  PlaceFinder places_;
  std::vector<Frame> frames_;
  std::map<std::string, NodePtr> anchors_;
  std::vector<Problem> problems_;
  NodePtr root_;
  Place last_{1, 1};
  std::size_t values_ = 0;
  bool stopped_ = false;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// The position of a `?` that may begin a key: after only blanks, a colon, a dash or another `?`. npos: none.
std::size_t explicit_key(std::string_view line) {
  char before = ':';  // the last non-blank
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool apart = at == 0 || is_blank(line[at - 1]);
    if (line[at] == '#' && apart) break;
    const bool ends = at + 1 == line.size() || is_blank(line[at + 1]);
    if (line[at] == '?' && apart && ends && (before == ':' || before == '-' || before == '?')) return at;
    if (!is_blank(line[at])) before = line[at];
  }
  return std::string_view::npos;
}

/// libfyaml 0.7.12 crashes on some of them: "? a: \t:b :". envlink needs neither.
std::optional<Problem> explicit_key_beside_tabs(const LineIndex& lines) {
  if (lines.text().find('\t') == std::string_view::npos) return std::nullopt;
  for (int number = 1; number <= lines.count(); ++number) {
    const std::size_t at = explicit_key(lines.line(number));
    if (at == std::string_view::npos) continue;
    return Problem{PlaceFinder(lines).at(lines.start_of(number) + at),
                   "an explicit key (`?`) in a file with tabs",
                   "write `key: value`, and spaces instead of tabs", 1};
  }
  return std::nullopt;
}

/// Rejects what YAML forbids before libfyaml sees it: the bytes 25 9d make it loop forever.
std::optional<Problem> unreadable(const LineIndex& lines, std::size_t limit) {
  const std::string_view text = lines.text();
  if (text.size() > limit) {
    return Problem{{1, 1}, fmt::format("the file is larger than {} KiB", limit / 1024), {}, 1};
  }
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    const auto c = decoded.character;
    const bool allowed =
        c == '\t' || c == '\n' || c == '\r' || c == 0x85 || c >= 0xA0 || (c >= 0x20 && c < 0x7F);
    if (!decoded.valid || !allowed) {
      const Place place = PlaceFinder(lines).at(at);
      if (decoded.valid) {
        return Problem{place, fmt::format("control character U+{:04X}", static_cast<unsigned>(c)),
                       "remove it, or write it as an escape in double quotes", 1};
      }
      return Problem{place, fmt::format("byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(text[at])),
                     "save the file as UTF-8", 1};
    }
    at += decoded.length;
  }
  return explicit_key_beside_tabs(lines);
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

bool is_float(std::string_view text) {
  if (is_one_of<3>(text, {".nan", ".NaN", ".NAN"})) return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (is_one_of<3>(text, {".inf", ".Inf", ".INF"})) return true;
  // std::from_chars also accepts a sign, "inf" and "nan".
  if (text.find_first_of("0123456789.") != 0) return false;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error != std::errc::invalid_argument && end == text.data() + text.size();
}

}  // namespace

Document parse(std::string_view text, std::size_t limit) {
  const LineIndex lines(without_byte_order_mark(text).substr(0, limit + 1));
  if (auto problem = unreadable(lines, limit)) return {nullptr, {std::move(*problem)}};
  return Builder(lines).build();
}

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : found->value.get();
}

bool is_null(const Node& node) {
  return node.kind == Kind::scalar && node.plain &&
         is_one_of<5>(node.text, {"", "~", "null", "Null", "NULL"});
}

std::optional<bool> as_bool(const Node& node) {
  if (node.kind != Kind::scalar || !node.plain) return std::nullopt;
  if (is_one_of<3>(node.text, {"true", "True", "TRUE"})) return true;
  if (is_one_of<3>(node.text, {"false", "False", "FALSE"})) return false;
  return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Node& node) {
  if (node.kind != Kind::scalar || !node.plain) return std::nullopt;
  std::string_view text = node.text;
  int base = 10;
  if (text.starts_with("0x")) base = 16;
  if (text.starts_with("0o")) base = 8;
  if (base != 10) text.remove_prefix(2);
  if (base == 10 && text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('-') && (base != 10 || node.text[0] == '+')) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_number(const Node& node) {
  return node.kind == Kind::scalar && node.plain && (as_integer(node) || is_float(node.text));
}

bool is_text(const Node& node) {
  return node.kind == Kind::scalar && !is_null(node) && !as_bool(node) && !is_number(node);
}

std::string_view kind_words(const Node& node) {
  if (node.kind == Kind::sequence) return "a list";
  if (node.kind == Kind::mapping) return "a mapping";
  if (is_null(node)) return "nothing";
  if (as_bool(node)) return "true or false";
  return is_number(node) ? "a number" : "text";
}

}  // namespace envlink::yaml
