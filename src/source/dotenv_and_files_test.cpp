#include "source/dotenv_and_files.h"

#include <doctest/doctest.h>

#include "base/secret_text_test.h"
#include "source/child_test.h"

namespace envlink::source {
namespace {

using testing::TempFolder;

std::string told(const DotenvAndFiles& from) {
  const auto all = read_all(from);
  return all ? "none" : describe(all.error());
}

bool tells(const DotenvAndFiles& from, std::string_view words) {
  const std::string said = told(from);
  CHECK_MESSAGE(said.find(words) != std::string::npos, said);
  CHECK(said.find("sesame") == std::string::npos);
  return said.find(words) != std::string::npos;
}

TEST_CASE("variables come before secret files, whose content keeps its final line break") {
  const TempFolder folder;
  const auto all = read_all({folder.file(".env", "TOKEN=sesame\nRENDER_API_KEY=rnd_sesame\n"),
                             {folder.file("ca.pem", "sesame\n"), folder.file("client key.json", "{}")}});
  REQUIRE(all);
  REQUIRE(all->size() == 3);
  CHECK((*all)[0].key == "TOKEN");
  CHECK((*all)[1].key == "file:ca.pem");
  CHECK(SecretText::of((*all)[1].value) == "sesame\n");
  CHECK((*all)[2].key == "file:client key.json");
  CHECK(read_all({}).value().empty());
}

TEST_CASE("an invalid secret file is refused with its path") {
  const TempFolder folder;
  const std::string certificate = folder.file("ca.pem", "sesame");
  tells({"", {certificate, certificate}}, "ca.pem would be a second ca.pem");
  tells({"", {certificate + "/"}}, "does not have a valid secret file name");
  tells({"", {folder / "none.pem"}}, "none.pem");
  tells({"", {folder.file("empty.pem", "")}}, "empty.pem");
  tells({folder / ".env.none", {certificate}}, ".env.none");
}

}  // namespace
}  // namespace envlink::source
