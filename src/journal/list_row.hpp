#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.hpp"

namespace tamga::journal {

/// What a list must know of a version of a record to filter, sort and count it, packed into a few bytes: a
/// list reads a short row a record, and the bodies of those alone that it shows. The store keeps rows beside
/// the versions (Store::put_list_row); they are made by the fold and by nothing else.
///
/// A row begins with the sort key of the record's title (i18n::Language::sort_key) in each language of the
/// interface, empty where its kind has no titles. Then it has one part a field, in the order of the kind's
/// fields: what a filter compares and a column is sorted by. Codes, ids, dates, numbers and short texts stand
/// as they are, several with a semicolon between them, of citations the sources; of what no list filters or
/// sorts by its content, only that it is stated. After what may be in several languages come their tags: so
/// a row tells all columns of a table in which its record has cells.
class ListRow {
  public:
    /// The row of a body that passes check_body(), or of an empty object.
    static std::string pack(const RecordId& name, const Json& body);

    /// Reads a row in place: the views are parts of what was given last. For many rows of one kind, one after
    /// the other; nothing is allocated but by the constructor.
    explicit ListRow(Kind kind);
    /// From here on no more is read than the first so many fields, which saves time.
    void want(std::size_t fields) { wanted_ = fields; }
    /// False if it is no row of the kind: the table was made by another version, or changed from outside.
    bool read(std::string_view packed);

    bool has(std::size_t field) const { return fields_[field].stated; }
    /// Empty where the row says only that it is stated.
    std::string_view value(std::size_t field) const { return fields_[field].value; }
    /// Calls `take` for the members of a list, of anything else for the value.
    template <class Take>
    void each_value(std::size_t field, const Take& take) const {
        each_part(value(field), take);
    }
    /// Calls `take` for the columns in which the record has cells: with the place of the field and the tag of
    /// the language, "" where it is without one.
    template <class Take>
    void each_column(const Take& take) const {
        for (std::size_t at = 0; at < fields_.size(); ++at) {
            const Part& part = fields_[at];
            if (part.stated && part.tags.empty()) take(at, std::string_view());
            if (part.stated) each_part(part.tags, [&](std::string_view tag) { take(at, tag); });
        }
    }
    /// By the place of the language in languages().
    std::string_view title_key(std::size_t language) const { return keys_[language]; }

    /// Whether rows hold the field's content.
    static bool holds(const Field& field);

  private:
    template <class Take>
    static void each_part(std::string_view rest, const Take& take) {
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            take(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    struct Part {
        bool in_languages, stated = false;
        std::string_view value = {}, tags = {};
    };
    std::vector<Part> fields_;
    std::size_t wanted_;
    std::vector<std::string_view> keys_;
};

/// The fields by whose values the records of a kind are counted when they are written: codes, links to
/// records of one kind, and files. A record counts for each of its values, with a file for kStated, without
/// any for kNotStated.
std::vector<std::string_view> tallied_fields(Kind kind);
inline constexpr std::string_view kNotStated = "not-stated", kStated = "stated";
/// Under this they are counted by the columns that they have cells in, see column_of().
inline constexpr std::string_view kColumns = "*";
/// What a table calls the column of a field, in a language if the tag is not empty: "due", "title@en".
std::string column_of(const Field& field, std::string_view tag);
/// Adds the columns in which a record with this body has cells.
void add_columns(Kind kind, const Json& body, std::set<std::string>& columns);

/// Names how this program packs rows, by the kinds' fields, the languages and ICU's order of texts. What was
/// made under another name must be folded again.
const std::string& list_rows_version();

}  // namespace tamga::journal
