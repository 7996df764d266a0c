#pragma once
// A position in a file. Lines and columns count from 1; 0 means "no place".

#include <string>

namespace envlink {

struct Place {
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

/// A text from the file and its place.
struct SourceString {
  std::string text;
  Place place;
  bool operator==(const SourceString&) const = default;
};

}  // namespace envlink
