#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/journal.hpp"
#include "model/record.hpp"
#include "query/register.hpp"

// The register folder: one CSV file a kind, as docs/formats/register-folder.md describes it.
namespace tamga::folder {

/// One file of a register folder: its name ("parties.csv", "files/treaty.pdf") and content.
struct File {
    std::string name;
    std::string content;
    std::string path = {};  ///< What findings call it; empty: its name.
};

/// The files of a folder on disk that belong to a register folder: *.csv and files/*; or one such CSV file.
/// Errors: not_found, io; invalid_input for a CSV file whose name is no kind's, or a link or special file in
/// the folder; out_of_range for a file beyond 256 MiB.
Result<std::vector<File>> load(const std::filesystem::path& path);

/// Something that is wrong in a folder.
struct Finding {
    std::string place;  ///< "commitments.csv:12:4": file, line, column, both from 1.
    std::string cause;
    std::string hint;

    std::string message() const { return place + ": " + cause + (hint.empty() ? "" : "; " + hint); }
};

/// What a folder asks of a register.
class Changes {
  public:
    /// Reads the files; what is wrong in their form goes to `findings`, and so do, later, the journal's
    /// refusals, told where their cells stand.
    static Changes read(const std::vector<File>& files, std::vector<Finding>& findings);

    const std::vector<journal::Change>& changes() const { return changes_; }
    const std::vector<journal::File>& files() const { return files_; }

    /// Adds a withdrawal for each record of the register that the folder does not name.
    Result<void> withdraw_missing(const query::View& view, const std::string& reason);

    /// Where a refused change stands.
    Finding finding(const journal::Refusal& refusal) const;

    /// Puts findings in the order of files, lines and columns.
    static void sort(std::vector<Finding>& findings);

  private:
    struct Place {
        std::string file;
        int row = 0;
        int table = -1;  ///< Index into tables_, where columns are told.
    };
    struct Column {
        std::string field;
        int column;
    };
    friend class Reader;

    std::vector<journal::Change> changes_;
    std::vector<Place> places_;  ///< One a change.
    std::vector<journal::File> files_;
    std::vector<std::vector<Column>> tables_;
};

/// The records as a CSV file in canonical form: columns `id` and the kind's fields in their order, those that
/// no record has left out; texts in the order en, zh, ru, then the others by tag; lines as given.
std::string write_table(Kind kind, const std::vector<Record>& records);

/// Every file of a register folder that holds the view's records, sorted by name.
Result<std::vector<File>> files_of(const query::View& view);

/// Writes files into a folder that is empty or not there. Errors: conflict if it holds anything; io.
Result<void> save(const std::vector<File>& files, const std::filesystem::path& path);

}  // namespace tamga::folder
