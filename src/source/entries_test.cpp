#include "source/entries.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/secret_text_test.h"
#include "config/file.h"

namespace envlink::source {
namespace {

/// A folder for the files next to envlink.yaml. It is not the working directory.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "entries.XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
  }
  /// "A=1 B=2", or the error without the folder's name.
  std::string values(const std::string& entries) const {
    const auto file =
        config::parse_file("version: 1\ngroups: {g: {values: " + entries + "}}\n", path_ + "/e.yaml");
    REQUIRE(file);
    const auto all = from_entries(file->groups[0].values, file->file);
    if (!all) {
      CHECK(all.error().kind == ErrorKind::general);
      std::string told = describe(all.error());
      CHECK(told.find("hunter2") == std::string::npos);
      for (auto at = told.find(path_ + "/"); at != std::string::npos; at = told.find(path_ + "/"))
        told.erase(at, path_.size() + 1);
      return told;
    }
    std::string told;
    for (const Named& one : *all) {
      if (!told.empty()) told += " ";
      told.append(one.key).append("=").append(SecretText::of(one.value));
    }
    return told;
  }

 private:
  std::string path_;
};

TEST_CASE("Values come from each source in the order of the file, with paths relative to it") {
  const Folder folder;
  folder.write("prod.env", "A=1\nB=2\nC=3\n");
  folder.write("ca.pem", "lines\n");
  setenv("ENTRIES_X", "5", 1);
  setenv("ENTRIES_Y", "6", 1);
  CHECK(folder.values("{from: {dotenv: prod.env}}") == "A=1 B=2 C=3");
  CHECK(folder.values(
            "[{from: {dotenv: prod.env}, keys: [C, A]}, {from: {command: [cat, prod.env]}, keys: [B]}]") ==
        "C=3 A=1 B=2");
  CHECK(folder.values("{from: {command: [cat, ca.pem]}, key: K}") == "K=lines");
  CHECK(folder.values("{from: {command: [cat, ca.pem]}, key: 'file:k'}") == "file:k=lines\n");
  CHECK(folder.values("[{from: {file: ca.pem}, key: K}, {from: {file: ca.pem}, key: 'file:ca.pem'}]") ==
        "K=lines file:ca.pem=lines\n");
  CHECK(folder.values("{from: {env: ENTRIES_}}") == "X=5 Y=6");
  CHECK(folder.values("{from: {env: ENTRIES_}, keys: [Y]}") == "Y=6");
  unsetenv("ENTRIES_X");
  unsetenv("ENTRIES_Y");
}

TEST_CASE("envlink's own key is taken only if it is named") {
  const Folder folder;
  folder.write("all.env", "A=1\nRENDER_API_KEY=2\n");
  folder.write("k.txt", "3");
  CHECK(folder.values("{from: {dotenv: all.env}}") == "A=1");
  CHECK(folder.values("{from: {dotenv: all.env}, keys: [RENDER_API_KEY]}") == "RENDER_API_KEY=2");
  CHECK(folder.values("{from: {file: k.txt}, key: RENDER_API_KEY}") == "RENDER_API_KEY=3");
}

TEST_CASE("If one source fails there are no values, and the error names its place in the file") {
  const Folder folder;
  folder.write("prod.env", "DATABASE_URL=hunter2\nEMPTY=\n");
  folder.write("wrong.env", "A=1\nhunter2\n");
  CHECK(folder.values("{from: {dotenv: gone.env}}") ==
        "e.yaml:2:38: Cannot read gone.env\n  why: No such file or directory\n  → Check the path and its "
        "permissions.");
  CHECK(folder.values("{from: {dotenv: wrong.env}}")
            .starts_with("e.yaml:2:38: error: this source of values has problems; nothing was changed\n"
                         "wrong.env:2:8: error: not an assignment"));
  CHECK(folder.values("{from: {dotenv: prod.env}, keys: [DATABASE_ULR]}") ==
        "e.yaml:2:56: prod.env has no DATABASE_ULR; nothing was changed\n  → Did you mean DATABASE_URL?");
  CHECK(folder.values("{from: {dotenv: prod.env}}")
            .starts_with("e.yaml:2:38: prod.env:2: EMPTY has no value; nothing was changed"));
  CHECK(folder.values("{from: {command: ['false']}, key: K}")
            .starts_with("e.yaml:2:39: No value from `false`"));
  CHECK(folder.values("{from: {env: ENTRIES_}}")
            .starts_with("e.yaml:2:35: No environment variable starts with ENTRIES_"));
  CHECK(folder.values("{from: {env: ENTRIES_}, keys: [GONE]}")
            .starts_with(
                "e.yaml:2:35: No value from the environment variable ENTRIES_GONE\n  why: it is not set"));
  CHECK(
      folder.values("[{from: {dotenv: prod.env}, keys: [DATABASE_URL]}, {from: {command: [cat, prod.env]}}]")
          .find("not KEY=value with an uppercase name") != std::string::npos);
  CHECK(
      folder
          .values(
              "[{from: {dotenv: prod.env}, keys: [DATABASE_URL]}, {from: {command: [echo, DATABASE_URL=x]}}]")
          .starts_with(
              "e.yaml:2:90: the output of `echo` has DATABASE_URL, which already has a source, on line "
              "2; nothing was changed\n"));
}

}  // namespace
}  // namespace envlink::source
