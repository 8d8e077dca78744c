#pragma once

#include <string>
#include <vector>

#include "figures/align.hpp"

namespace tamga::figures {

/// A register's figures as a message in SDMX-CSV (formats/sdmx_csv.hpp): the structure that it names, its
/// components, and the values of an observation in their order. What the register holds stands there as it
/// is: a period as days, a value with its digits, its wording in QUALIFIER.
inline constexpr const char* kSdmxStructure = "TAMGA:FIGURES(1.0)";
const std::vector<std::string>& sdmx_components();
std::vector<std::string> sdmx_values(const Item& series, const Item& observation);

}  // namespace tamga::figures
