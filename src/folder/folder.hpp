#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "csv/csv.hpp"
#include "journal/plan.hpp"
#include "model/record.hpp"
#include "query/register.hpp"

// The register folder: one CSV file a kind, or one sheet of a workbook, as docs/formats/register-folder.md
// describes it.
namespace tamga::journal {
class Writing;
}
namespace tamga::sheet {
class Workbook;
}

namespace tamga::folder {

class Reader;
struct Tables;

/// One file of a register folder: its name ("parties.csv", "files/treaty.pdf") and content.
struct File {
    std::string name;
    std::string content;
    std::string path = {};  ///< What findings call it; empty: its name.
};

/// The same, where it need not be in memory.
struct Source {
    std::string name;
    std::string path;  ///< What findings call it; a file's path, if its content is not here.
    std::optional<std::string_view> content = {};
    /// Of a sheet: its workbook, and the sheet's place in it; `name` is what a CSV file of it would have.
    std::shared_ptr<const sheet::Workbook> workbook = {};
    std::size_t sheet = 0;
};

/// What is no part of a register, and is not read.
struct PassedOver {
    std::string place;
    std::string why;
};

/// The files of a folder on disk that belong to a register folder: *.csv, the sheets of *.xlsx and *.ods
/// whose names are those of CSV files, and files/*; or one such CSV file, or workbook. What editors and
/// spreadsheets leave beside them (~$parties.csv) is passed over, and so are other sheets: `passed_over`
/// names them. Workbooks are opened here. Errors: not_found, io; invalid_input for a CSV file whose name is
/// no kind's, a workbook without a sheet that is read, or a link or special file in the folder; out_of_range
/// for a file in files/ beyond 256 MiB; those of sheet::Workbook.
Result<std::vector<Source>> find(const std::filesystem::path& path,
                                 std::vector<PassedOver>* passed_over = nullptr);
/// And what is in the files of a folder without workbooks. Errors: those of find(); invalid_input for a
/// workbook.
Result<std::vector<File>> load(const std::filesystem::path& path,
                               std::vector<PassedOver>* passed_over = nullptr);

/// Something that is wrong in a folder.
struct Finding {
    /// "commitments.csv:12:4": file, line, column, both from 1; "book.xlsx, sheet commitments, D12".
    std::string place;
    std::string cause;
    std::string hint;
    std::string like =
        {};  ///< Findings of one file, one column and one `like` are told as one; empty: alone.

    std::string message() const { return place + ": " + cause + (hint.empty() ? "" : "; " + hint); }
};

/// All that is wrong in a folder, told so that somebody can read it: one line for what is wrong in one way in
/// one column, with its count and the lines where it stands. Memory is bounded however much is wrong.
class Findings {
  public:
    void add(Finding finding);
    bool empty() const { return count_ == 0; }
    std::size_t count() const { return count_; }  ///< Of all that were added.
    /// In the order of files, lines and columns; at most a thousand.
    std::vector<Finding> told() const;
    /// How many of those added are in none of told().
    std::size_t untold() const { return untold_; }

  private:
    struct Group {
        Finding first;
        int row = 0, column = 0;
        std::size_t count = 0;
        std::vector<int> rows;  ///< Of the others; the first few.
    };
    std::vector<Group> groups_;
    std::map<std::string, std::size_t> by_key_;
    std::size_t count_ = 0, untold_ = 0;
};

/// How cells are written where the folder does not say so itself.
struct ReadOptions {
    bool days_first = false;  ///< Dates may be 31.12.2025, 31/12/2025 or 31-12-2025.
};

/// A field that an import changes, told as the cells of a folder.
struct Difference {
    std::size_t index;          ///< Of the change.
    std::string column;         ///< "due", "title@ru".
    std::string before, after;  ///< Empty: nothing is stated.
};

/// Is told what comes of a change of a batch.
using Described = std::function<void(const RecordId& name, journal::Outcome outcome)>;

/// How much --withdraw-missing would take away.
struct Withdrawals {
    std::size_t withdrawn = 0;
    std::size_t of = 0;  ///< Records in the register; counted no further than ten times `withdrawn`.

    /// More than a tenth of the register goes.
    bool many() const { return withdrawn * 10 > of; }
};

/// Looks a record up that is not among the changes.
using LookUp = std::function<Result<std::optional<Json>>(const RecordId& name)>;

/// What came before the changes that are looked at: one for all parts of a batch.
struct Earlier {
    LookUp written = {};  ///< Asked before the register.
    /// Who promised what, and to whom, as far as it is known; kept here for the next part.
    std::unordered_map<std::string, std::vector<std::string>> promisers = {};
};

/// What a folder asks of a register, or the next part of it.
class Changes {
  public:
    /// Reads the files; what is wrong in their form goes to `findings`, and so do, later, the journal's
    /// refusals, told where their cells stand.
    static Changes read(const std::vector<File>& files, Findings& findings, const ReadOptions& options = {});

    const std::vector<journal::Change>& changes() const { return changes_; }
    const std::vector<journal::File>& files() const { return files_; }

    /// Gives each record what its file is silent about: a field without a column, and of a text a language
    /// without a column, stay as the register has them. (An empty cell says that nothing is stated.) To be
    /// called before the changes are written to a register that holds anything.
    Result<void> complete(const query::View& view);
    /// What complete() found to differ, in the order of changes; the first thousand, and how many in all.
    const std::vector<Difference>& differences() const { return differences_; }
    std::size_t difference_count() const { return difference_count_; }

    /// Adds to `warnings` what is odd in the records that are new or change and could be true all the same
    /// (see check_sense); and reports and scores of a party that the commitment does not name. `view`: the
    /// register as it stands, or null if there is none. To be called after complete(), part by part.
    Result<void> warn(const query::View* view, const Date& today, Findings& warnings, Earlier& earlier) const;

    /// Adds what the journal refuses, told where its cells stand; but not what read() told of a cell already.
    void tell(const std::vector<journal::Refusal>& refusals, Findings& findings) const;

  private:
    struct Place {
        int row = 0;
        std::size_t table = 0;
    };
    friend class Reader;
    friend class Stream;
    void compare(std::size_t index, const Json& before, const Json& after);
    Finding finding(std::size_t index, const Problem& problem) const;

    std::vector<journal::Change> changes_;
    std::vector<Place> places_;  ///< One a change.
    std::vector<journal::File> files_;
    std::shared_ptr<Tables> tables_;
    std::set<std::pair<std::size_t, std::string>>
        told_;                         ///< Changes and fields that read() found fault with.
    std::set<std::size_t> unchanged_;  ///< Changes that complete() found to change nothing.
    std::set<Kind> kinds_;             ///< Whose files are there.
    std::vector<Difference> differences_;
    std::size_t difference_count_ = 0;
};

/// A folder on disk of any size, read part by part: what it asks of a register comes as one Changes after the
/// other, in the order of kinds, and is told of as one batch. Memory: a part, and a few bytes a record at
/// most.
class Stream {
  public:
    /// What is wrong in the files' form goes to `findings`, which outlives this, as they are read.
    Stream(std::vector<Source> sources, Findings& findings, const ReadOptions& options = {});
    Stream(Stream&&) noexcept;
    ~Stream();

    /// The next changes, no more than `most`; nothing after the last. Errors: io.
    Result<std::optional<Changes>> next(std::size_t most = kPart);

    /// Adds a withdrawal for each record that the register had before and that no change so far names, of
    /// those kinds whose files were read.
    Result<Withdrawals> withdraw_missing(journal::Writing& writing, const std::string& reason,
                                         const Described& describe = {});

    /// Adds what the journal refuses, counted over the whole batch, told where its cells stand; but not what
    /// was told of a cell already.
    void tell(const std::vector<journal::Refusal>& refusals, Findings& findings) const;

    static constexpr std::size_t kPart = 4096;

  private:
    /// From this change on rows follow each other, up to the next of these.
    struct Run {
        std::size_t first;
        int row;
        std::size_t table;
    };
    void note(std::size_t index, int row, std::size_t table);

    std::unique_ptr<Reader> reader_;
    std::size_t count_ = 0;  ///< Changes so far.
    std::vector<Run> runs_;
    int last_row_ = 0;
    std::set<std::pair<std::size_t, std::string>> told_;
    std::set<Kind> kinds_;
};

/// A change that writes a record anew of which something was erased: it may bring back what had to go.
struct AfterErasure {
    std::size_t index;
    query::Erasure erasure;  ///< The last one.
};

/// Which of the changes do so. What was erased cannot be compared with: it is gone, its salt too.
Result<std::vector<AfterErasure>> after_erasures(const query::View& view,
                                                 const std::vector<journal::Change>& changes);

/// How the names of columns end that say what the register derives, or what another record says: tables for
/// readers have them, and an import passes over them.
inline constexpr std::string_view kDerivedColumn = " (derived)";

/// A field's value as a cell has it, and as people may write it into a form; of a text: one language's.
std::string cell(const Field& field, const Json& value);
/// The reverse, of what somebody wrote: null where that is nothing but space. Errors: invalid_input, whose
/// hint says how to write it. No file is read: a field that holds one has none.
Result<Json> read_cell(const Field& field, std::string_view text);

/// Writes records as a CSV file without holding them: each is shown to it twice, first for the columns, which
/// are those that some record has.
class TableWriter {
  public:
    /// `columns`: those that have cells, but `id`; see query::View::columns().
    TableWriter(Kind kind, csv::For reader, const std::set<std::string>& columns);
    std::string header() const { return line(names()); }
    std::string row(const Record& record) const { return line(cells(record)); }

    /// The cells of the same, for who writes another format.
    std::vector<std::string> names() const;
    std::vector<std::string> cells(const Record& record) const;
    /// Whether the cells of a column, counted with `id`, are numbers.
    bool holds_numbers(std::size_t column) const;

  private:
    std::string line(const std::vector<std::string>& cells) const;
    struct Column {
        const Field* field;
        std::string tag;
    };
    csv::For reader_;
    std::vector<Column> columns_;
};

/// The records as a CSV file: columns `id` and the kind's fields in their order, those that
/// no record has left out; texts in the order en, zh, ru, then the others by tag; lines as given. For
/// exchange it is the canonical form.
std::string write_table(Kind kind, const std::vector<Record>& records, csv::For reader = csv::For::exchange);

/// Takes the files of a folder, one after the other, each in pieces.
struct Sink {
    std::function<Result<void>(const std::string& name)> begin;
    std::function<Result<void>(std::string_view bytes)> add;
};

/// Writes every file of a register folder that holds the view's records. Holds some of them, or a kept file,
/// at a time.
Result<void> write_files(const query::View& view, const Sink& sink);
/// The same files in memory, sorted by name.
Result<std::vector<File>> files_of(const query::View& view);

/// A blank file of a kind, to be filled in: every column, texts in the interface's languages; with a byte
/// order mark, so that spreadsheets take it for UTF-8.
File blank_file(const KindInfo& kind);

/// Writes files into a folder that is empty or not there. Errors: conflict if it holds anything; io.
Result<void> save(const std::vector<File>& files, const std::filesystem::path& path);

}  // namespace tamga::folder
