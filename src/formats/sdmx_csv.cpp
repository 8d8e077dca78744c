#include "formats/sdmx_csv.hpp"

#include <algorithm>

namespace tamga::formats {

namespace {

constexpr std::string_view kJoint = ": ";

/// "DIM1: Dimension 1" → "DIM1"; "ATTR[]" → "ATTR".
std::string component(std::string_view heading) {
    heading = heading.substr(0, heading.find(kJoint));
    return std::string(heading.substr(0, heading.find('[')));
}

bool is_id(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@$-.") ==
               std::string_view::npos;
}

}  // namespace

std::optional<SdmxHeader> sdmx_header(const csv::Row& row) {
    if (row.size() < 3) return std::nullopt;
    const std::string first = component(row[0].text);
    SdmxHeader out{};
    if (first == "DATAFLOW")
        out.version = SdmxVersion::v1;
    else if (first == "STRUCTURE" && component(row[1].text) == "STRUCTURE_ID")
        out.version = SdmxVersion::v2;
    else
        return std::nullopt;
    const bool named =
        std::ranges::any_of(row, [](const csv::Cell& cell) { return cell.text == "STRUCTURE_NAME"; });
    out.labelled = std::ranges::any_of(
        row, [](const csv::Cell& cell) { return cell.text.find(kJoint) != std::string::npos; });
    bool after_id = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string id = component(row[i].text);
        std::string& kept = out.components.emplace_back();
        const bool structural = (out.version == SdmxVersion::v1 ? i == 0 : i < 2) || id == "STRUCTURE_NAME" ||
                                id == "SERIES_KEY" || id == "OBS_KEY";
        if (out.version == SdmxVersion::v2 && id == "ACTION" && !out.action) {
            out.action = i;
            continue;
        }
        if (structural) continue;
        // With names in columns of their own, each follows its component's.
        if (named && after_id) {
            after_id = false;
            continue;
        }
        if (is_id(id)) kept = id;
        after_id = named;
    }
    return out;
}

std::string_view sdmx_code(const SdmxHeader& header, std::string_view cell) {
    return header.labelled ? cell.substr(0, cell.find(kJoint)) : cell;
}

std::string SdmxWriter::header() const {
    std::vector<std::string> cells = version_ == SdmxVersion::v1
                                         ? std::vector<std::string>{"DATAFLOW"}
                                         : std::vector<std::string>{"STRUCTURE", "STRUCTURE_ID", "ACTION"};
    cells.insert(cells.end(), components_.begin(), components_.end());
    std::string out;
    csv::append_row(out, cells);
    return out;
}

std::string SdmxWriter::row(const std::vector<std::string>& values) const {
    std::vector<std::string> cells = version_ == SdmxVersion::v1
                                         ? std::vector<std::string>{structure_}
                                         : std::vector<std::string>{"dataflow", structure_, "I"};
    cells.insert(cells.end(), values.begin(), values.end());
    std::string out;
    csv::append_row(out, cells);
    return out;
}

std::string_view SdmxWriter::media_type(SdmxVersion version) {
    return version == SdmxVersion::v1 ? "application/vnd.sdmx.data+csv; version=1.0.0"
                                      : "application/vnd.sdmx.data+csv; version=2.0.0";
}

}  // namespace tamga::formats
