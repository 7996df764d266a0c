#include "journal/run_recorder.h"

namespace envlink::journal {

void RunRecorder::record(const std::vector<engine::Event>& events) {
  if (auto written = journal_.append(run_, events); !written) throw Broken(std::move(written.error()));
}

}  // namespace envlink::journal
