#include "config/store_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/mask_keys.h"
#include "yaml/document.h"

namespace envlink::config {
namespace {

constexpr std::size_t longest = 2048;

bool has_scheme(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

}  // namespace

std::optional<SourceString> read_store(const yaml::Node& node, std::string_view key,
                                       yaml::Diagnostics& diagnostics) {
  constexpr std::string_view wanted = "an address such as postgres://envlink@db.example.com/envlink";
  if (!yaml::is_text(node)) {
    diagnostics.wrong_kind(node, key, wanted);
    return std::nullopt;
  }
  const auto refuse = [&](std::string what, std::string cure = {}) {
    diagnostics.add(node, fmt::format("{} {}", yaml::quoted(key), what), std::move(cure));
    return std::nullopt;
  };
  if (node.text.size() > longest) return refuse(fmt::format("is longer than {} bytes", longest));
  if (!has_scheme(node.text)) return refuse(fmt::format("must be {}", wanted));
  if (std::ranges::any_of(node.text, [](char c) { return c >= 0 && (c <= ' ' || c == 0x7F); }))
    return refuse("contains a space or a control character", "percent-encode it: %20 is a space");
  if (mask_keys(node.text) != node.text) {
    return refuse("contains a password",
                  "change that password, because this file is for everybody; then remove it here and set "
                  "PGPASSWORD, or the whole address in ENVLINK_STORE");
  }
  return diagnostics.word(node);
}

tl::expected<std::optional<std::string>, std::vector<yaml::Problem>> store_in(std::string_view text) {
  // Then a file that is no YAML has none either.
  if (text.find("store") == std::string_view::npos) return std::nullopt;
  yaml::Document document = yaml::parse(text, yaml::max_file_size);
  if (!document.root) {
    if (document.problems.empty()) return std::nullopt;
    return tl::make_unexpected(std::move(document.problems));
  }
  const yaml::Node* node =
      document.root->kind == yaml::Kind::mapping ? document.root->find("store") : nullptr;
  if (node == nullptr) return std::nullopt;
  yaml::Diagnostics diagnostics({});
  const auto store = node->broken ? std::nullopt : read_store(*node, "store", diagnostics);
  if (store) return store->text;
  if (diagnostics.empty()) return tl::make_unexpected(std::move(document.problems));
  return tl::make_unexpected(diagnostics.take());
}

}  // namespace envlink::config
