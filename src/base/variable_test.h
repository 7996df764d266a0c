#pragma once
// Sets an environment variable until it goes out of scope.

#include <cstdlib>
#include <string>

namespace envlink::testing {

class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace envlink::testing
