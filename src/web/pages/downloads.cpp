#include "web/pages/downloads.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "folder/folder.hpp"
#include "formats/geojson.hpp"
#include "formats/icalendar.hpp"
#include "sheet/sheet.hpp"
#include "sheet/writer.hpp"
#include "web/pages/answers.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/promise.hpp"
#include "web/pages/table.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// A table as a register folder has it, and after it what is derived of each record, or stands elsewhere.
class TableRows : public RowsWriter {
  public:
    TableRows(Page& page, Kind kind)
        : page_(page), kind_(kind), table_(kind, csv::For::spreadsheet, columns_of(page, kind)) {}

    std::string head() override { return line(names()); }
    std::string row(const Snapshot& record) override { return line(cells(record)); }

  protected:
    std::vector<std::string> names() {
        std::vector<std::string> out = table_.names(), derived;
        if (kind_ == Kind::commitment) derived = {"state", "rule", "overdue"};
        if (kind_ == Kind::observation) derived = {"unit", "currency", "reporter"};
        of_record_ = out.size();
        for (const std::string& name : derived)
            out.push_back(fmt::format("{}{}", name, folder::kDerivedColumn));
        return out;
    }
    std::vector<std::string> cells(const Snapshot& record) {
        std::vector<std::string> out = table_.cells({record.name, record.body}), derived;
        if (kind_ == Kind::commitment) {
            const Status& status = status_of(page_, record);
            derived = {std::string(status.code(chosen_scale(page_))), std::string(status.rule),
                       status.overdue ? "yes" : "no"};
        }
        if (kind_ == Kind::observation) derived = of_series(record);
        out.insert(out.end(), derived.begin(), derived.end());
        return out;
    }
    bool holds_numbers(std::size_t column) const {
        return column < of_record_ && table_.holds_numbers(column);
    }
    Page& page() { return page_; }
    Kind kind() const { return kind_; }

  private:
    /// Those of the whole kind: whoever filters or reads page by page finds the same ones.
    static std::set<std::string> columns_of(Page& page, Kind kind) {
        auto columns = page.view().columns(kind);
        if (!columns) page.failed(columns.error());
        return columns ? *std::move(columns) : std::set<std::string>();
    }
    static std::string line(const std::vector<std::string>& cells) {
        std::string out;
        csv::append_row(out, cells, csv::For::spreadsheet);
        return out;
    }
    /// Unit, currency and reporter of an observation.
    std::vector<std::string> of_series(const Snapshot& observation) {
        const SnapshotPtr series = page_.find({Kind::series, text_of(observation.body, "series")});
        if (!series) return {"", "", ""};
        const std::string unit = text_of(series->body, "unit"), party = text_of(series->body, "reporter");
        const bool currency =
            unit.size() == 3 && unit.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
        return {unit, currency ? unit : "",
                party.empty() ? page_.name_in(series->body, "reporter_name") : party};
    }

    Page& page_;
    const Kind kind_;
    const folder::TableWriter table_;
    std::size_t of_record_ = 0;  ///< Columns before those that are derived.
};

/// The same cells in a workbook, whose one sheet is called as the kind is.
class WorkbookRows : public TableRows {
  public:
    WorkbookRows(Page& page, Kind kind, std::string origin)
        : TableRows(page, kind), origin_(std::move(origin)) {}

    bool is_bounded() const override { return true; }
    Result<void> fits(std::size_t rows) const override {
        if (rows < static_cast<std::size_t>(sheet::kMostRows)) return {};
        return sheet::too_many_rows();
    }
    std::string head() override {
        auto made = sheet::Writer::make(std::string(info(kind()).plural),
                                        about_workbook(page(), page().kinds_label(kind()), origin_));
        if (!made) {
            failed_ = std::move(made).error();
            return {};
        }
        writer_ = *std::move(made);
        std::vector<sheet::Written> row;
        for (std::string& name : names()) row.push_back({std::move(name)});
        add(row);
        return {};
    }
    std::string row(const Snapshot& record) override {
        std::vector<sheet::Written> row;
        for (std::string& cell : cells(record)) row.push_back({std::move(cell), holds_numbers(row.size())});
        add(row);
        return {};
    }
    Result<void> finish(const AddText& add) override {
        if (failed_) return std::unexpected(*failed_);
        return writer_->finish(add);
    }

  private:
    /// What went wrong first is told at the end.
    void add(const std::vector<sheet::Written>& row) {
        if (failed_) return;
        if (auto added = writer_->add(row); !added) failed_ = std::move(added).error();
    }

    const std::string origin_;
    std::optional<sheet::Writer> writer_;
    std::optional<Error> failed_;
};

formats::CalendarText in_calendar(const Json& text) {
    return {text["text"].get<std::string>(), text["tag"].get<std::string>()};
}

/// Meetings on their days; commitments on the last day of their due dates, which is the one that they are
/// judged by.
class CalendarRows : public RowsWriter {
  public:
    CalendarRows(Page& page, Kind kind, std::string origin)
        : page_(page), kind_(kind), origin_(std::move(origin)) {}

    std::string head() override {
        const std::string what =
            kind_ == Kind::commitment ? page_.say("Due dates") : page_.kinds_label(kind_);
        return formats::calendar_head(
            {what + " · " + page_.say("Tamga register"), std::string(page_.language().tag())});
    }
    std::string row(const Snapshot& record) override {
        const bool due = kind_ == Kind::commitment;
        const auto first = Date::parse(due ? text_of(record.body, "due") : text_of(record.body, "start"));
        if (!first) return {};
        const auto last = Date::parse(text_of(record.body, "end"));
        formats::CalendarEvent event{
            .uid = lasting_id(page_, record.name.text()).substr(std::string_view("urn:uuid:").size()),
            .time = record.time,
            .first = due ? first->last_day() : *first,
            .last = last && *last >= *first ? *last : *first,
            .summary = in_calendar(page_.title(record)),
            .url = origin_.empty() ? "" : origin_ + page_.href(page_.record_path(record.name)),
            .cancelled = text_of(record.body, "status") == "cancelled"};
        if (due)
            add_due(event, record);
        else
            add_meeting(event, record);
        return formats::calendar_event(event);
    }
    std::string end() override { return std::string(formats::calendar_end()); }

  private:
    void add_due(formats::CalendarEvent& event, const Snapshot& commitment) {
        event.summary.text = page_.language().format("Due: {1}", {event.summary.text});
        event.description = {
            status_data(page_, commitment)["sentence"].get<std::string>() + "\n" +
                page_.language().format("Due date as stated: {1}", {page_.date(commitment.body, "due")}),
            std::string(page_.language().tag())};
    }
    void add_meeting(formats::CalendarEvent& event, const Snapshot& meeting) {
        if (const auto outcome = meeting.body.find("outcome"); outcome != meeting.body.end())
            event.description = in_calendar(page_.text(*outcome));
        if (const auto place = meeting.body.find("place"); place != meeting.body.end())
            event.location = in_calendar(page_.text(*place));
        if (const SnapshotPtr country = page_.find({Kind::party, text_of(meeting.body, "country")})) {
            std::string& where = event.location.text;
            where = where.empty()
                        ? page_.plain_title(*country)
                        : page_.language().format("{1} ({2})", {where, page_.plain_title(*country)});
        }
    }

    Page& page_;
    const Kind kind_;
    const std::string origin_;
};

/// The places that a route joins; none of what has no route.
std::vector<formats::Place> places_of(const Json& body) {
    std::vector<formats::Place> places;
    for (const std::string& place : list_of(body, "route")) {
        const std::size_t space = std::min(place.find(' '), place.size() - 1);
        places.push_back({.longitude = place.substr(space + 1), .latitude = place.substr(0, space)});
    }
    return places;
}

/// What has coordinates, as points; what has a route, as a line.
class PointRows : public RowsWriter {
  public:
    PointRows(Page& page, std::string origin) : page_(page), origin_(std::move(origin)) {}

    std::string head() override { return std::string(formats::geojson_head()); }
    std::string row(const Snapshot& record) override {
        Json told{{"kind", info(record.name.kind).name},
                  {"title", page_.plain_title(record)},
                  {"url", origin_ + page_.href(page_.record_path(record.name))}};
        for (const char* const field : {"type", "status", "precision", "country", "countries", "sector"})
            if (const auto found = record.body.find(field); found != record.body.end()) told[field] = *found;
        for (const char* const field : {"place", "status_text"})
            if (const auto found = record.body.find(field); found != record.body.end())
                told[field] = page_.text(*found)["text"];
        const auto route = places_of(record.body);
        const auto feature =
            route.empty() ? formats::geojson_point(
                                record.name.id,
                                {text_of(record.body, "longitude"), text_of(record.body, "latitude")}, told)
                          : formats::geojson_line(record.name.id, route, told);
        if (!feature) return {};
        const bool later = std::exchange(begun_, true);
        return (later ? ",\n" : "") + *feature;
    }
    std::string end() override { return std::string(formats::geojson_end()); }

  private:
    Page& page_;
    const std::string origin_;
    bool begun_ = false;
};

}  // namespace

std::unique_ptr<RowsWriter> rows_writer(Page& page, Kind kind, const std::string& origin) {
    const std::string& format = page.address().format;
    if (format == "csv") return std::make_unique<TableRows>(page, kind);
    if (format == "xlsx") return std::make_unique<WorkbookRows>(page, kind, origin);
    if (format == "ics") return std::make_unique<CalendarRows>(page, kind, origin);
    if (format == "geojson") return std::make_unique<PointRows>(page, origin);
    return nullptr;
}

}  // namespace tamga::web
