#pragma once
// Masks the values of variables and secret files in text before it is shown or stored. Keeps the values while
// it exists, overwrites them when destroyed, and passes them nowhere else.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "base/error.h"
#include "base/secret.h"

namespace envlink::api {

struct DecodedView;

/// Always three characters, because a length would reveal something.
constexpr std::string_view mask_text = "•••";

class Redactor {
 public:
  /// Learns the values in a reply of GET /env-groups/{id} and returns how many were visible. A value that
  /// cannot be read or that Render hides is an error, because it could not be masked.
  Result<std::size_t> learn_group(const Response& response);
  /// The same for a page of GET /services/{id}/env-vars.
  Result<void> learn_variables(const Response& response);
  /// The same for a page of GET /services/{id}/secret-files.
  Result<void> learn_secret_files(const Response& response);
  Result<void> learn_value(const Secret& value);

  /// Replaces every value, and every part that programs may extract from it, by mask_text, however it is
  /// escaped or encoded: docs/how-it-works/masking.md lists the forms. API keys become rnd_***. Values
  /// without a secret are not masked: see is_worth_masking. A text that can be decoded in too many ways
  /// becomes mask_text as a whole.
  std::string mask(std::string_view text) const;

 private:
  struct Span {
    std::size_t begin;
    std::size_t end;
  };
  struct Needle {
    Secret text;
    bool whole = false;   // a whole value, not part of one
    bool opaque = false;  // not words: a piece of it can be recognized in any text
  };
  /// Eight bytes of a needle. If a text contains them, the match is extended as far as possible.
  struct Piece {
    std::uint32_t needle;
    std::uint32_t at;
  };
  using Spans = std::vector<Span>;

  Result<void> learn(std::string_view value);
  Result<void> learn_page(const Response& response, std::string_view wrapper, std::string_view key);
  void settle() const;
  void cut_into_pieces() const;
  std::uint64_t bytes_of(Piece piece) const;
  std::size_t longest_at(std::string_view rest) const;
  void look(const DecodedView& view, Spans& spans) const;
  void look_for_pieces(const DecodedView& view, Spans& spans) const;

  // Sorted by the first call of mask.
  mutable std::vector<Needle> needles_;
  mutable std::vector<std::uint32_t>
      shorter_;                             // 1 + the longest needle that is a prefix of this one; 0: none
  mutable std::vector<bool> starts_;        // by a hash of the first bytes of a needle
  mutable std::vector<Piece> pieces_;       // of opaque and whole needles, sorted by their bytes
  mutable std::vector<bool> piece_starts_;  // by a hash of those bytes
  mutable bool settled_ = true;
};

}  // namespace envlink::api
