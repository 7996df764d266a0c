#pragma once
// The journal's tables and their version.

#include "journal/sqlite.h"

namespace envlink::journal {

enum class SchemaState {
  ready,
  newer,    // written by an envlink that came after this one
  foreign,  // a database, but not a journal
};

/// Makes the tables in a new file and brings older ones up to date, in one transaction. No other process may
/// do the same meanwhile. Throws sqlite::Failure.
SchemaState prepare_schema(sqlite::Database& database);

}  // namespace envlink::journal
