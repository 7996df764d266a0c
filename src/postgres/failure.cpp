#include "postgres/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace envlink::postgres {
namespace {

using Kind = Complaint::Kind;

constexpr std::size_t code_size = 5;

bool is_code(std::string_view text) {
  return text.size() == code_size &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return text.find(word) != std::string_view::npos; });
}

struct Cause {
  std::string_view codes;  // SQLSTATEs, or the first two characters of them
  std::string_view what;   // {} is the store
  std::string_view why;    // empty: the server's own words
  std::string_view cure;
  bool passing = false;
};

constexpr Cause login = {
    "28P01 28000", "The team store {} refuses the login", "",
    "Check the user in the address, and the password in PGPASSWORD, in the password file "
    "(~/.pgpass, mode 0600) or in the service file"};
constexpr Cause no_database = {"3D000", "The team store {} does not exist", "",
                               "Create the database, or correct its name in the address"};
constexpr Cause standby = {
    "", "The team store {} cannot be written: the server is a standby",
    "it follows another server, or a failover is under way",
    "Try again soon. If it stays so, give the primary's host in the address, or all hosts", true};
constexpr Cause busy = {
    "53300", "The team store {} has no free connection", "",
    "Try again soon. If it happens often, raise max_connections or connect through PgBouncer", true};
constexpr Cause unverified = {
    "", "The team store {} cannot be trusted: TLS failed", "",
    "Name its certificate authority in the address (sslrootcert=/path/to/ca.pem). To "
    "encrypt without knowing whom to: sslmode=require"};
constexpr Cause not_postgres = {"", "What answers at the team store {} is not PostgreSQL", "",
                                "Check the host and the port in the address"};
constexpr Cause table_missing = {"", "A table of the team store {} is missing", "",
                                 "See what is missing: envlink store check"};
constexpr Cause unreachable = {
    "08", "The team store {} cannot be reached", "",
    "Check the network, the host and the port in the address, and that the server runs", true};

constexpr std::array causes = {
    login,
    no_database,
    busy,
    unreachable,
    Cause{"42P01 3F000", "The team store {} has no tables of envlink", "", "Create them: envlink store init"},
    Cause{"42703 42704 42883 42P10", "The tables in the team store {} are not those that envlink made", "",
          "See what differs: envlink store check"},
    Cause{"42501", "The role has too few rights in the team store {}", "",
          "Have the owner of the tables grant them: envlink store role NAME | psql OWNERS-ADDRESS"},
    Cause{"25006", "The team store {} is read-only for this role",
          "default_transaction_read_only is on for it, for the database or for the server",
          "Turn it off: ALTER ROLE … SET default_transaction_read_only = off"},
    Cause{"57P01 57P02 57P03 57P05", "The team store {} is stopping or starting", "", "Try again soon", true},
    Cause{"57014", "The server cancelled a statement in the team store {}", "",
          "Try again. If it happens often, raise statement_timeout for the role", true},
    Cause{"55P03", "The team store {} is in use", "", "Try again soon", true},
    Cause{"40", "A statement in the team store {} collided with another", "", "Try again soon", true},
    Cause{"53100", "The team store {} cannot be written: the server's disk is full", "",
          "Make room on the server's disk"},
    Cause{"53", "The server of the team store {} lacks resources", "", "Try again soon", true},
    Cause{"58 XX001 XX002", "The server of the team store {} cannot read or write its files", "",
          "Look into the server's log"},
};

bool fits(const Cause& cause, std::string_view code) {
  return std::ranges::any_of(split(cause.codes, ' '),
                             [&](auto one) { return !one.empty() && code.starts_with(one); });
}

/// PgBouncer gives all its own errors one code.
const Cause* cause_at_pgbouncer(std::string_view text) {
  if (has_any(text, {"authentication failed", "no such user"})) return &login;
  if (has_any(text, {"no such database"})) return &no_database;
  return has_any(text, {"no more connections"}) ? &busy : &unreachable;
}

const Cause* cause_without_code(std::string_view text) {
  if (has_any(text, {"no password supplied"})) return &login;
  if (has_any(text, {"session is read-only", "hot standby"})) return &standby;
  if (has_any(text, {"invalid response to SSL negotiation"})) return &not_postgres;
  const bool lost = has_any(text, {"SSL SYSCALL", "unexpected eof"});
  if (!lost && has_any(text, {"certificate", "SSL"})) return &unverified;
  return &unreachable;
}

const Cause* cause_of(const Complaint& complaint) {
  if (complaint.sqlstate.empty()) return cause_without_code(complaint.text);
  const bool of_envlink = has_any(complaint.text, {"\"envlink."});
  if (complaint.sqlstate == "42P01" && of_envlink && !has_any(complaint.text, {"\"envlink.meta\""}))
    return &table_missing;
  if (complaint.sqlstate == "08P01") return cause_at_pgbouncer(complaint.text);
  if (complaint.sqlstate == "25006" && complaint.on_standby) return &standby;
  const auto* found =
      std::ranges::find_if(causes, [&](const Cause& one) { return fits(one, complaint.sqlstate); });
  if (found != causes.end()) return found;
  return complaint.kind == Kind::unreachable ? &unreachable : nullptr;
}

}  // namespace

Complaint complaint_in(const std::string& message, Kind kind) {
  Complaint complaint{.kind = kind};
  std::string_view text = message;
  // connection to server at "HOST" (ADDRESS), port PORT failed: FATAL:  28P01: TEXT
  constexpr std::string_view failed = " failed: ";
  if (const auto end = text.find(failed); text.starts_with("connection to ") && end != text.npos)
    text.remove_prefix(end + failed.size());
  text = text.substr(0, text.find("\nLOCATION:"));
  const auto gap = text.find(":  ");  // after the severity, in the server's language
  if (gap != text.npos && is_code(text.substr(gap + 3, code_size))) {
    complaint.sqlstate = text.substr(gap + 3, code_size);
    text.remove_prefix(std::min(gap + 3 + code_size + 2, text.size()));
  }
  complaint.text = text;
  return complaint;
}

team::Failure explain(const std::string& store, const Complaint& complaint) {
  if (complaint.kind == Kind::too_large) {
    return {.error = {.what = fmt::format("The answer of the team store {} is too large", store),
                      .why = complaint.text}};
  }
  const std::string text(trim(clean(trim(complaint.text), 300)));
  if (complaint.kind == Kind::unanswered && complaint.sqlstate.empty()) {
    return {.error = {.what = fmt::format("The team store {} did not answer", store),
                      .why = text,
                      .cure = "Check the network and the server, then try again"},
            .passing = true};
  }
  const Cause* cause = cause_of(complaint);
  if (cause == nullptr) {
    // The text of other errors can quote the values that were sent.
    return {.error = {.what = fmt::format("The team store {} refuses a statement", store),
                      .why = fmt::format("SQLSTATE {}", clean(complaint.sqlstate, code_size)),
                      .cure = "See whether its tables are as envlink needs them: envlink store check"}};
  }
  return {.error = {.what = fmt::format(fmt::runtime(cause->what), store),
                    .why = cause->why.empty() ? text : std::string(cause->why),
                    .cure = std::string(cause->cure)},
          .passing = cause->passing};
}

}  // namespace envlink::postgres
