#include "web/pages/downloads.hpp"

#include <fmt/format.h>

#include "folder/folder.hpp"
#include "formats/geojson.hpp"
#include "formats/icalendar.hpp"
#include "web/pages/answers.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/promise.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// A table as a register folder has it, and after it what is derived of each record, or stands elsewhere.
class TableRows : public RowsWriter {
  public:
    TableRows(Page& page, Kind kind) : page_(page), kind_(kind), table_(kind, csv::For::spreadsheet) {}

    bool looks_first() const override { return true; }
    void look_at(const Snapshot& record) override { table_.look_at(record.body); }
    std::string head() override {
        std::vector<std::string> names;
        if (kind_ == Kind::commitment) names = {"state", "rule", "overdue"};
        if (kind_ == Kind::observation) names = {"unit", "currency", "reporter"};
        for (std::string& name : names) name += folder::kDerivedColumn;
        return with(table_.header(), names);
    }
    std::string row(const Snapshot& record) override {
        std::string row = table_.row({record.name, record.body});
        if (kind_ == Kind::commitment) {
            const Status& status = status_of(page_, record);
            return with(std::move(row), {std::string(status.code(chosen_scale(page_))),
                                         std::string(status.rule), status.overdue ? "yes" : "no"});
        }
        if (kind_ == Kind::observation) return with(std::move(row), of_series(record));
        return row;
    }

  private:
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
    static std::string with(std::string row, const std::vector<std::string>& cells) {
        if (cells.empty()) return row;
        row.resize(row.size() - 2);  // CR LF.
        row += ',';
        csv::append_row(row, cells, csv::For::spreadsheet);
        return row;
    }

    Page& page_;
    const Kind kind_;
    folder::TableWriter table_;
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
    if (format == "ics") return std::make_unique<CalendarRows>(page, kind, origin);
    if (format == "geojson") return std::make_unique<PointRows>(page, origin);
    return nullptr;
}

}  // namespace tamga::web
