#include "model/deploy_phases.h"

#include <algorithm>

namespace envlink::model {

DeployPhases deploy_phases(Duration whole, ServiceType type, bool image_backed) {
  if (image_backed) return {Duration{0}, whole};
  const bool starts = type != ServiceType::static_site && type != ServiceType::cron_job;
  const Duration start = starts ? std::min<Duration>(usual_start, whole / 2) : Duration{0};
  return {whole - start, start};
}

}  // namespace envlink::model
