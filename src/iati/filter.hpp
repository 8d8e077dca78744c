#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xml/source.hpp"

namespace tamga::iati {

/// Which activities are wanted. What is empty asks for nothing; of each list one entry must fit, and every list that is
/// not empty must have one that does.
struct Selection {
    std::vector<std::string> countries = {};      ///< recipient-country/@code, of the activity or a transaction.
    std::vector<std::string> regions = {};        ///< recipient-region/@code, likewise.
    std::vector<std::string> organisations = {};  ///< @ref of reporting-org, participating-org, provider-org or receiver-org.
    std::vector<std::string> sectors = {};        ///< sector/@code, of the activity or a transaction, or its beginning.
    std::vector<std::string> identifiers = {};    ///< iati-identifier, without white space around it.
    /// Days as "2026-11-23": activities whose time (actual dates before planned ones; without an end: still going on)
    /// touches the days from `from` to `to`. An activity without any date is left out.
    std::string from = {}, to = {};
};

struct Filtered {
    std::uint64_t activities = 0;  ///< Read.
    std::uint64_t kept = 0;
    std::uint64_t bytes = 0;  ///< Read.
};

/// Copies the activities that are wanted to `write`, as they stand in the file (with what stands between them and the next
/// one), within the root as it stands there, in UTF-8. In one pass, in memory bounded by the largest activity. What
/// was valid stays so, if anything is kept.
/// Errors: invalid_input, if the file is not well-formed XML or not one of activities (what was written before is then not
/// whole); those of the source; the first error that `write` gives.
Result<Filtered> filter(xml::Source& source, const std::string& name, const Selection& selection,
                        const std::function<Result<void>(std::string_view)>& write,
                        std::size_t most_bytes_of_element = std::size_t{32} * 1024 * 1024);

}  // namespace tamga::iati
