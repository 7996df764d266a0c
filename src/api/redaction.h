#pragma once
// Masks the values of variables and secret files in a text that is about to be shown or stored. It holds the
// values as long as it lives and overwrites them then; they go nowhere else.

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

/// A mask is three characters, whatever it hides: a length tells something as well.
constexpr std::string_view mask_text = "•••";

class Redactor {
 public:
  /// A reply of GET /env-groups/{id}. A value that cannot be read or that Render hides is an error: it could
  /// not be masked. How many values were shown.
  Result<std::size_t> learn_group(const Response& response);
  /// A page of GET /services/{id}/env-vars, likewise.
  Result<void> learn_variables(const Response& response);
  /// A page of GET /services/{id}/secret-files, likewise.
  Result<void> learn_secret_files(const Response& response);
  /// A value that somebody gave.
  Result<void> learn_value(const Secret& value);

  /// Every occurrence of a value and of what can be taken out of it becomes mask_text, however it is escaped
  /// and encoded: docs/how-it-works/masking.md has the list. API keys become rnd_***. Values that hide
  /// nothing are left: see is_worth_masking. A text that can be read in too many ways becomes mask_text as a
  /// whole.
  std::string mask(std::string_view text) const;

 private:
  struct Span {
    std::size_t begin;
    std::size_t end;
  };
  struct Needle {
    Secret text;
    bool whole = false;   // a value, no part of one
    bool opaque = false;  // no words: a piece of it is recognised in any text
  };
  /// Eight bytes of a needle. Where a text has them, it is looked how much more of the needle stands there.
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

  // In order once they are settled, which the first mask does.
  mutable std::vector<Needle> needles_;
  mutable std::vector<std::uint32_t> shorter_;  // 1 + the longest needle that this one begins with; 0: none
  mutable std::vector<bool> starts_;            // by a hash of the first bytes of a needle
  mutable std::vector<Piece> pieces_;           // of what is opaque or whole, in the order of their bytes
  mutable std::vector<bool> piece_starts_;      // by a hash of them
  mutable bool settled_ = true;
};

}  // namespace envlink::api
