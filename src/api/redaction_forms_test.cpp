// The forms of a value in logs, as programs and libraries write them.

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "api/redaction.h"
#include "api/redaction_views.h"

namespace envlink::api {
namespace {

namespace json = boost::json;

Redactor knowing(std::string_view value) {
  Redactor redactor;
  const json::value group = {{"envVars", json::array{{{"key", "K"}, {"value", json::string(value)}},
                                                     {{"key", "L"}, {"value", ""}}}}};
  REQUIRE(redactor.learn_group({.status = 200, .body = json::serialize(group)}).has_value());
  return redactor;
}

/// Checks that the canary cannot be read in the masked text, however it is decoded.
bool is_hidden_in(const std::string& masked) {
  bool hidden = true;
  const bool read = each_view(masked, [&](const DecodedView& view) {
    if (view.text.find("CANARY") != std::string::npos) hidden = false;
  });
  return read && hidden;
}

struct Row {
  std::string value;
  std::string printed;
};

void check_hidden(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CAPTURE(row.printed);
    REQUIRE_FALSE(is_hidden_in(row.printed));
    const std::string masked = knowing(row.value).mask(row.printed);
    CAPTURE(masked);
    CHECK(is_hidden_in(masked));
  }
}

std::string in_json(std::string_view text, int times = 1) {
  std::string out(text);
  for (; times > 0; --times) out = json::serialize(json::object{{"level", "error"}, {"msg", out}});
  return out;
}

const std::string pem_line = "MIIEvQIBADANBgkqhkiG9w0BAQEFCANARYsecretABCDEFGHIJKLMNOP1234567";
const std::string pem =
    "-----BEGIN PRIVATE KEY-----\n" + pem_line + "\n" + pem_line + "2\n-----END PRIVATE KEY-----\n";
const std::string pem_in_one_line =
    "-----BEGIN PRIVATE KEY-----\\n" + pem_line + "\\n" + pem_line + "2\\n-----END PRIVATE KEY-----\\n";

TEST_CASE("each line of a private key is masked, however the key is stored") {
  const std::string account =
      json::serialize(json::object{{"type", "service_account"}, {"private_key", pem}});
  const std::string in_spaces = "-----BEGIN PRIVATE KEY----- " + pem_line + " -----END PRIVATE KEY-----";
  for (const std::string& value :
       {pem, pem_in_one_line, "\"" + pem_in_one_line + "\"", account, json::serialize(json::string(account)),
        in_spaces, json::serialize(json::object{{"firebase", account}})}) {
    check_hidden({{value, pem_line},
                  {value, "line 2: " + pem_line + "\r"},
                  {value, pem},
                  {value, pem_in_one_line},
                  {value, in_json(pem, 2)},
                  {value, "key " + pem_line.substr(0, 40) + "…"},                  // truncated
                  {value, pem_line.substr(0, 48) + "\n" + pem_line.substr(48)}});  // wrapped differently
  }
}

TEST_CASE("a value is masked in JSON within JSON") {
  const std::string value = "CANARYsecret\"quoted\\value";
  for (int times = 1; times <= 4; ++times) check_hidden({{value, in_json(value, times)}});
  check_hidden({{R"({"db":{"password":"CANARYsecret"}})", "password CANARYsecret"},
                {R"({"db":"{\"password\":\"CANARY\\\"secret\"}"})", "password CANARY\"secret"},
                {R"([["CANARYsecret"]])", "CANARYsecret"},
                {R"({"CANARYkey_51Hx":{"tenant":1}})", "no tenant CANARYkey_51Hx"}});
}

TEST_CASE("a value is masked as HTML, shells, SQL, YAML and CSV quote it") {
  const std::string value = "CANARY'sec\"ret<&>/\\$x y";
  check_hidden({{value, "CANARY&#39;sec&quot;ret&lt;&amp;&gt;/\\$x y"},
                {value, "CANARY&#x27;sec&#34;ret&lt;&amp;&gt;&#x2F;&bsol;$x y"},
                {value, "psql: 'CANARY'\\''sec\"ret<&>/\\$x y'"},
                {value, "CANARY\\'sec\\\"ret\\<\\&\\>/\\\\\\$x\\ y"},
                {value, "VALUES ('CANARY''sec\"ret<&>/\\$x y')"},
                {value, "\"CANARY'sec\"\"ret<&>/\\$x y\""},
                {value, "$'CANARY\\'sec\"ret<&>/\\\\$x y'"},
                {value, "&quot;CANARY&amp;#39;sec&amp;quot;ret&amp;lt;&amp;amp;&amp;gt;/\\$x y"}});
}

TEST_CASE("a value is masked in URLs, even if they are encoded twice or escaped in JSON") {
  const std::string value = "CANARY/s&c=r+t w%rd";
  check_hidden({{value, "q=CANARY%2Fs%26c%3Dr%2Bt%20w%25rd"},
                {value, "q=CANARY%2fs%26c%3dr%2bt+w%25rd&x=1"},
                {value, "next=%3Fq%3DCANARY%252Fs%2526c%253Dr%252Bt%2520w%2525rd"},
                {value, "{\"url\":\"https:\\/\\/x?q=CANARY\\/s\\u0026c=r+t w%rd\"}"},
                {value, "CANARY%2Fs\\u0026c%3Dr+t w%25rd"},
                {value, "CANARY\\x2fs\\046c\\075r\\u{2b}t w%rd"},
                {value, "CANARY%u002Fs&c=r+t w%rd"}});
}

TEST_CASE("credentials in an address are masked on their own, encoded and decoded") {
  const std::string encoded = "postgres://app:CANARYs%40ss%2Fw0rd%21@db.example:5432/x";
  check_hidden({{encoded, "password 'CANARYs@ss/w0rd!'"},
                {encoded, "user=app password=CANARYs%40ss%2Fw0rd%21"},
                {encoded, "app:CANARYs@ss/w0rd!"},
                {encoded, in_json("CANARYs@ss/w0rd!", 2)},
                {"postgres://app:CANARY/se#c?ret@db.example/x", "password CANARY/se#c?ret"},
                {"https://CANARYtoken@github.com/a/b", "login CANARYtoken"},
                {"redis://:CANARYpw@h:6379", "AUTH CANARYpw"},
                {"jdbc:postgresql://h/db?user=u&password=CANARYpw%21", "password CANARYpw!"},
                {"app:CANARYpw", "password CANARYpw"},
                {"app:CANARYpw@db.example:5432", "password CANARYpw"},
                {"db.example:5432:*:app:CANARYpw", "password CANARYpw"},
                {"https://hooks.example/services/T0/CANARYxyz09", "POST /services/T0/CANARYxyz09"},
                {"u:CANARYpw,v:other1", "CANARYpw"},
                {"Server=tcp:x;Uid=u;Pwd=CANARYpw;", "CANARYpw"}});
  CHECK(knowing(encoded).mask("db.example:5432 is down") == "db.example:5432 is down");
}

TEST_CASE("list items, tokens after their scheme and texts in markup are masked on their own") {
  check_hidden({{"Bearer CANARYpw", "token CANARYpw"},
                {"Authorization: Basic CANARYpw", "CANARYpw"},
                {"CANARYone1,CANARYtwo2", "first CANARYone1"},
                {"CANARYone1 CANARYtwo2", "CANARYtwo2"},
                {"CANARYone1; CANARYtwo2", "CANARYtwo2"},
                {"['CANARYone1', 'CANARYtwo2']", "CANARYtwo2"},
                {"<add key=\"a\" value=\"CANARYpw\"/>", "CANARYpw"},
                {"<password>CANARYpw</password>", "CANARYpw"},
                {"machine h login l password CANARYpw", "CANARYpw"},
                {"deploy --token CANARYpw", "CANARYpw"},
                {"A=1\nexport B='CANARYpw'\n", "CANARYpw"},
                {"keys:\n  - CANARYpw\n", "CANARYpw"},
                {"a: {b: CANARYpw}", "{b: CANARYpw}"},
                {"A=x;B=CANARYpw", "CANARYpw"}});
}

TEST_CASE("a value in base64 or hexadecimal is masked encoded, decoded and re-encoded") {
  const std::string key = "CANARYsecret-of-mine";
  const std::string base64 = "Q0FOQVJZc2VjcmV0LW9mLW1pbmU=";
  const std::string hex = "43414e4152597365637265742d6f662d6d696e65";
  const std::string apart = "43 41 4e 41 52 59 73 65 63 72 65 74 2d 6f 66 2d 6d 69 6e 65";
  for (const std::string& value : {key, base64, hex}) {
    check_hidden({{value, key},
                  {value, base64},
                  {value, "x" + base64.substr(0, 20) + "\n" + base64.substr(20)},
                  {value, "0x" + hex},
                  {value, "a" + hex + "1"},
                  {value, "<Buffer " + apart + ">"},
                  {value, "%51" + base64.substr(1)},
                  {value, in_json(base64, 2)}});
  }
  check_hidden({{R"({"k":"Q0FOQVJZc2VjcmV0"})", "CANARYsecret"},
                {"eyJrIjoiQ0FOQVJZc2VjcmV0In0=", "CANARYsecret"},
                {key, "UTBGT1FWSlpjMlZqY21WMExXOW1MVzFwYm1VPQ=="},  // base64 of base64
                {"app:" + key, "Authorization: Basic YXBwOkNBTkFSWXNlY3JldC1vZi1taW5l"},
                {key,
                 "5130464f51564a5a633256"  // base64 in hexadecimal
                 "6a636d56304c57396d4c5731"
                 "70626d553d"}});
}

TEST_CASE("invisible characters do not split a value") {
  const std::string value = "CANARYsecret";
  for (const char* between :
       {"\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060", "\x01", "\\u200b", "&#8203;"}) {
    const std::string masked = knowing(value).mask(std::string("CANARYs") + between + "ecret!");
    CAPTURE(between);
    CHECK(masked.find("CANARY") == std::string::npos);
    CHECK(masked.find("ecret") == std::string::npos);
    CHECK(masked.ends_with("!"));
  }
  const std::string nul("C\0A\0N\0A\0R\0Y\0s\0e\0c\0r\0e\0t\0", 24);
  CHECK(knowing(value).mask("<" + nul + ">").find('C') == std::string::npos);
  CHECK(knowing("C\u200bANARYsecret").mask("CANARYsecret") == "•••");
}

TEST_CASE("pieces of long tokens are masked, and pieces of words are not") {
  const std::string token = "sk_live_51HxQ2eZvKYlo2CyXs8gTnCANARY0aB1cD2";
  check_hidden({{token, "key " + token.substr(0, 36) + "..."}, {token, "..." + token.substr(20)}});
  CHECK(knowing(token).mask("sk_live_51H...") == "sk_live_51H...");
  const std::string words = "the quick brown fox jumps over the lazy dog in the database of the service";
  CHECK(knowing(words).mask("the quick brown fox jumps over it") == "the quick brown fox jumps over it");
  CHECK(knowing("https://dpg-cabc123-a.oregon-postgres.render.com/main").mask("oregon-postgres.render.com") ==
        "oregon-postgres.render.com");
}

TEST_CASE("words from values that are lists, commands or sentences are not masked") {
  const std::pair<std::string, std::string> rows[] = {
      {"GET,POST,PUT,DELETE", "DELETE /items answered 500"},
      {"content-type, authorization", "content-type is missing"},
      {"npm run start --workspace=api", "npm run start"},
      {"node --max-old-space-size=4096 server.js", "node server.js, 4096 MB"},
      {R"({"type":"service_account","project_id":"x1"})", "type and project_id are set"},
      {"{\n  \"type\": \"service_account\"\n}", "the type is wrong"},
      {"https://example.com/articles/comments", "articles and comments"},
      {"Hello and welcome to the service", "welcome to the service"},
      {"en-US,de-DE,fr", "en-US de-DE"},
      {"api.example.com,www.example.com", "api.example.com is down"}};
  for (const auto& [value, text] : rows) {
    CAPTURE(value);
    CHECK(knowing(value).mask(text) == text);
  }
}

TEST_CASE("a text that can be decoded in too many ways is masked whole") {
  const auto redactor = knowing("sesame-open");
  CHECK(redactor.mask(std::string(std::size_t{9} << 20, 'x')) == "•••");
  std::string knotted;
  for (int i = 0; i < 60; ++i) knotted += "%2526+\\\\u0025&amp;amp;%25u0041";
  CHECK(redactor.mask(knotted).size() <= knotted.size());
}

}  // namespace
}  // namespace envlink::api
