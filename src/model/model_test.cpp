#include <doctest/doctest.h>

#include "model/workspace.h"

namespace envlink::model {
namespace {

using namespace std::chrono_literals;

TEST_CASE("Each of Render's statuses has a name and a meaning, and is found by its name") {
  struct Row {
    const char* word;
    DeployClass meaning;
  };
  const Row rows[] = {
      {"created", DeployClass::running},
      {"queued", DeployClass::running},
      {"build_in_progress", DeployClass::running},
      {"pre_deploy_in_progress", DeployClass::running},
      {"update_in_progress", DeployClass::running},
      {"live", DeployClass::live},
      {"deactivated", DeployClass::superseded},
      {"build_failed", DeployClass::failed},
      {"pre_deploy_failed", DeployClass::failed},
      {"update_failed", DeployClass::failed},
      {"canceled", DeployClass::canceled},
  };
  for (const Row& row : rows) {
    CAPTURE(row.word);
    const DeployStatus status = deploy_status_from(row.word);
    CHECK(to_string(status) == row.word);
    CHECK(class_of(status) == row.meaning);
    CHECK(is_running(status) == (row.meaning == DeployClass::running));
  }
}

TEST_CASE("An unknown status counts as running, unless its name says that it failed") {
  CHECK(deploy_status_from("image_pull_failed") == DeployStatus::unknown_failed);
  CHECK(class_of(DeployStatus::unknown_failed) == DeployClass::failed);
  for (const char* word : {"", "LIVE", "succeeded", "failed", "post_deploy_in_progress", "live "}) {
    CAPTURE(word);
    CHECK(deploy_status_from(word) == DeployStatus::unknown_running);
  }
  CHECK(is_running(DeployStatus::unknown_running));
}

TEST_CASE("A service's type is found by its long and its short name") {
  struct Row {
    const char* name;
    const char* short_name;
  };
  const Row rows[] = {{"static_site", "static"},
                      {"web_service", "web"},
                      {"private_service", "pserv"},
                      {"background_worker", "worker"},
                      {"cron_job", "cron"}};
  for (const Row& row : rows) {
    CHECK(to_string(service_type_from(row.name)) == row.name);
    CHECK(to_string(service_type_from(row.short_name)) == row.name);
  }
  CHECK(service_type_from("workflow") == ServiceType::unknown);
  CHECK(to_string(ServiceType::unknown) == "unknown");
}

TEST_CASE("Only short https URLs of printable characters are shown as pages") {
  CHECK(is_web_address("https://dashboard.render.com/web/srv-1"));
  for (const char* text :
       {"", "https://", "http://dashboard.render.com/", "javascript:alert(1)", "file:///etc/passwd",
        "https://a b", "https://a\x1b]8;;", "https://a\n", "https://a\x7f",
        "https://gr\xc3\xb6\xc3\x9f"
        "e.example",
        "https://a'b", "https://a`b", " https://a"}) {
    CAPTURE(text);
    CHECK_FALSE(is_web_address(text));
  }
  CHECK(is_web_address("https://" + std::string(longest_address - 8, 'a')));
  CHECK_FALSE(is_web_address("https://" + std::string(longest_address - 7, 'a')));
}

TEST_CASE("The pages of a deploy and of a log are below the service's page, if that is known") {
  CHECK(deploy_page("https://d.example/web/srv-1", DeployId("dep-1")) ==
        "https://d.example/web/srv-1/deploys/dep-1");
  CHECK(log_page("https://d.example/web/srv-1") == "https://d.example/web/srv-1/logs");
  CHECK(deploy_page("", DeployId("dep-1")).empty());
  CHECK(log_page("").empty());
}

TEST_CASE("A health path is appended to the service's URL and cannot change the rest of it") {
  struct Row {
    const char* url;
    const char* path;
    const char* target;
  };
  const Row rows[] = {
      {"https://a.onrender.com", "/health", "https://a.onrender.com/health"},
      {"https://a.onrender.com/", "health?deep=1&x=%20", "https://a.onrender.com/health?deep=1&x=%20"},
      {"https://a.onrender.com//", "/", "https://a.onrender.com/"},
      {"https://a.onrender.com", "", ""},
      {"", "/health", ""},
      {"https://a.onrender.com", "/a b\r\nX: é#f", "https://a.onrender.com/a%20b%0D%0AX:%20%C3%A9%23f"},
      {"https://a.onrender.com", "@evil.example", "https://a.onrender.com/@evil.example"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.path));
    Service web;
    web.type = ServiceType::web_service;
    web.url = row.url;
    web.health_check_path = row.path;
    CHECK(health_url(web) == row.target);
    web.type = ServiceType::static_site;
    CHECK(health_url(web).empty());
  }
}

TEST_CASE("A deploy began at the earlier of its known times") {
  const Time early{1s};
  const Time late{2s};
  Deploy deploy;
  CHECK(began(deploy) == std::nullopt);
  deploy.created = late;
  CHECK(began(deploy) == late);
  deploy.started = early;  // Render creates the record some milliseconds after the start
  CHECK(began(deploy) == early);
  deploy.created.reset();
  CHECK(began(deploy) == early);
}

TEST_CASE("Services, groups and links are found by id") {
  Workspace workspace;
  workspace.services.resize(2);
  workspace.services[1].id = ServiceId{"srv-b"};
  workspace.groups.resize(1);
  workspace.groups[0].id = GroupId{"evg-a"};
  workspace.groups[0].links = {ServiceId{"srv-b"}};
  CHECK(workspace.find_service(ServiceId{"srv-b"}) == &workspace.services[1]);
  CHECK(workspace.find_service(ServiceId{"srv-c"}) == nullptr);
  CHECK(workspace.find_group(GroupId{"evg-a"}) == workspace.groups.data());
  CHECK(workspace.find_group(GroupId{"srv-b"}) == nullptr);
  CHECK(workspace.groups[0].links_to(ServiceId{"srv-b"}));
  CHECK_FALSE(workspace.groups[0].links_to(ServiceId{"srv-a"}));
}

}  // namespace
}  // namespace envlink::model
