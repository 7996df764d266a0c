#include "api/written_value.h"

#include <doctest/doctest.h>

#include <string>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "base/secret_text_test.h"
#include "json/document.h"

using namespace envlink;
using namespace envlink::api;

namespace {

const std::string awkward = "sesame \"quoted\" \\ \n\t\x7f \u202e é";

Request writes(std::string_view key, const std::string& value) {
  return put_value(GroupId("evg-1"), key, WrittenValue::body(key, Secret(value)));
}

std::string written(const Request& request, std::string_view name) {
  json::Document document;
  const auto body = document.read(WrittenValue::body_of(request));
  REQUIRE(body.has_value());
  const json::Value* value = (*body)->find(name);
  REQUIRE(value != nullptr);
  return std::string(value->text);
}

model::ValueDigest digest(model::ValueKind, std::string_view, std::string_view value) {
  model::ValueDigest::Bytes bytes{};
  bytes[0] = static_cast<unsigned char>(value.size());
  return model::ValueDigest(bytes);
}

std::string said(const Request& request, int status, std::string body) {
  const Error error = explain(request, Response{status, {{"location", "/" + body}}, body}, "set TOKEN of g");
  return error.what + error.why + error.cure + error.text;
}

}  // namespace

TEST_CASE("A value is sent unchanged, as a variable or as the content of a secret file") {
  const Request variable = writes("TOKEN", awkward);
  CHECK(variable.method == Method::put);
  CHECK(variable.target == "/env-groups/evg-1/env-vars/TOKEN");
  CHECK(written(variable, "value") == awkward);
  const Request file = writes("file:ca.pem", awkward);
  CHECK(file.target == "/env-groups/evg-1/secret-files/ca.pem");
  CHECK(written(file, "content") == awkward);
  CHECK(delete_value(GroupId("evg-1"), "file:ca.pem").method == Method::delete_);
  CHECK(variable.body.empty());
}

TEST_CASE("Render's words are not shown if they may repeat the value") {
  for (const std::string value : {"sesame-of-token", "4711", "a b"}) {
    CAPTURE(value);
    const Request request = writes("TOKEN", value);
    for (const int status : {302, 400, 500}) {
      CHECK(said(request, status, "invalid value: " + value).find(value) == std::string::npos);
      CHECK(said(request, status, R"({"message":"invalid value: )" + value + "\"}").find(value) ==
            std::string::npos);
    }
  }
  const Request request = writes("TOKEN", "sesame-of-token");
  CHECK(said(request, 400, R"({"message":"c2VzYW1lLW9mLXRva2Vu"})").find("c2VzYW1l") == std::string::npos);
  CHECK(said(request, 400, R"({"message":"invalid name"})").find("invalid name") != std::string::npos);
}

TEST_CASE("A value that looks like a mask has no digest") {
  const auto has_digest = [](std::string_view key, const std::string& value) {
    return WrittenValue::describe(key, Secret(value), nullptr, digest).digest.has_value();
  };
  CHECK(has_digest("TOKEN", "sesame"));
  CHECK(has_digest("file:ca.pem", "\n"));
  for (const char* value : {"********", "[redacted]", " \n"}) CHECK_FALSE(has_digest("TOKEN", value));
  CHECK_FALSE(has_digest("file:ca.pem", "********"));
}

TEST_CASE("A group's values are returned byte for byte, and a hidden one is an error") {
  const auto held = [](std::string_view value) {
    return values_held(Response{200,
                                {},
                                R"({"id":"evg-1","envVars":[{"key":"A","value":")" + std::string(value) +
                                    R"("}],"secretFiles":[{"name":"f","content":"x\ny"}]})"},
                       {"A", "file:f", "B"});
  };
  const auto values = held("a\\n\\u00e9");
  REQUIRE(values.has_value());
  CHECK(SecretText::of(values->at(0).value()) == "a\né");
  CHECK(SecretText::of(values->at(1).value()) == "x\ny");
  CHECK_FALSE(values->at(2).has_value());
  CHECK_FALSE(held("********").has_value());
}
