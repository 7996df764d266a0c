#include "plan/plan_file.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/sha256.h"
#include "plan/stored.h"

namespace envlink::plan {
namespace {

namespace json = boost::json;

constexpr std::string_view before_hash = R"(,"sha256":")";
constexpr std::string_view after_hash = R"("})";
constexpr std::size_t hash_size = 64;
constexpr std::size_t max_depth = 24;  // that of a stored plan, and some

tl::unexpected<Error> unfit(std::string why) {
  return fail({.why = std::move(why), .cure = "Make a new one: envlink plan --out FILE"});
}

/// The text without its hash, which stands at its end; nothing where it is not built like that.
std::optional<std::string> without_hash(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  constexpr std::size_t tail = before_hash.size() + hash_size + after_hash.size();
  if (text.size() < tail || !text.ends_with(after_hash)) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - tail);
  if (text.substr(body.size(), before_hash.size()) != before_hash) return std::nullopt;
  return std::string(body) + "}";
}

}  // namespace

PlanText plan_file_text(const Plan& plan, const PlanSnapshot& basis) {
  std::string text = fmt::format(R"({{"version":1,"plan":{},"basis":{}}})", to_json(plan), to_json(basis));
  std::string hash = sha256_hex(text);
  text.pop_back();
  text += fmt::format("{}{}{}\n", before_hash, hash, after_hash);
  return {std::move(text), std::move(hash)};
}

Result<PlanFile> read_plan_file(std::string_view text) {
  if (text.size() > max_plan_file_size) return unfit("it is larger than 32 MiB");
  json::error_code error;
  json::parse_options options;
  options.max_depth = max_depth;
  options.allow_invalid_utf8 = true;  // the name of a file may be any bytes
  const json::value document = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error == json::error::incomplete) return unfit("it is cut off: its end is missing");
  if (error) return unfit("it is no JSON: " + error.message());
  const json::object* object = document.if_object();
  const json::value* version = object == nullptr ? nullptr : object->if_contains("version");
  const json::value* plan = object == nullptr ? nullptr : object->if_contains("plan");
  const json::value* basis = object == nullptr ? nullptr : object->if_contains("basis");
  if (version == nullptr || version->if_int64() == nullptr) return unfit("it is no plan of envlink");
  if (version->as_int64() > 1) {
    return fail({.why = fmt::format("its version is {}, and this envlink knows 1", version->as_int64()),
                 .cure = "Use the envlink that made it, or a newer one."});
  }
  const json::value* hash = object->if_contains("sha256");
  if (plan == nullptr || basis == nullptr || hash == nullptr) return unfit("it is no plan of envlink");
  const auto hashed = without_hash(text);
  const std::string found = hashed ? sha256_hex(*hashed) : std::string{};
  if (!hashed || !hash->is_string() || found != std::string_view(hash->get_string())) {
    return unfit("its hash does not fit its bytes: it was changed after envlink wrote it");
  }
  auto read_plan = plan_from_json(json::serialize(*plan));
  if (!read_plan) return unfit(read_plan.error().why);
  auto read_basis = basis_from_json(json::serialize(*basis));
  if (!read_basis) return unfit(read_basis.error().why);
  return PlanFile{std::move(*read_plan), std::move(*read_basis), found};
}

}  // namespace envlink::plan
