#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "journal/list_row.hpp"
#include "query/register.hpp"
#include "status/status.hpp"

namespace tamga::query {

/// What the list of a kind shows, and by what it is first filtered and sorted.
struct ListSpec {
    Kind kind;
    std::vector<std::string_view> columns;  ///< After the title: fields, or what is derived.
    std::vector<std::string_view> filters;  ///< Those whose values are always counted.
    std::string_view sort;                  ///< Where nothing else is asked for; "-" before it: descending.
};
const ListSpec& list_spec(Kind kind);

/// What a record without the field has as a filter's value, and what any record with it has where the field
/// holds neither codes nor links: "due=not-stated" finds commitments without a due date, "due=stated" those
/// with one.
inline constexpr std::string_view kNotStated = journal::kNotStated, kStated = journal::kStated;

/// The filter that tells whether a record is dated: View::is_dated().
inline constexpr const char* kDated = "dated";

/// The filter that tells whether a report was given by the due date of its commitment.
inline constexpr const char* kOnTime = "on_time";
/// Its value for a report of that date: "yes", "no", or kNotStated where a date is missing, or not precise
/// enough to tell.
std::string_view on_time(std::string_view date, std::string_view due);

/// Everything by which a list of the kind can be filtered: its fields but citations, and what is derived of
/// its records ("state", "overdue", "silent", "rule" of commitments; "mechanism" where another record says
/// it; "dated": whether one of its sources is, or it is a dated source itself).
std::vector<std::string_view> filters_of(Kind kind);
/// Everything by which it can be sorted.
std::vector<std::string_view> sorts_of(Kind kind);

/// A record passes if it has one of the values.
struct Filter {
    std::string name;
    std::vector<std::string> values;
};

/// Lists of kinds with more records than this are sorted and counted only as far as a link narrows them.
inline constexpr std::size_t kMostSorted = 250'000;

/// Of kinds with more records than this, words are looked up in the index of words (Store::ids_with), as
/// beginnings of words; bodies are not read.
inline constexpr std::size_t kMostRead = 5'000;

/// What a list is asked for.
struct ListRequest {
    Kind kind;
    std::vector<Filter> filters = {};  ///< All of them must let a record pass. Names as in filters_of().
    std::vector<std::string> words =
        {};  ///< Folded (i18n/fold.hpp); a record holds each, in any field and order; but see kMostRead.
    std::string sort = {};  ///< As in sorts_of(), "-" before it: descending; empty: as the kind does.
    /// Which rows of those that pass: so many that follow this id in the list's order.
    std::string after = {};
    std::size_t count = static_cast<std::size_t>(-1);
    /// Of a list sorted upwards by a date: rows whose date is no earlier than this, as text. Not with
    /// `after`.
    std::string from = {};
    bool facets = true;   ///< Whether they are counted.
    bool places = false;  ///< Whether places are wanted.
    std::size_t most_sorted = kMostSorted;
    std::size_t most_read = kMostRead;
    bool states = false;  ///< Of commitments: whether states and their average score are wanted.
};

/// How many records have each value of a filter, of those that all other filters let pass. A facet says what
/// choosing another value would give.
struct Facet {
    std::string name;
    /// By value; those asked for too, be there none. Of many values those that most records have.
    std::vector<std::pair<std::string, std::size_t>> values = {};
    std::vector<std::string> chosen = {};  ///< The values asked for.
    std::size_t distinct = 0;              ///< How many values there are.
};
/// Values that a facet names at most, besides those asked for.
inline constexpr std::size_t kMostFacetValues = 100;

/// Where a record that passes is, as its source tells it.
struct ListedPlace {
    std::string id, latitude, longitude;
};
/// Places that a listing tells at most.
inline constexpr std::size_t kMostPlaces = 300;

struct Listing {
    std::vector<SnapshotPtr> rows = {};
    std::size_t passing = 0;  ///< How many records pass, whatever rows were asked for.
    std::size_t total = 0;    ///< How many there are without filters and words.
    std::size_t before = 0;   ///< How many of those that pass stand before the first row.
    /// The kind has more than kMostSorted records, and no link narrows the list: it stands in the order of
    /// ids whatever was asked for, `passing` counts no more than what was looked at unless nothing is
    /// filtered, and facets are those of the whole kind or none.
    bool unsorted = false;
    std::string next = {};  ///< Where there are further rows: what `after` must be for them.
    /// Of a sorted list that goes on after a row: what `after` must be for as many rows before that; empty
    /// for its beginning.
    std::string previous = {};
    std::vector<Facet> facets = {};
    /// If they are wanted: those that pass, by the codes of the reader's scale in its order, and their
    /// scores.
    std::vector<Count> states = {};
    std::vector<Judgement> judged = {};  ///< One a row.
    Average average = {};
    std::vector<ListedPlace> places = {};  ///< In the order of ids.
    std::size_t placed = 0;                ///< How many have a place, told or not.
};

/// What a listing takes from its reader.
struct Reader {
    std::string_view language = "en";  ///< In whose order titles and names stand.
    Scale scale = Scale::pledge;       ///< What "state" means.
    /// What a linked record is called in that language. Called on the caller's thread, during list() only.
    std::function<std::string(std::string_view field, const std::string& value)> label;
};

/// Answers a request; every page, file and feed that lists records is a view of the same answer. Reads one
/// short row a record of the kind (journal/list_row.hpp), and the bodies of the rows that it gives; with
/// words, of all that pass the filters. Errors: those of the view; not_found if `after` is in no such list;
/// conflict if the rows were made by another version of the program.
Result<Listing> list(const View& view, const ListRequest& request, const Reader& reader);

/// The ids of the rows that list() would give, in the same order.
Result<std::vector<std::string>> listed_ids(const View& view, const ListRequest& request,
                                            const Reader& reader);
/// Gives them to `take` one by one, until it fails; those of a list that is not sorted without holding them.
Result<void> each_listed_id(const View& view, const ListRequest& request, const Reader& reader,
                            const std::function<Result<void>(std::string_view id)>& take);
/// The same with the records, of which some are held at a time.
Result<void> each_listed(const View& view, const ListRequest& request, const Reader& reader,
                         const std::function<Result<void>(const Snapshot& record)>& take);

/// Entries of the journal, from the newest on, among which last_changed() looks.
inline constexpr std::size_t kMostEntries = 50'000;

/// The first `count` of the records that pass, in the order of their changes, the last one first; whatever
/// `sort` and `after` say. What changed before the last kMostEntries entries is not looked for.
Result<std::vector<SnapshotPtr>> last_changed(const View& view, const ListRequest& request,
                                              const Reader& reader);

/// How many records of the kind there are.
Result<std::size_t> count(const View& view, Kind kind);

/// How many of the records that pass `filters` have each value of the filter `name`, by value.
Result<std::map<std::string, std::size_t>> count_by(const View& view, Kind kind, std::string_view name,
                                                    const std::vector<Filter>& filters = {});

/// Whether there is a record that passes.
Result<bool> any(const View& view, Kind kind, const std::vector<Filter>& filters);

/// The records of a kind whose field, a short text or a code, is `value`; sorted by id. Errors: as list().
Result<std::vector<SnapshotPtr>> where(const View& view, Kind kind, FieldName field, std::string_view value);

}  // namespace tamga::query
