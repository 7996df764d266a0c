#include "config/credentials.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>

namespace envlink::config {
namespace {

using Table = std::map<std::string, std::string>;

ProcessEnvironment environment(const Table& variables, const Table& files, Time now = {}) {
  const auto look_up = [](const Table& table) {
    return [table](const std::string& key) {
      const auto found = table.find(key);
      return found == table.end() ? std::nullopt : std::optional(found->second);
    };
  };
  const auto read = [files](const std::string& path) -> Result<std::optional<std::string>> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    if (found->second == "no file") return fail({.what = "cannot read " + path});
    return found->second;
  };
  return {look_up(variables), read, now};
}

TEST_CASE("a dotenv or login file that cannot be read is an error, even if another source has a key") {
  const char* login = "/home/jo/.render/cli.yaml";
  const auto error_of = [](const Table& variables, const Table& files, const char* env_file = "") {
    const auto found = find_credentials(environment(variables, files), "envlink.yaml", env_file);
    REQUIRE_FALSE(found);
    return found.error().what;
  };
  CHECK(error_of({{"RENDER_API_KEY", "rnd_a"}}, {{".env", "no file"}}) == "cannot read .env");
  CHECK(error_of({{"RENDER_API_KEY", "rnd_a"}}, {{"ci.env", "no file"}}, "ci.env") == "cannot read ci.env");
  CHECK(error_of({{"HOME", "/home/jo"}}, {{login, "no file"}}) == std::string("cannot read ") + login);
  CHECK(
      find_credentials(environment({{"HOME", "/home/jo"}, {"RENDER_API_KEY", "rnd_a"}}, {{login, "no file"}}),
                       "envlink.yaml", "")
          .has_value());
}

TEST_CASE("the environment overrides the .env next to the file, variable by variable") {
  const auto found = find_credentials(
      environment({{"RENDER_API_KEY", "rnd_a"}, {"RENDER_WORKSPACE", ""}},
                  {{"deploy/.env",
                    "RENDER_API_KEY=rnd_b\nRENDER_HOST=http://127.0.0.1:8080\nRENDER_WORKSPACE=team\n"}}),
      "deploy/envlink.yaml", "");
  REQUIRE(found);
  CHECK(found->key_source == "RENDER_API_KEY");
  CHECK(found->base_url == "http://127.0.0.1:8080/v1");
  CHECK(found->workspace == "team");
}

TEST_CASE(".env is read next to the file, or from where --env-file says") {
  const auto beside =
      find_credentials(environment({}, {{".env", "RENDER_API_KEY=rnd_a"}}), "envlink.yaml", "");
  REQUIRE(beside);
  CHECK(beside->key_source == ".env");
  CHECK(beside->base_url == "https://api.render.com/v1");
  const auto named =
      find_credentials(environment({}, {{"ci.env", "RENDER_API_KEY=rnd_a"}}), "a/b.yaml", "ci.env");
  REQUIRE(named);
  CHECK(named->key_source == "ci.env");
}

TEST_CASE("a missing --env-file is an error even if another source has a key") {
  const auto found =
      find_credentials(environment({{"RENDER_API_KEY", "rnd_a"}}, {}), "envlink.yaml", "ci.env");
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::usage);
  CHECK(found.error().what == "`ci.env` does not exist");
}

TEST_CASE("without both, the official CLI's login is used") {
  const std::string login =
      "version: 1\nworkspace: tea-1\napi:\n  key: rnd_login\n  expires_at: 1800000000\n  host: "
      "https://api.render.com/v1/\n";
  const Time before{std::chrono::seconds(1'799'999'999)};
  struct Row {
    const char* name;
    Table variables;
    const char* path;
    const char* source;
  };
  const Row rows[] = {
      {"home", {{"HOME", "/home/a"}}, "/home/a/.render/cli.yaml", "~/.render/cli.yaml"},
      {"folder", {{"HOME", "/home/a"}, {"RENDER_CLI_CONFIG_DIR", "/c"}}, "/c/cli.yaml", "/c/cli.yaml"},
      {"path", {{"HOME", "/home/a"}, {"RENDER_CLI_CONFIG_PATH", "/c/x"}}, "/c/x", "/c/x"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto found =
        find_credentials(environment(row.variables, {{row.path, login}}, before), "envlink.yaml", "");
    REQUIRE(found);
    CHECK(found->key_source == row.source);
    CHECK(found->workspace == "tea-1");
    CHECK(found->base_url == "https://api.render.com/v1");
  }
  const auto expired = find_credentials(
      environment({{"HOME", "/h"}}, {{"/h/.render/cli.yaml", login}}, before + std::chrono::seconds(1)), "f",
      "");
  REQUIRE_FALSE(expired);
  CHECK(expired.error().kind == ErrorKind::authentication);
  CHECK(expired.error().what == "the login in ~/.render/cli.yaml has expired");
}

TEST_CASE("the login's host and workspace are only used with its key") {
  const auto found = find_credentials(
      environment({{"HOME", "/h"}, {"RENDER_API_KEY", "rnd_a"}},
                  {{"/h/.render/cli.yaml",
                    "workspace: tea-1\napi: {key: rnd_b, host: 'https://other.example/v1/'}\n"}}),
      "f", "");
  REQUIRE(found);
  CHECK(found->workspace.empty());
  CHECK(found->base_url == "https://api.render.com/v1");
}

TEST_CASE("without a key, the error names the three ways to provide one") {
  for (const char* login : {"", "api: {}", "api: [", "- a", "api: {key: }"}) {
    const auto found =
        find_credentials(environment({{"HOME", "/h"}}, {{"/h/.render/cli.yaml", login}}), "envlink.yaml", "");
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == ErrorKind::authentication);
    CHECK(found.error().what == "no Render API key was found");
    for (const char* way : {"export RENDER_API_KEY", ".env", "render login"}) {
      CHECK(found.error().cure.find(way) != std::string::npos);
    }
  }
}

TEST_CASE("a .env from a repository cannot send a key from another source to its host") {
  const Table files = {{".env", "RENDER_HOST=https://evil.example"},
                       {"/h/.render/cli.yaml", "api: {key: rnd_login}"},
                       {"own.env", "RENDER_API_KEY=rnd_x\nRENDER_HOST=https://proxy.example"}};
  for (const Table& variables : {Table{{"RENDER_API_KEY", "rnd_secret"}}, Table{{"HOME", "/h"}}}) {
    const auto found = find_credentials(environment(variables, files), "envlink.yaml", "");
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == ErrorKind::refused);
    CHECK(describe(found.error()).find("evil.example") != std::string::npos);
    CHECK(describe(found.error()).find("rnd_") == std::string::npos);
  }
  CHECK(find_credentials(environment({{"RENDER_API_KEY", "rnd_a"}}, files), "envlink.yaml", ".env"));
  CHECK(find_credentials(environment({}, files), "envlink.yaml", "own.env")->base_url ==
        "https://proxy.example/v1");
}

TEST_CASE("blanks and quotes pasted with a key are removed") {
  for (const char* text : {"rnd_a1", " rnd_a1\r\n", "\"rnd_a1\"", "'rnd_a1'\n", "\" rnd_a1 \""}) {
    const auto key = usable_key(text, "here");
    REQUIRE(key);
    CHECK(*key == "rnd_a1");
  }
}

TEST_CASE("a key that cannot be sent in a header is refused without being shown") {
  for (const std::string text :
       {"rnd_se cret", "rnd_se\ncret", "rnd_se\r\nX: cret", "rnd_se\tcret", "rnd_secr\xc3\xa9t",
        "\"rnd_secret", "Bearer rnd_secret", " ", "''", "rnd_se\x1b[31mcret"}) {
    const auto key = usable_key(text, "RENDER_API_KEY");
    REQUIRE_FALSE(key);
    CHECK(key.error().kind == ErrorKind::authentication);
    CHECK(key.error().what == "the API key from RENDER_API_KEY cannot be used");
    CHECK(describe(key.error()).find("rnd_se") == std::string::npos);
    CHECK(describe(key.error()).find("cret") == std::string::npos);
  }
  CHECK_FALSE(usable_key(std::string(100'000, 'a'), "x"));
}

TEST_CASE("what cannot be a key is refused with the reason, and every kind of key is accepted") {
  const std::pair<const char*, const char*> rows[] = {
      {"https://api.render.com/v1", "it is a URL"},
      {"op://vault/render/key", "it is a reference that was not replaced by its value"},
      {"${RENDER_KEY}", "it is a reference that was not replaced by its value"},
      {"${{secrets.KEY}}", "it is a reference that was not replaced by its value"},
      {"<your-key>", "it is a placeholder, not a key"},
      {"your-api-key-here", "it is a placeholder, not a key"},
      {"rnd_your_key", "it is a placeholder, not a key"},
      {"rnd_xxxxxxxx", "it is a placeholder, not a key"},
      {"rnd_", "it is a placeholder, not a key"},
      {"rnd_...", "it is a placeholder, not a key"},
      {"********", "it is a placeholder, not a key"},
      {"changeme", "it is a placeholder, not a key"},
      {"CHANGE_ME", "it is a placeholder, not a key"},
      {"rnd_\u2026", "it contains a character that is not ASCII"},
      {"rnd_a\u00a0b", "it contains a character that is not ASCII"},
      {"rnd_a\"b", "it contains a quote"},
      {"rnd_a b", "it contains a space"},
      {"rnd_a\nb", "it contains a line break"},
      {"RENDER_API_KEY=rnd_a", "it contains a character that no key has"},
      {"rnd_a;", "it contains a character that no key has"},
      {"#rnd_a", "it contains a character that no key has"},
      {"==", "it contains a character that no key has"},
  };
  for (const auto& [text, why] : rows) {
    CAPTURE(text);
    const auto key = usable_key(text, ".env, line 3");
    REQUIRE_FALSE(key);
    CHECK(key.error().why == why);
  }
  for (const char* text : {"rnd_example", "rnd_AbC123xyz", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln-_",
                           "YWJjZGVm==", "rnd_yourself1", "xyz1", "rnd_todoist9"}) {
    CAPTURE(text);
    CHECK(usable_key(text, "here"));
  }
}

TEST_CASE("an unusable key in a file is reported with its line, and only if it is used") {
  const Table files{{"deploy/.env",
                     "# keys\r\nRENDER_API_KEY=rnd_a\r\n\r\nNOTE=\"two\nlines\"\n"
                     "export RENDER_API_KEY=\"my key\"\nLAST=1\n"}};
  const auto found = find_credentials(environment({}, files), "deploy/envlink.yaml", "");
  REQUIRE_FALSE(found);
  CHECK(found.error().what == "the API key from deploy/.env, line 6 cannot be used");
  CHECK(describe(found.error()).find("my key") == std::string::npos);
  CHECK(find_credentials(environment({{"RENDER_API_KEY", "rnd_b"}}, files), "deploy/envlink.yaml", ""));
}

TEST_CASE("a host becomes a base URL") {
  const std::pair<const char*, const char*> rows[] = {
      {"https://api.render.com/v1/", "https://api.render.com/v1"},
      {"https://api.render.com", "https://api.render.com/v1"},
      {"api.render.com/v1", "https://api.render.com/v1"},
      {"HTTPS://API.Render.com:443//", "https://api.render.com:443/v1"},
      {"https://proxy.example/render/v1/", "https://proxy.example/render/v1"},
      {"http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"},
      {"127.9.9.9:1", "http://127.9.9.9:1/v1"},
      {"http://localhost", "http://localhost/v1"},
      {"http://[::1]:8080/", "http://[::1]:8080/v1"},
      {" https://api.render.com\n", "https://api.render.com/v1"},
  };
  for (const auto& [host, expected] : rows) {
    INFO(host);
    const auto base = base_url_from(host);
    REQUIRE(base);
    CHECK(*base == expected);
  }
}

TEST_CASE("an invalid host, or one that would leak the key, is refused") {
  for (const std::string host : {"http://api.render.com",
                                 "http://127.0.0.1.evil.example",
                                 "http://127.evil.example",
                                 "http://127.1",
                                 "http://127.0.0.1@evil.example",
                                 "http://127.0.0.256",
                                 "http://localhost.evil.example",
                                 "http://[::2]",
                                 "http://0x7f.0.0.1",
                                 "http://127.0.0.1:80@evil.example/",
                                 "ftp://a",
                                 "https://",
                                 "",
                                 "https://a b",
                                 "https://a?b",
                                 "https://a#b",
                                 "https://a:0",
                                 "https://a:65536",
                                 "https://a:",
                                 "https://a\\b",
                                 "https://a/\r\nX: y",
                                 "https://ä",
                                 "http://127.0.0.1.",
                                 "http://[::1",
                                 "https://u:p@a"}) {
    INFO(host);
    const auto base = base_url_from(host);
    REQUIRE_FALSE(base);
    CHECK(base.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a host is shown only if nothing in it can be a password") {
  for (const std::string host :
       {"https://user:S3cret@render.internal/v1", "https://S3cret@render.internal", "user:S3cret@h",
        "https://user:S3cret#1@h", "https://user:S3cret/1@h", "https://user:S3cret?1@h",
        "https://user:S3cret 1@h", "https://user:S3cret%40h", "https://user/S3cret%40h",
        "https://user:S3cret", "ftp://user:S3cret@h", "user:S3cret@h://h", "S3cret://h",
        "https://h/?token=S3cret", "https://h/v1#S3cret", "https://user:S3cret\n@h", "//S3cret@h"}) {
    INFO(host);
    const auto base = base_url_from(host);
    REQUIRE_FALSE(base);
    CHECK(describe(base.error()).find("S3cret") == std::string::npos);
  }
  CHECK(base_url_from("https://user:S3cret@h").error().why ==
        "it contains a user name or a password, but envlink sends only the API key");
  CHECK(base_url_from("http://render.example/v1").error().what ==
        "RENDER_HOST `http://render.example/v1` cannot be used");
}

}  // namespace
}  // namespace envlink::config
