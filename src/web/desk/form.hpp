#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/check.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// What a form sends: names and values as they came.
using FormFields = std::vector<std::pair<std::string, std::string>>;

/// The form of one record, made from the table of kinds (model/kind_table.hpp): what somebody typed, what it
/// means, and what is wrong with it. A value is written as in a cell of a register folder
/// (docs/formats/register-folder.md), so that whoever fills in tables knows it already. Files are not typed:
/// a record keeps those that it has.
class RecordForm {
  public:
    /// The form of a record as it stands.
    static RecordForm of(const RecordId& name, const Json& body);
    /// What was sent. `before` is the record as it stands; an empty object where there is none. Lines that a
    /// browser ends with CR and LF end with LF.
    static RecordForm read(Kind kind, const FormFields& sent, const Json& before);

    const RecordId& name() const { return name_; }
    /// What the fields mean that can be read.
    const Json& body() const { return body_; }
    const std::vector<Problem>& problems() const { return problems_; }
    /// The inputs as a browser would send them: what read() takes, and a draft keeps.
    FormFields sent() const;
    /// Adds what somebody else finds wrong; of a field that has a problem already, nothing.
    void add(Problem problem);

    /// Context of the form's fields: in the table's order, with what was typed, what is wrong, and what can
    /// be chosen.
    Json context(Page& page) const;
    /// Context of what is wrong: each leads to its field. Empty if nothing is.
    Json problems_context(const Page& page) const;

  private:
    explicit RecordForm(Kind kind) : name_{kind, {}} {}
    /// Empty if nothing was typed.
    std::string typed(const std::string& input) const;
    std::vector<std::string> languages_of(const Field& field) const;

    RecordId name_;
    FormFields typed_;  ///< By the names of inputs: "title@en", "due", "id".
    Json body_ = Json::object();
    std::vector<Problem> problems_;
};

/// A free id for a new record, made of the parts that are ids; "-2" and on where it is taken.
std::string free_id(Page& page, Kind kind, const std::vector<std::string>& parts);

/// What changes from one body to another: [{"field","before","after"}], as facts. Fields in the kind's order.
Json changes_context(Page& page, Kind kind, const Json& before, const Json& after);

}  // namespace tamga::web
