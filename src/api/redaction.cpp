#include "api/redaction.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "api/endpoints.h"
#include "api/redaction_parts.h"
#include "api/redaction_views.h"
#include "api/reply_reader.h"
#include "base/mask_keys.h"
#include "base/wipe.h"

namespace envlink::api {
namespace {

constexpr std::size_t shortest_needle = 4;
constexpr std::size_t most_needles = 2'000'000;  // more than any workspace has; it would need a gigabyte
constexpr std::size_t piece_size = 8;
constexpr std::size_t shortest_piece = 16;  // that is recognized with certainty

/// An index into `filter`, whose size is a power of two.
std::size_t place_of(std::uint64_t bytes, const std::vector<bool>& filter) {
  return static_cast<std::size_t>(bytes * 0x9E3779B97F4A7C15ULL >> 32) & (filter.size() - 1);
}

/// Sized for few false positives.
std::vector<bool> filter_for(std::size_t count) {
  return std::vector<bool>(std::bit_ceil(16 * (count + 1)));
}

std::uint32_t start_of(std::string_view text) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, text.data(), sizeof bytes);
  return bytes;
}

std::uint64_t piece_of(std::string_view text, std::size_t at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text.data() + at, sizeof bytes);
  return bytes;
}

/// The text of a key in each object of a list. Fails if one is hidden.
class Shown {
 public:
  Result<void> add(const Node& node, std::string_view key, std::vector<std::string_view>& values) {
    const json::Value* value = node.get(key);
    if (value == nullptr || !value->is_text()) return fail(unreadable(node.path_of(key), "is not text"));
    if (is_hidden(value->text)) return fail(hidden());
    some_ = true;
    told_ = told_ || !value->text.empty();
    values.push_back(value->text);
    return {};
  }
  /// One may be empty. If all are, Render hides them.
  Result<void> end() const { return some_ && !told_ ? Result<void>(fail(hidden())) : Result<void>(); }

  static Error hidden() {
    return {.what = "Render does not show the values",
            .why = "Render hides them from the owner of this key",
            .cure = "Use the key of a member who can see them."};
  }

 private:
  bool some_ = false;
  bool told_ = false;
};

/// Merges adjacent ranges: a mask must not show where one value ends and the next starts.
template <class Spans>
std::string replace(std::string_view text, Spans spans) {
  std::sort(spans.begin(), spans.end(), [](auto a, auto b) { return a.begin < b.begin; });
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < spans.size();) {
    const std::size_t begin = spans[i].begin;
    std::size_t end = spans[i].end;
    while (++i < spans.size() && spans[i].begin <= end) end = std::max(end, spans[i].end);
    out += text.substr(done, begin - done);
    out += mask_text;
    done = end;
  }
  return out.append(text.substr(done));
}

}  // namespace

Result<std::size_t> Redactor::learn_group(const Response& response) {
  return read_object<std::size_t>(response, [&](const Node& group) -> Result<std::size_t> {
    const json::Value* variables = group.object->find("envVars");
    if (variables == nullptr) return fail(unreadable(group.path_of("envVars"), "is missing"));
    std::vector<std::string_view> values;
    const auto take = [&](const json::Value& list, std::string_view key) {
      Shown shown;
      return for_each_object(list, *group.root,
                             [&](const Node& node) { return shown.add(node, key, values); })
          .and_then([&] { return shown.end(); });
    };
    auto told = take(*variables, "value");
    if (const auto* files = group.get("secretFiles"); told && files != nullptr)
      told = take(*files, "content");
    for (auto value = values.begin(); told && value != values.end(); ++value) told = learn(*value);
    if (!told) return fail(std::move(told.error()));
    return values.size();
  });
}

Result<void> Redactor::learn_page(const Response& response, std::string_view wrapper, std::string_view key) {
  Shown shown;
  const auto page = read_page<bool>(response, wrapper, [&](const Node& node) -> Result<bool> {
    std::vector<std::string_view> values;
    return shown.add(node, key, values).and_then([&] { return learn(values.front()); }).map([] {
      return true;
    });
  });
  if (!page) return fail(page.error());
  return shown.end();
}

Result<void> Redactor::learn_variables(const Response& response) {
  return learn_page(response, "envVar", "value");
}

Result<void> Redactor::learn_secret_files(const Response& response) {
  return learn_page(response, "secretFile", "content");
}

Result<void> Redactor::learn_value(const Secret& value) {
  return learn(value.value_);
}

Result<void> Redactor::learn(std::string_view value) {
  auto parts = parts_of(value);
  if (!parts || needles_.size() + parts->size() > most_needles)
    return fail(unreadable("the values", "are too many to mask"));
  for (std::string& part : *parts) {
    if (auto bare = squeezed(part); bare && is_worth_masking(bare->text))
      needles_.push_back({.text = Secret(std::move(bare->text))});
    const bool whole = part == value;
    needles_.push_back({.text = Secret(std::move(part)), .whole = whole});
  }
  settled_ = false;
  return {};
}

void Redactor::settle() const {
  std::sort(needles_.begin(), needles_.end(), [](const Needle& a, const Needle& b) {
    return a.text.value_ != b.text.value_ ? a.text.value_ < b.text.value_ : a.whole > b.whole;
  });
  const auto rest = std::unique(needles_.begin(), needles_.end(), [](const Needle& a, const Needle& b) {
    return a.text.value_ == b.text.value_;
  });
  needles_.erase(rest, needles_.end());
  shorter_.assign(needles_.size(), 0);
  starts_ = filter_for(needles_.size());
  for (std::uint32_t i = 0; i < needles_.size(); ++i) {
    const std::string& needle = needles_[i].text.value_;
    starts_[place_of(start_of(needle), starts_)] = true;
    // Needles are sorted: one that is a prefix of this one is the previous one, or a prefix of that.
    std::uint32_t before = i;
    while (before != 0 && !needle.starts_with(needles_[before - 1].text.value_))
      before = shorter_[before - 1];
    shorter_[i] = before;
  }
  cut_into_pieces();
  settled_ = true;
}

void Redactor::cut_into_pieces() const {
  std::vector<std::pair<std::uint64_t, Piece>> pieces;  // with their bytes, which are not stored
  for (std::uint32_t i = 0; i < needles_.size(); ++i) {
    const std::string& needle = needles_[i].text.value_;
    if (needle.size() < shortest_piece) continue;
    needles_[i].opaque = is_opaque(needle);
    if (!needles_[i].whole && !needles_[i].opaque) continue;
    for (std::uint32_t at = 0; at + piece_size <= needle.size(); at += piece_size)
      pieces.push_back({piece_of(needle, at), {i, at}});
  }
  std::sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  pieces_.clear();
  pieces_.reserve(pieces.size());
  piece_starts_ = filter_for(pieces.size());
  for (const auto& [bytes, piece] : pieces) {
    pieces_.push_back(piece);
    piece_starts_[place_of(bytes, piece_starts_)] = true;
  }
  wipe(pieces.data(), pieces.size() * sizeof pieces[0]);
}

std::uint64_t Redactor::bytes_of(Piece piece) const {
  return piece_of(needles_[piece.needle].text.value_, piece.at);
}

std::size_t Redactor::longest_at(std::string_view rest) const {
  const auto behind =
      std::upper_bound(needles_.begin(), needles_.end(), rest,
                       [](std::string_view text, const Needle& needle) { return text < needle.text.value_; });
  for (auto i = static_cast<std::size_t>(behind - needles_.begin()); i != 0; i = shorter_[i - 1]) {
    const std::string& needle = needles_[i - 1].text.value_;
    if (rest.starts_with(needle)) return needle.size();
  }
  return 0;
}

void Redactor::look(const DecodedView& view, Spans& spans) const {
  const std::string_view text = view.text;
  for (std::size_t at = 0; at + shortest_needle <= text.size(); ++at) {
    if (!starts_[place_of(start_of(text.substr(at)), starts_)]) continue;
    const std::size_t size = longest_at(text.substr(at));
    if (size != 0) spans.push_back({view.from[at].begin, view.from[at + size - 1].end});
  }
}

void Redactor::look_for_pieces(const DecodedView& view, Spans& spans) const {
  const std::string_view text = view.text;
  std::size_t done = 0;  // already searched up to here
  for (std::size_t at = 0; at + piece_size <= text.size(); ++at) {
    const std::uint64_t bytes = piece_of(text, at);
    if (!piece_starts_[place_of(bytes, piece_starts_)] || at + piece_size <= done) continue;
    auto piece = std::lower_bound(pieces_.begin(), pieces_.end(), bytes,
                                  [this](Piece one, std::uint64_t sought) { return bytes_of(one) < sought; });
    for (; piece != pieces_.end() && bytes_of(*piece) == bytes; ++piece) {
      const std::string_view needle = needles_[piece->needle].text.value_;
      if (!view.of_digits && !needles_[piece->needle].opaque) continue;
      std::size_t before = 0;
      while (before < std::min<std::size_t>(at, piece->at) &&
             text[at - before - 1] == needle[piece->at - before - 1]) {
        ++before;
      }
      const std::size_t longest = std::min(text.size() - at, needle.size() - piece->at);
      std::size_t behind = piece_size;
      while (behind < longest && text[at + behind] == needle[piece->at + behind]) ++behind;
      if (before + behind < shortest_piece) continue;
      spans.push_back({view.from[at - before].begin, view.from[at + behind - 1].end});
      done = std::max(done, at + behind);
    }
  }
}

std::string Redactor::mask(std::string_view text) const {
  // A mask changes how the text next to it decodes: "%a2%5C" is only read as "2%5C" after "%a" was removed.
  constexpr int most_rounds = 16;
  if (!settled_) settle();
  std::string masked(text);
  for (int round = 0; round < most_rounds; ++round) {
    Spans spans;
    const bool whole = needles_.empty() || each_view(masked, [&](const DecodedView& view) {
                         look(view, spans);
                         look_for_pieces(view, spans);
                       });
    if (!whole) break;
    if (spans.empty()) return mask_keys(masked);
    masked = replace(masked, std::move(spans));
  }
  return std::string(mask_text);
}

}  // namespace envlink::api
