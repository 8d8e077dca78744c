#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csv/csv.hpp"

namespace tamga::formats {

// Data messages in SDMX-CSV: version 1.0 (of SDMX 2.1) and 2.0 (of SDMX 3.0), as the field guides of the SDMX
// Technical Working Group describe them (github.com/sdmx-twg/sdmx-csv).

enum class SdmxVersion { v1, v2 };

/// What the columns of a message hold.
struct SdmxHeader {
    SdmxVersion version;
    /// By column: the component's id ("TIME_PERIOD"); empty of columns that identify the structure, the
    /// action, keys and names.
    std::vector<std::string> components;
    std::optional<std::size_t> action;  ///< The column ACTION of version 2.0.
    bool labelled = false;              ///< Ids and names stand in one cell: "CN: China".
};

/// Reads the first record of a file; nothing if it is none of SDMX-CSV.
std::optional<SdmxHeader> sdmx_header(const csv::Row& row);

/// What a cell of a component says: without its name, if it has one.
std::string_view sdmx_code(const SdmxHeader& header, std::string_view cell);

/// Writes a message, record by record. `structure` is the dataflow: "AGENCY:ID(1.0)".
class SdmxWriter {
  public:
    SdmxWriter(SdmxVersion version, std::string structure, std::vector<std::string> components)
        : version_(version), structure_(std::move(structure)), components_(std::move(components)) {}
    std::string header() const;
    /// One observation: a value a component, in their order. Information, not a change of what others hold.
    std::string row(const std::vector<std::string>& values) const;

    /// As HTTP calls it.
    static std::string_view media_type(SdmxVersion version);

  private:
    SdmxVersion version_;
    std::string structure_;
    std::vector<std::string> components_;
};

}  // namespace tamga::formats
