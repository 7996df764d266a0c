#pragma once
// Where something stands in a file. Lines and columns count from 1; 0 means "no place".

namespace envlink {

struct Place {
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

}  // namespace envlink
