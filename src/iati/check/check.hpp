#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "iati/codes/codelists.hpp"
#include "iati/finding.hpp"
#include "xml/source.hpp"

namespace tamga::iati {

/// What can be checked. Well-formedness, the kind of file and its version always are.
enum class Checks : std::uint8_t {
    schema = 1,
    code_lists = 2,
    rules = 4,
    identifiers = 8,  ///< 1.1.2: no identifier twice in a file.
    advisories = 16,  ///< That linked activities are known.
    all = 31,
};
constexpr Checks operator|(Checks a, Checks b) {
    return static_cast<Checks>(static_cast<int>(a) | static_cast<int>(b));
}
constexpr bool has(Checks set, Checks one) {
    return (static_cast<int>(set) & static_cast<int>(one)) != 0;
}

/// What the outcome depends on besides the file: given by the caller, so that a check can be repeated.
struct Inputs {
    Profile profile = Profile::as_published;
    /// Prefixes of organisation identifiers that org-id.guide lists; empty: those of the standard's code list
    /// OrganisationRegistrationAgency.
    std::vector<std::string> prefixes;
    /// Identifiers of publishers in the registry: what is asked of others' identifiers is not asked of them.
    /// Empty: those of standard/publishers.txt.
    std::vector<std::string> publishers;
    /// Identifiers of activities that are known elsewhere: advisories are about those known neither there nor
    /// in the file.
    std::vector<std::string> known_activities;
    /// Rules in the public JSON form that stand in place of the standard's; empty: the standard's.
    std::string ruleset;
};

struct Options {
    std::int64_t now_ms = 0;  ///< Milliseconds since 1970 (UTC): what is after it is in the future.
    Checks checks = Checks::all;
    int jobs = 1;           ///< Threads that check, 1 or more. The outcome is the same for any number.
    bool elements = false;  ///< Report::elements is wanted.
    bool links = false;     ///< Report::activities is wanted: the report goes to resolve_links().
    /// And it may hold one element, text or attribute for every 16 of them (xml::Limits::nodes at least).
    std::size_t most_bytes_of_element = std::size_t{32} * 1024 * 1024;
    /// Findings that are kept, the first ones; the others are counted. Each place of a finding counts as one,
    /// and so does each thousand bytes of text, so that this bounds the memory that a report takes.
    std::size_t most_findings = 500'000;
    /// Ends the check from outside: of work that nobody waits for any more, or of a program that is to end.
    /// Looked at every few hundred kilobytes, and between the elements of a file.
    std::stop_token stop = {};
    /// The check ends then at the latest.
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    /// Called now and then, from the calling thread, with the bytes read so far.
    std::function<void(std::uint64_t)> progress = {};
};

/// The checks of all versions, made ready once. Any number of threads may check() at the same time.
class Checker {
  public:
    /// Errors: invalid_input, if the ruleset cannot be read.
    static Result<Checker> make(Inputs inputs);
    Checker(Checker&&) noexcept;
    ~Checker();

    /// Checks one file, in one pass. Errors: what kept the file from being read (those of the source;
    /// invalid_input: unknown encoding; out_of_range: an element larger than allowed, or the deadline has
    /// passed; io: it was stopped, or there is no memory left). That a file is not well-formed XML or not
    /// IATI is no error but a finding.
    Result<Report> check(xml::Source& source, const std::string& name, const Options& options) const;

    struct Implementation;  // of the engine's own

  private:
    Result<Report> check_in_memory(xml::Source& source, const std::string& name,
                                   const Options& options) const;
    explicit Checker(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

/// Takes out of each report the advisories on links whose activity stands in another of the files. Of links
/// that were left out all stay counted.
void resolve_links(std::span<Report> reports);

}  // namespace tamga::iati
