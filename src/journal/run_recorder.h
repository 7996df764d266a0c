#pragma once
// The engine's recorder over the journal.

#include <stdexcept>
#include <vector>

#include "base/error.h"
#include "engine/port.h"
#include "journal/journal.h"

namespace envlink::journal {

/// The journal cannot be written. Thrown through the engine's loop, because nothing may be sent that is not
/// recorded.
class Broken : public std::runtime_error {
 public:
  explicit Broken(Error error) : std::runtime_error(error.what), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

class RunRecorder final : public engine::Recorder {
 public:
  /// `journal` outlives the recorder; `run` is a number that its `begin` gave.
  RunRecorder(Journal& journal, std::int64_t run) : journal_(journal), run_(run) {}
  /// Throws Broken.
  void record(const std::vector<engine::Event>& events) override;

 private:
  Journal& journal_;
  std::int64_t run_;
};

}  // namespace envlink::journal
