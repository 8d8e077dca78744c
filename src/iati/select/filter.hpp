#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xml/source.hpp"
#include "xml/stream.hpp"

namespace tamga::iati {

/// Which activities are wanted. What is empty asks for nothing; of each list one entry must fit, and every
/// list that is not empty must have one that does.
struct Selection {
    /// recipient-country/@code, of the activity or a transaction; small letters are as good as capitals.
    std::vector<std::string> countries = {};
    std::vector<std::string> regions = {};  ///< recipient-region/@code, likewise.
    std::vector<std::string> organisations =
        {};  ///< @ref of reporting-org, participating-org, provider-org or receiver-org.
    std::vector<std::string> sectors =
        {};  ///< sector/@code, of the activity or a transaction, or its beginning.
    std::string sector_vocabulary = {};         ///< Whose codes these are; empty: the OECD DAC's, 1 and 2.
    std::vector<std::string> identifiers = {};  ///< iati-identifier, without white space around it.
    /// What a mechanism is about: one of these countries or one of these organisations, in the places named
    /// above, is enough.
    std::vector<std::string> touched_countries = {}, touched_organisations = {};
    /// Days as "2026-11-23": activities whose time (actual dates before planned ones; without an end: still
    /// going on) touches the days from `from` to `to`. An activity without any date is left out.
    std::string from = {}, to = {};
};

struct Filtered {
    std::uint64_t activities = 0;  ///< Read.
    std::uint64_t kept = 0;
    std::uint64_t bytes = 0;  ///< Read.
    std::string epilog = {};  ///< What stands behind the root.
    /// A list of the selection that is not empty, and how many activities it alone would keep.
    struct Wish {
        std::string_view name;  ///< "country"; its option is "--country".
        std::uint64_t met = 0;
    };
    std::vector<Wish> wishes;
    /// What the file has where nothing was met: countries, and other vocabularies whose codes would have
    /// fitted the sectors. At most twenty of each.
    std::set<std::string> countries, sector_vocabularies;
};

/// Why nothing was kept, as a sentence for people; empty if something was.
std::string why_none(const Filtered& filtered);

/// A code of a country or currency as it counts: without white space around it, in capitals.
std::string capitals(std::string_view code);

/// Whether a file says that it keeps to a version whose codes are known here. Errors: invalid_input, told as
/// the importer tells it. For the `open` of each_part().
Result<void> check_version(const xml::Stream& stream, const std::string& name);

/// A part of a file of activities: an activity that is wanted, or what stands around the activities.
struct Part {
    const xml::Node* activity;  ///< Null for what stands around.
    std::string_view text;      ///< As it stands in the file, in UTF-8.
    xml::Position where;        ///< Of text[0].
};

/// Goes over a file of activities in one pass, in memory bounded by the largest activity: `open` is told the
/// root, `take` then each part in the order of the file. Together they are the whole file, from behind the
/// root's start tag to before its end tag, but for the activities that are not wanted and white space behind
/// them. The trees' names are standard_names(). Views last during the call. Errors: invalid_input, if the
/// file is not well-formed XML or not one of activities (what was told before then does not count); those of
/// the source; the first error that `open` or `take` gives.
Result<Filtered> each_part(xml::Source& source, const std::string& name, const Selection& selection,
                           const std::function<Result<void>(const xml::Stream&)>& open,
                           const std::function<Result<void>(const Part&)>& take,
                           std::size_t most_bytes_of_element = std::size_t{32} * 1024 * 1024);

/// Copies a file with only the activities that are wanted to `write`, in UTF-8, with what stands behind its
/// root. What was valid stays so, if anything is kept. Errors: as each_part() and check_version(); what was
/// written before is then not whole.
Result<Filtered> filter(xml::Source& source, const std::string& name, const Selection& selection,
                        const std::function<Result<void>(std::string_view)>& write,
                        std::size_t most_bytes_of_element = std::size_t{32} * 1024 * 1024);

}  // namespace tamga::iati
