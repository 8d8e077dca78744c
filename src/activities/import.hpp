#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "folder/folder.hpp"
#include "iati/select/filter.hpp"
#include "query/register.hpp"

namespace tamga::activities {

struct ImportOptions {
    std::string mechanism;  ///< Id of the mechanism that the projects belong to.
    std::string source;     ///< Id of the source record that stands for the file; made if it is not there.
    iati::Selection selection = {};
    /// Withdraw projects of this source that the file no longer holds; of those that another source cites
    /// too, only the citation.
    bool withdraw_missing = false;
    std::string reason = {};  ///< Why they are withdrawn.
};

/// What a file of activities asks of a register.
struct Import {
    std::vector<journal::Change> changes;
    std::vector<journal::File> files;
    std::vector<std::string> places;  ///< Of each change: "file.xml:12:3".
    std::uint64_t activities = 0;     ///< In the file.
    std::uint64_t wanted = 0;
    std::vector<folder::Finding> notices;  ///< What whoever imports should know, and is no fault.
};

/// Makes projects of the activities that are wanted, one each, and a source record of the file. Each project
/// keeps its activity as it stands (field `activity`), is found again by its identifier (`iati_identifier`),
/// and says in the register's own fields what the activity states: title, state, dates, countries that are
/// parties of the register, first place, who takes part. What somebody else wrote into other fields of the
/// project stays; what an earlier import wrote and the activity no longer states goes. What is unchanged
/// makes a change that is equal to what the register holds.
///
/// Several files may hold an activity with the same identifier: each writes its version, the last to be
/// imported is the one that the project shows, and the last of its citations that names a file of activities
/// names that file. A file that says the same as when it was imported last changes nothing, even if another
/// one has been imported since. What is replaced so is told in `notices`.
///
/// What is wrong goes to `findings`: an activity without an identifier or with one that came before, a
/// version of the standard before 2.01. Memory: all that is wanted. Errors: as iati::each_part(); not_found,
/// if there is no such mechanism; conflict, if the source is another document; those of the view.
Result<Import> read_activities(xml::Source& file, const std::string& name, const query::View& view,
                               const ImportOptions& options, std::vector<folder::Finding>& findings);

/// Adds what a mechanism is about to a selection: its parties' countries (iso_alpha2) and organisations
/// (org_id). Errors: not_found, if there is no such mechanism, or nothing to know its activities by; those of
/// the view.
Result<void> select_mechanism(iati::Selection& selection, const query::View& view,
                              const std::string& mechanism);

/// The id of a project (or source) that is called `text` elsewhere: lower-case letters, digits and hyphens,
/// at most 100.
std::string id_of(std::string_view text);

/// Gives a file of activities as it was imported to `write`, piece by piece, with each activity as this
/// source wrote it last: the same as canonical XML, if all its activities were wanted. Errors: not_found, if
/// the source is no imported file; corrupt; those of `write`.
Result<void> give_back(const query::View& view, const std::string& source,
                       const std::function<Result<void>(std::string_view)>& write);

}  // namespace tamga::activities
