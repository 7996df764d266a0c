#include "postgres/address.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

#include "base/authority.h"
#include "base/text.h"
#include "base/wipe.h"
#include "trust/authorities.h"

namespace envlink::postgres {
namespace {

constexpr std::size_t longest_address = 2048;

const std::vector<std::string> known_parameters = {"application_name",
                                                   "channel_binding",
                                                   "connect_timeout",
                                                   "dbname",
                                                   "host",
                                                   "hostaddr",
                                                   "passfile",
                                                   "password",
                                                   "port",
                                                   "service",
                                                   "sslcert",
                                                   "sslcrl",
                                                   "sslkey",
                                                   "sslmode",
                                                   "sslrootcert",
                                                   "user",
                                                   "target_session_attrs"};

/// Of target_session_attrs, which libpq checks only when it connects.
const std::vector<std::string> session_kinds = {"any",     "read-write", "read-only",
                                                "primary", "standby",    "prefer-standby"};

/// libpq's list of parameters. Passwords in it are overwritten at the end.
class Options {
 public:
  explicit Options(PQconninfoOption* options) : options_(options) {}
  ~Options() {
    for (PQconninfoOption* one = options_; one != nullptr && one->keyword != nullptr; ++one) {
      if (is_secret(*one) && one->val != nullptr) wipe(one->val, std::strlen(one->val));
    }
    PQconninfoFree(options_);
  }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  static bool is_secret(const PQconninfoOption& option) { return option.dispchar[0] == '*'; }
  bool empty() const { return options_ == nullptr; }
  /// "": not set
  const char* at(std::string_view keyword) const {
    for (const PQconninfoOption* one = options_; one != nullptr && one->keyword != nullptr; ++one) {
      if (one->keyword == keyword && one->val != nullptr) return one->val;
    }
    return "";
  }
  bool has(std::string_view keyword) const { return *at(keyword) != '\0'; }
  /// The set ones that are not secret.
  std::map<std::string, std::string> open_ones() const {
    std::map<std::string, std::string> all;
    for (const PQconninfoOption* one = options_; one != nullptr && one->keyword != nullptr; ++one) {
      if (!is_secret(*one) && one->val != nullptr && *one->val != '\0') all.emplace(one->keyword, one->val);
    }
    return all;
  }

 private:
  PQconninfoOption* options_;
};

struct Unusable {
  Origin origin;
  tl::unexpected<Error> operator()(std::string why, std::string cure) const {
    return fail({.kind = ErrorKind::usage,
                 .what = origin == Origin::environment
                             ? "The address of the team store in ENVLINK_STORE cannot be used"
                             : "The address of the team store cannot be used",
                 .why = std::move(why),
                 .cure = std::move(cure)});
  }
};

constexpr auto form =
    "Write it as postgres://USER@HOST/DATABASE, for example postgres://envlink@db.example.com/envlink";

/// The names before the equals signs after the question mark. libpq takes everything up to an @ before the
/// first slash for the user and the password.
std::vector<std::string_view> names_in_query(std::string_view rest) {
  const std::size_t user_end = rest.find_first_of("@/");
  if (user_end != std::string_view::npos && rest[user_end] == '@') rest.remove_prefix(user_end + 1);
  const std::size_t mark = rest.find('?');
  if (mark == std::string_view::npos) return {};
  std::vector<std::string_view> names;
  for (const std::string_view part : split(rest.substr(mark + 1), '&')) {
    names.push_back(part.substr(0, part.find('=')));
  }
  return names;
}

/// An unencoded @ or / in a password makes its end the host, which would be shown.
bool may_show_password(std::string_view rest) {
  const auto at = rest.find('@');
  return at != std::string_view::npos &&
         (rest.find('@', at + 1) != std::string_view::npos || rest.find('/') < at);
}

/// libpq 15 cannot find the file that names the certificate authorities.
std::string trusted_authorities() {
  const std::string named = trust::authorities().file;
  return named.empty() ? trust::system_authorities() : named;
}

bool is_on_this_machine(const Host& host) {
  const std::string& target = host.address.empty() ? host.name : host.address;
  return target.starts_with('/') || target.starts_with('@') || target == "::1" || is_loopback(lower(target));
}

std::string shown_host(const Host& host) {
  const std::string& name = host.name.empty() ? host.address : host.name;
  const bool bracketed = name.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", bracketed ? "[" : "", name, bracketed ? "]" : "", host.port);
}

/// The element of a list with commas; of a list with one element, always that one.
std::string element(const std::string& list, std::size_t index) {
  const auto parts = split(list, ',');
  return std::string(index < parts.size() ? parts[index] : parts.size() == 1 ? parts[0] : std::string_view());
}

std::vector<Host> hosts_from(const Options& options, const char* default_host) {
  const std::string names = options.at("host");
  const std::string addresses = options.at("hostaddr");
  const std::size_t count = split(addresses.empty() ? names : addresses, ',').size();
  std::vector<Host> hosts;
  for (std::size_t i = 0; i < count; ++i) {
    Host host{.name = names.empty() ? "" : element(names, i),
              .address = addresses.empty() ? "" : element(addresses, i),
              .port = element(options.at("port"), i)};
    if (count == 1 && host.name.empty() && host.address.empty()) host.name = default_host;
    if (host.port.empty()) host.port = "5432";
    hosts.push_back(std::move(host));
  }
  return hosts;
}

Trust trust_of(std::string_view sslmode, bool on_this_machine) {
  if (on_this_machine) return Trust::this_machine;
  if (sslmode == "verify-full") return Trust::verified;
  return sslmode == "verify-ca" ? Trust::any_name : Trust::unverified;
}

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

/// Only for its parameters: an invalid value of gssencmode, which libpq checks after the others, keeps it
/// from connecting. The password keeps it from reading the password file.
Connection unconnected(const Options& given) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  const auto open = given.open_ones();
  for (const auto& [keyword, value] : open) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  for (const auto& [keyword, value] : {std::pair{"password", "-"}, {"gssencmode", "none"}}) {
    keywords.push_back(keyword);
    values.push_back(value);
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  return {PQconnectStartParams(keywords.data(), values.data(), 0), &PQfinish};
}

/// From 1 to `most`.
std::optional<int> number_from(std::string_view text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && number >= 1 && number <= most ? std::optional(number) : std::nullopt;
}

Result<void> check_text(std::string_view text, const Unusable& unusable) {
  if (text.size() > longest_address)
    return unusable(fmt::format("it is longer than {} bytes", longest_address), form);
  const std::size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon);
  if (colon == std::string_view::npos || (scheme != "postgres" && scheme != "postgresql"))
    return unusable("it does not start with postgres:// or postgresql://", form);
  const std::string_view rest = text.substr(colon + 3);
  if (text.find('\0') != std::string_view::npos || !is_valid_utf8(text))
    return unusable("it is not text in UTF-8", form);
  if (may_show_password(rest)) {
    return unusable("it has an @ or / in its user name or password, or a second @",
                    "Write @ as %40, / as %2F and % as %25");
  }
  for (const std::string_view name : names_in_query(rest)) {
    if (std::ranges::find(known_parameters, name) != known_parameters.end()) continue;
    const std::string near = nearest(name, known_parameters);
    // Any other word can be part of a password with a question mark: not shown.
    if (near.empty())
      return unusable("it has an unknown parameter", "Use only these: " + join_and(known_parameters));
    return unusable(fmt::format("it has the unknown parameter \"{}\"", clean(name, 40)),
                    fmt::format("Did you mean {}?", near));
  }
  return {};
}

/// All parameters but hosts, time limit and password. `given`: what the address says; `all`: with what libpq
/// found elsewhere.
std::map<std::string, std::string> other_parameters(const Options& given, const Options& all,
                                                    bool several_hosts, bool on_this_machine) {
  auto others = all.open_ones();
  for (const char* not_here : {"host", "hostaddr", "port", "connect_timeout", "options"})
    others.erase(not_here);
  // libpq's own defaults are weaker. They look as if the environment had set them: only the address can ask
  // for them.
  std::string& mode = others["sslmode"];
  if (!on_this_machine && mode == "prefer" && !given.has("sslmode")) mode = "verify-full";
  if (mode.starts_with("verify-")) others.try_emplace("sslrootcert", trusted_authorities());
  std::string& wanted = others["target_session_attrs"];
  if (several_hosts && wanted == "any" && !given.has("target_session_attrs")) wanted = "read-write";
  others["service"] = given.at("service");  // for its password; PQconninfo leaves it out
  others["gssencmode"] = "disable";
  others["client_encoding"] = "UTF8";
  others.try_emplace("application_name", "envlink");
  return others;
}

}  // namespace

Result<Address> Address::parse(std::string_view text, Origin origin) {
  const Unusable unusable{origin};
  if (auto checked = check_text(text, unusable); !checked) return fail(std::move(checked.error()));

  char* message = nullptr;  // may quote a password: not shown
  const Options given(PQconninfoParse(std::string(text).c_str(), &message));
  PQfreemem(message);
  if (given.empty()) return unusable("it is not a valid address", fmt::format("{}. Write % as %25", form));
  if (origin == Origin::file && given.has("password")) {
    return unusable(
        "it contains a password, which everyone who can read the file would know",
        "Remove the password and set PGPASSWORD, use a password file (~/.pgpass), or put the whole "
        "address into ENVLINK_STORE");
  }

  const Connection probe = unconnected(given);
  if (!probe) throw std::bad_alloc();
  const std::string problem = PQerrorMessage(probe.get());
  if (problem.find("gssencmode") == std::string::npos) {
    return unusable(std::string(trim(clean(problem, 300))),
                    "Correct the address, or the PG… variables or service file that it relies on");
  }
  const Options all(PQconninfo(probe.get()));
  if (all.empty()) throw std::bad_alloc();

  Address address;
  address.hosts_ = hosts_from(all, PQhost(probe.get()));
  std::vector<std::string> shown_hosts;
  for (const Host& host : address.hosts_) {
    if (host.name.empty() && host.address.empty()) return unusable("one of its hosts is empty", form);
    // In an address without a host, this can be the password: not shown.
    if (!number_from(host.port, 65535)) return unusable("its port is not a number from 1 to 65535", form);
    shown_hosts.push_back(shown_host(host));
  }
  if (all.has("connect_timeout")) {
    const auto seconds = number_from(all.at("connect_timeout"), 30);
    if (!seconds) return unusable("connect_timeout is not a number from 1 to 30", "Correct it, in seconds");
    address.connect_limit_ = std::chrono::seconds(*seconds);
  }
  address.database_ = PQdb(probe.get());
  address.shown_ =
      clean(fmt::format("{}@{}/{}", PQuser(probe.get()), join(shown_hosts, ","), address.database_), 300);
  const bool local = std::ranges::all_of(address.hosts_, is_on_this_machine);
  const auto others = other_parameters(given, all, address.hosts_.size() > 1, local);
  if (std::ranges::find(session_kinds, others.at("target_session_attrs")) == session_kinds.end())
    return unusable("its target_session_attrs is unknown", "Use one of " + join_and(session_kinds));
  address.trust_ = trust_of(others.at("sslmode"), local);
  address.others_.assign(others.begin(), others.end());
  address.password_ = Secret(given.at("password"));
  return address;
}

Address::Parameters Address::parameters(const Host& host) const {
  Parameters all;
  const auto add = [&all](const char* keyword, const std::string& value) {
    if (value.empty()) return;
    all.keywords.push_back(keyword);
    all.values.push_back(value.c_str());
  };
  for (const auto& [keyword, value] : others_) add(keyword.c_str(), value);
  add("host", host.name);
  add("hostaddr", host.address);
  add("port", host.port);
  add("password", password_.value_);
  all.keywords.push_back(nullptr);
  all.values.push_back(nullptr);
  return all;
}

}  // namespace envlink::postgres
