#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csv/csv.hpp"
#include "folder/cells.hpp"
#include "folder/folder.hpp"

// Files turned into changes, for this room alone.
namespace tamga::folder {

/// The columns of a file, where refusals are told.
struct Column {
    std::string field;
    std::string language;
    int column;
};
struct Table {
    std::string file;  ///< What findings call it.
    Kind kind = {};
    bool renames = false;              ///< It is redirects.csv.
    std::vector<Column> columns = {};  ///< None: there is no place in it to be told.
};

/// What chunks of one folder share.
struct Tables {
    std::vector<Table> tables;
    std::map<RecordId, RecordId> earlier;  ///< New names to old ones, of the renames so far.
};

/// A problem, told where its cell stands.
Finding finding_at(const Table& table, int row, const Problem& problem);

/// Reads the files of one folder, in the order in which they are imported, piece by piece.
class Reader {
  public:
    Reader(std::vector<Source> sources, Findings& findings, const ReadOptions& options);

    /// Adds the next changes to `out`: at most so many, and fewer where they come with large files. False
    /// where none is left. Errors: io.
    Result<bool> read(Changes& out, std::size_t most);
    const std::shared_ptr<Tables>& tables() const { return tables_; }

  private:
    struct Header {
        std::string name;
        const Field* field = nullptr;  ///< Null: the id, or a column that is not understood.
        std::string language;
        bool is_id = false;
    };
    struct Job {
        const Source* source;
        const KindInfo* kind;  ///< Null: redirects.
    };
    /// The file that is being read.
    struct Open {
        Job job;
        Rows rows;
        std::size_t table = 0;  ///< In tables_.
        std::vector<Header> headers = {};
        std::optional<Cells> cells = {};
    };

    const std::string& file() const { return tables_->tables[open_->table].file; }
    void find(std::string where, std::string cause, std::string hint, std::string like = {});
    Result<bool> next_row();
    Result<bool> open_next(Changes& out);
    void begin_redirects();
    void begin_table(Changes& out);
    void read_header(const csv::Row& row);
    std::string column_name(const std::string& text, const std::string& where);
    void add_redirect(Changes& out);
    void add_row(Changes& out);
    void add(Changes& out, journal::Change change);
    std::string here(int row, int column) const;

    const std::vector<Source> sources_;
    Findings& findings_;
    const ReadOptions options_;
    std::vector<Job> jobs_;
    std::size_t next_job_ = 0;
    KeptFiles kept_;
    std::shared_ptr<Tables> tables_ = std::make_shared<Tables>();
    std::unique_ptr<Open> open_;
    csv::Row row_;
};

}  // namespace tamga::folder
