#include "model/deploy_phases.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::model;
using std::chrono::seconds;

TEST_CASE("a deploy with a build takes the total, one without takes only the start") {
  const DeployPhases slow = deploy_phases(seconds(90), ServiceType::web_service, false);
  CHECK(slow.length(true) == seconds(90));
  CHECK(slow.length(false) == usual_start);
  const DeployPhases quick = deploy_phases(seconds(10), ServiceType::background_worker, false);
  CHECK(quick.length(true) == seconds(10));
  CHECK(quick.length(false) == seconds(5));
}

TEST_CASE("an image is never built, so its start takes the total") {
  const DeployPhases phases = deploy_phases(seconds(40), ServiceType::private_service, true);
  CHECK(phases.length(true) == seconds(40));
  CHECK(phases.length(false) == seconds(40));
}

TEST_CASE("a static site and a cron job are built but not started") {
  for (const ServiceType type : {ServiceType::static_site, ServiceType::cron_job}) {
    const DeployPhases phases = deploy_phases(seconds(40), type, false);
    CHECK(phases.length(true) == seconds(40));
    CHECK(phases.length(false) == Duration{0});
  }
}
