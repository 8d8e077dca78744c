#include "query/mutual.hpp"

#include <unordered_map>

namespace tamga::query {

namespace {

/// Rows of one kind, read as far as the fields that are named.
class Rows {
  public:
    Rows(const View& view, Kind kind) : view_(view), kind_(kind), row_(kind) { row_.want(0); }

    /// The field's place, from here on read.
    std::size_t read(FieldName field) {
        const std::size_t place = info(kind_).place(field.text());
        wanted_ = std::max(wanted_, place + 1);
        row_.want(wanted_);
        return place;
    }

    template <class Take>
    Result<void> each(const Take& take) {
        bool unreadable = false;
        TAMGA_TRY(view_.each_row(kind_, {}, [&](std::string_view id, std::string_view packed) {
            unreadable = !row_.read(packed);
            if (!unreadable) take(id, row_);
            return !unreadable;
        }));
        if (unreadable)
            return fail(ErrorCode::corrupt, "count what is mutual", "the row of a record cannot be read",
                        "run: tamga verify");
        return {};
    }

  private:
    const View& view_;
    const Kind kind_;
    journal::ListRow row_;
    std::size_t wanted_ = 0;
};

/// The field's values as a filter has them.
std::vector<std::string> values_of(const journal::ListRow& row, std::size_t field) {
    std::vector<std::string> values;
    if (!row.has(field)) return {std::string(kNotStated)};
    row.each_value(field, [&](std::string_view value) { values.emplace_back(value); });
    return values;
}

using Dues = std::unordered_map<std::string, std::string>;

/// Counts the mechanism's commitments, and gives their due dates by id.
Result<Dues> count_commitments(const View& view, const std::string& mechanism, Scale scale, Mutual& out) {
    Dues dues;
    Rows rows(view, Kind::commitment);
    const std::size_t of = rows.read("mechanism"), by = rows.read("by"), to = rows.read("to"),
                      due = rows.read("due"), target = rows.read("target");
    TAMGA_ASSIGN(const auto judgements, view.judgements());
    std::size_t judged_at = 0;
    TAMGA_TRY(rows.each([&](std::string_view id, const journal::ListRow& row) {
        if (row.value(of) != mechanism) return;
        dues.emplace(id, row.value(due));
        const Judgement* const judged = judgements->find(id, judged_at);
        const std::vector<std::string> receiving = values_of(row, to);
        for (const std::string& party : values_of(row, by)) {
            ++out.made[party];
            for (const std::string& other : receiving) {
                ++out.promised[{party, other}];
                if (row.has(target)) ++out.with_number[{party, other}];
            }
            ++out.states[{party, std::string(judged ? judged->code(scale) : kNotStated)}];
            if (judged && judged->overdue) ++out.overdue[party];
            if (judged && judged->silent) ++out.silent[party];
        }
    }));
    return dues;
}

Result<void> count_reports(const View& view, const Dues& dues, Mutual& out) {
    Rows rows(view, Kind::report);
    const std::size_t commitment = rows.read("commitment"), party = rows.read("party"),
                      date = rows.read("date");
    return rows.each([&](std::string_view, const journal::ListRow& row) {
        const auto due = dues.find(std::string(row.value(commitment)));
        if (due == dues.end()) return;
        ++out.reports[{std::string(row.value(party)), std::string(on_time(row.value(date), due->second))}];
    });
}

Result<void> count_series(const View& view, const std::string& mechanism, Mutual& out) {
    Rows rows(view, Kind::series);
    const std::size_t of = rows.read("mechanism"), flow = rows.read("flow"), area = rows.read("area"),
                      partner = rows.read("partner");
    return rows.each([&](std::string_view, const journal::ListRow& row) {
        if (row.value(of) != mechanism) return;
        auto& counted = out.figures[std::string(row.value(flow))];
        const std::vector<std::string> partners = values_of(row, partner);
        for (const std::string& one : values_of(row, area))
            for (const std::string& other : partners) ++counted[{one, other}];
    });
}

}  // namespace

Result<Mutual> mutual(const View& view, const Snapshot& mechanism, Scale scale) {
    Mutual out;
    out.parties = list_of(mechanism.body, "parties");
    TAMGA_TRY(view.check_rows());
    for (const Kind kind : {Kind::commitment, Kind::report, Kind::series}) {
        TAMGA_ASSIGN(const std::size_t total, count(view, kind));
        out.too_many = out.too_many || total > kMostSorted;
    }
    if (out.too_many) return out;
    TAMGA_ASSIGN(const Dues dues, count_commitments(view, mechanism.name.id, scale, out));
    TAMGA_TRY(count_reports(view, dues, out));
    TAMGA_TRY(count_series(view, mechanism.name.id, out));
    return out;
}

}  // namespace tamga::query
