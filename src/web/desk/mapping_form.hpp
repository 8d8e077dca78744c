#pragma once

#include <string>

#include "csv/csv.hpp"
#include "figures/mapping.hpp"
#include "http/form.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

// The form in which somebody says what the columns of a table of figures are, and how the first of its rows
// are read by that.

/// The guess of a table's mapping, with the register's series that it can mean (figures/guess.hpp).
figures::Mapping guessed_mapping(Page& page, const csv::Table& table);

/// What the form sent says of the table; what is no number or choice stays as it is without it.
figures::Mapping mapping_sent(const http::Fields& form, const csv::Table& table);

/// For the `desk_mapping` template: the form with the mapping in it, and the first rows, in each of whose
/// cells stands what is read of it or what is wrong with it. `has_faults`: something is.
Json mapping_context(Page& page, const csv::Table& table, const figures::Mapping& mapping);

}  // namespace tamga::web
