#include "activities/publish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "activities/kept.hpp"
#include "i18n/language.hpp"
#include "iati/schema/names.hpp"
#include "iati/standard/standard.hpp"

namespace tamga::activities {

namespace {

using i18n::in_each_language;
using iati::StandardName;
using query::Snapshot;
using query::SnapshotPtr;

// "Sectors not specified": the standard asks for a purpose code of the OECD DAC, and one that nobody states
// is not guessed.
constexpr std::string_view kNoPurpose = "99810";
constexpr std::string_view kOtherType = "90";
constexpr std::size_t kCheckedAtOnce =
    std::size_t{4} * 1024 * 1024;  // bytes: enough to keep all cores at work

/// An attribute of the standard, or xml:lang.
struct AttributeName {
    consteval AttributeName(const char* name)
        : text(std::string_view(name) == "xml:lang" ? "xml:lang" : StandardName(name).text()) {}
    std::string_view text;
};

/// Writes elements one below the other.
class Writer {
  public:
    explicit Writer(int depth) : depth_(depth) {}

    struct Attribute {
        AttributeName name;
        std::string value;
    };
    using Attributes = std::vector<Attribute>;

    /// An element without content. Attributes without a value are left out.
    void empty(StandardName name, const Attributes& attributes) { start(name, attributes, "/>"); }
    void open(StandardName name, const Attributes& attributes = {}) {
        start(name, attributes, ">");
        ++depth_;
    }
    void close(StandardName name) {
        --depth_;
        out_ += fmt::format("{:{}}</{}>\n", "", depth_ * 2, name.text());
    }
    void text(StandardName name, std::string_view text, const Attributes& attributes = {}) {
        start(name, attributes, ">", false);
        out_ += fmt::format("{}</{}>\n", escaped(text), name.text());
    }
    /// A narrative a language. English, the activity's own, is not told; nor is a language that IATI's list
    /// has not.
    void narratives(const Json& texts) {
        static const auto known = iati::find_code_list("Language");
        for (const auto& [tag, words] : texts.items()) {
            const std::string language = tag.substr(0, tag.find('-'));
            const bool told = language != "en" && known && known->has(iati::Version::v2_03, language);
            text("narrative", words.get_ref<const std::string&>(), {{"xml:lang", told ? language : ""}});
        }
    }
    void named(StandardName name, const Json& texts, const Attributes& attributes = {}) {
        open(name, attributes);
        narratives(texts);
        close(name);
    }

    std::string take() { return std::move(out_); }

  private:
    void start(StandardName name, const Attributes& attributes, std::string_view end, bool line = true) {
        out_ += fmt::format("{:{}}<{}", "", depth_ * 2, name.text());
        for (const auto& [attribute, value] : attributes)
            if (!value.empty()) out_ += fmt::format(" {}=\"{}\"", attribute.text, escaped(value));
        out_ += end;
        if (line) out_ += "\n";
    }
    int depth_;
    std::string out_;
};

/// A comment may not hold two hyphens side by side.
std::string comment(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '-' && out.ends_with('-')) out += ' ';
        out += c;
    }
    return "  <!-- " + out + " -->\n";
}

std::string root(StandardName name, const query::View& view) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{} version=\"2.03\" generated-datetime=\"{}\">\n",
        name.text(), utc_text(view.time()));
}

/// The file of one mechanism's activities.
class Publication {
  public:
    Publication(const query::View& view, const Snapshot& mechanism, const iati::Checker& checker, bool all,
                const std::function<Result<void>(std::string_view)>& write)
        : view_(view),
          mechanism_(mechanism),
          checker_(checker),
          all_(all),
          write_(write),
          publisher_(text_of(mechanism.body, "publisher_id")),
          start_(root("iati-activities", view)) {}

    /// Writes all of them.
    Result<Published> publish() {
        // Centres before projects and these before the mechanism: who names another as its parent or child
        // knows by then whether it is published.
        TAMGA_ASSIGN(const auto centres, of_mechanism(Kind::centre));
        for (const SnapshotPtr& centre : centres) TAMGA_TRY(add(*centre, [&] { return of_centre(*centre); }));
        TAMGA_TRY(flush());
        TAMGA_ASSIGN(const auto projects, of_mechanism(Kind::project));
        for (const SnapshotPtr& project : projects)
            TAMGA_TRY(add(*project, [&] { return of_project(*project); }));
        TAMGA_TRY(flush());
        TAMGA_TRY(add(mechanism_, [&] { return of_mechanism_itself(); }));
        TAMGA_TRY(flush());
        if (out_.activities == 0) return std::move(out_);
        std::ranges::sort(out_.left_out, {}, &LeftOut::record);
        std::string end;
        for (const LeftOut& one : out_.left_out)
            end += comment(fmt::format("Left out: {}: {}.", one.record.text(), one.why));
        TAMGA_TRY(write_(end + "</iati-activities>\n"));
        return std::move(out_);
    }

  private:
    Result<std::vector<SnapshotPtr>> of_mechanism(Kind kind) {
        TAMGA_ASSIGN(auto all, view_.all(kind));
        std::erase_if(all, [&](const SnapshotPtr& one) {
            return text_of(one->body, "mechanism") != mechanism_.name.id;
        });
        return all;
    }
    void leave_out(const RecordId& record, std::string why) {
        out_.left_out.push_back({record, std::move(why)});
    }

    /// Makes an activity and lets it wait for the check.
    template <typename Make>
    Result<void> add(const Snapshot& record, const Make& make) {
        missing_.clear();
        TAMGA_ASSIGN(std::string made, make());
        const bool imported = record.body.contains("activity");
        if (missing_.empty() && publisher_.empty() && !imported)
            missing_ = "the mechanism names no publisher_id";
        if (!missing_.empty()) return leave_out(record.name, missing_), Result<void>();
        const auto [other, is_new] = identifiers_.emplace(
            imported ? text_of(record.body, "iati_identifier") : identifier(record.name), record.name);
        if (!is_new)
            return leave_out(record.name, fmt::format("{} has the identifier '{}' too", other->second.text(),
                                                      other->first)),
                   Result<void>();
        waiting_.push_back({record.name, std::move(made),
                            !imported && !parents_.contains({Kind::centre, text_of(record.body, "centre")})});
        waiting_bytes_ += waiting_.back().xml.size();
        return waiting_bytes_ < kCheckedAtOnce ? Result<void>() : flush();
    }

    /// Checks the activities that wait, and writes those without a finding above advisory. Each is judged on
    /// its own: what the checker finds in several together are identifiers that are not unique, and those do
    /// not get here.
    Result<void> flush() {
        std::map<std::size_t, std::string> found;
        if (!all_ && !waiting_.empty()) {
            std::string text = start_;
            for (const Waiting& one : waiting_) text += one.xml;
            text += "</iati-activities>\n";
            const auto source = xml::memory_source(text);
            iati::Options options;
            options.now_ms = (view_.day().day_number() + 1) * 86'400'000 - 1;
            TAMGA_ASSIGN(const iati::Report report,
                         checker_.check(*source, mechanism_.name.id + ".xml", options));
            for (const iati::Finding& finding : report.findings) {
                if (finding.severity == iati::Severity::advisory) continue;
                if (finding.identifier == "file")
                    return fail(ErrorCode::corrupt, "publish " + mechanism_.name.text(),
                                std::string(finding.message.view()), "report this as a fault of the program");
                found.emplace(static_cast<std::size_t>(finding.index),
                              fmt::format("check {}: {}", finding.id, finding.message.view()));
            }
        }
        for (std::size_t i = 0; i < waiting_.size(); ++i) {
            const Waiting& one = waiting_[i];
            if (auto fault = found.find(i); fault != found.end()) {
                if (fault->second.ends_with('.')) fault->second.pop_back();
                leave_out(one.record, std::move(fault->second));
                continue;
            }
            if (out_.activities++ == 0) TAMGA_TRY(write_(start_));
            TAMGA_TRY(write_(one.xml));
            if (one.below_mechanism) children_.push_back(one.record);
            if (one.record.kind == Kind::centre) parents_.insert(one.record);
        }
        waiting_.clear();
        waiting_bytes_ = 0;
        return {};
    }

    /// Told once: the first thing that the standard asks for and the record does not state.
    void lacks(std::string what) {
        if (missing_.empty()) missing_ = std::move(what);
    }
    std::string identifier(const RecordId& record) const {
        return fmt::format("{}-{}-{}", publisher_, info(record.kind).name, record.id);
    }

    void open(Writer& out, const Snapshot& record, int hierarchy) {
        out.open("iati-activity", {{"xml:lang", "en"},
                                   {"hierarchy", std::to_string(hierarchy)},
                                   {"last-updated-datetime", utc_text(record.time)}});
        out.text("iati-identifier", identifier(record.name));
        reporting(out);
        out.named("title", record.body["title"]);
    }
    void reporting(Writer& out) const {
        const std::string type = text_of(mechanism_.body, "publisher_type");
        const Json name =
            mechanism_.body.contains("publisher_name") ? mechanism_.body["publisher_name"] : Json::object();
        out.named("reporting-org", name.empty() ? Json{{"en", publisher_}} : name,
                  {{"ref", publisher_}, {"type", type.empty() ? std::string(kOtherType) : type}});
    }
    /// The first of the fields that is there, else the title; then the note.
    static void describe(Writer& out, const Json& body, std::initializer_list<std::string_view> fields) {
        const auto* const found =
            std::ranges::find_if(fields, [&](std::string_view field) { return body.contains(field); });
        out.named("description", body[found == fields.end() ? "title" : *found], {{"type", "1"}});
        if (body.contains("note")) out.named("description", body["note"], {{"type", "4"}});
    }
    static void take_part(Writer& out, const std::string& role, const Json& name, const std::string& ref = {},
                          const std::string& type = {}) {
        out.named("participating-org", name, {{"ref", ref}, {"type", type}, {"role", role}});
    }
    static void not_stated(Writer& out, const std::string& role) {
        take_part(out, role, in_each_language("Not stated"));
    }
    /// A date as IATI has it: a day. What is less precise is told so in words.
    static void date(Writer& out, const std::string& type, const Date& date, bool first) {
        const Date day = first ? date.first_day() : date.last_day();
        const Writer::Attributes attributes{{"type", type}, {"iso-date", day.text()}};
        if (date.day() != 0) return out.empty("activity-date", attributes);
        out.named("activity-date", {{"en", "Stated as " + date.text()}}, attributes);
    }

    /// One country by its code; several, whose shares nobody states, as one region of the publisher's own.
    Result<void> countries(Writer& out, const std::vector<std::string>& parties) {
        std::vector<std::pair<std::string, Json>> found;
        for (const std::string& id : parties) {
            TAMGA_ASSIGN(const SnapshotPtr party, view_.find({Kind::party, id}));
            if (party && party->body.contains("iso_alpha2"))
                found.emplace_back(party->body["iso_alpha2"], party->body["title"]);
        }
        if (found.empty()) lacks("IATI asks for a country, and none is stated");
        if (found.size() == 1) out.empty("recipient-country", {{"code", found.front().first}});
        if (found.size() < 2) return {};
        std::string code;
        std::map<std::string, std::string> names;
        for (const auto& [alpha2, title] : found) {
            code += (code.empty() ? "" : "-") + alpha2;
            // What parts names is punctuation: only Chinese, of the languages that titles are in, has its
            // own.
            for (const auto& [tag, words] : title.items())
                if (std::ranges::all_of(found, [&](const auto& one) { return one.second.contains(tag); }))
                    names[tag] += (names[tag].empty() ? ""
                                   : tag == "zh"      ? "、"
                                                      : ", ") +
                                  words.get<std::string>();
        }
        out.named("recipient-region", names, {{"code", code}, {"vocabulary", "99"}});
        return {};
    }
    static void location(Writer& out, const Json& body) {
        if (!body.contains("latitude") && !body.contains("place")) return;
        out.open("location");
        if (body.contains("place")) out.named("name", body["place"]);
        if (body.contains("latitude") && body.contains("longitude")) {
            out.open("point", {{"srsName", "http://www.opengis.net/def/crs/EPSG/0/4326"}});
            out.text("pos", text_of(body, "latitude") + " " + text_of(body, "longitude"));
            out.close("point");
            out.empty("exactness", {{"code", text_of(body, "precision") == "approximate" ? "2" : "1"}});
        }
        out.close("location");
    }
    Result<void> sectors(Writer& out, const Json& body) {
        TAMGA_ASSIGN(const SnapshotPtr sector, view_.find({Kind::sector, text_of(body, "sector")}));
        const std::string purpose = sector ? text_of(sector->body, "dac_code") : std::string();
        out.empty("sector",
                  {{"vocabulary", "1"}, {"code", purpose.empty() ? std::string(kNoPurpose) : purpose}});
        if (sector)
            out.named("sector", sector->body["title"], {{"vocabulary", "99"}, {"code", sector->name.id}});
        return {};
    }

    Result<std::string> of_centre(const Snapshot& centre) {
        const Json& body = centre.body;
        Writer out(1);
        open(out, centre, 2);
        describe(out, body, {"programme", "figures"});
        if (body.contains("programme") && body.contains("figures"))
            out.named("description", body["figures"], {{"type", "4"}});
        if (body.contains("host"))
            take_part(out, "4", body["host"]);
        else
            not_stated(out, "4");
        const auto opened = Date::parse(text_of(body, "opened"));
        const auto announced = Date::parse(text_of(body, "announced"));
        const bool is_open = opened && opened->first_day() <= view_.day();
        out.empty("activity-status", {{"code", is_open ? "2" : "1"}});
        if (is_open)
            date(out, "2", *opened, true);
        else if (opened)
            date(out, "1", *opened, true);
        else if (announced)
            lacks("IATI asks for a start, and only the announcement is stated");
        else
            lacks("IATI asks for a start, and none is stated");
        // Whom it is for; where it sits is its location.
        auto parties = list_of(body, "countries");
        if (parties.empty()) parties = list_of(mechanism_.body, "parties");
        if (parties.empty()) parties = {text_of(body, "country")};
        TAMGA_TRY(countries(out, parties));
        location(out, body);
        TAMGA_TRY(sectors(out, body));
        out.empty("related-activity", {{"ref", identifier(mechanism_.name)}, {"type", "1"}});
        out.close("iati-activity");
        return out.take();
    }

    Result<std::string> of_project(const Snapshot& project) {
        const Json& body = project.body;
        if (body.contains("activity")) {
            TAMGA_ASSIGN(const auto file, view_.file(body["activity"]["sha256"]));
            if (!file) return lacks("its activity was erased"), std::string();
            auto kept = Kept::read(*file);
            if (!kept) return lacks("its activity cannot be read: " + kept.error().cause), std::string();
            return "  " + kept->standalone() + "\n";
        }
        Writer out(1);
        open(out, project, 3);
        describe(out, body, {"capacity", "status_text"});
        const auto organisations = list_of(body, "organisations");
        for (const std::string& organisation : organisations) take_part(out, "4", {{"en", organisation}});
        if (organisations.empty()) not_stated(out, "4");
        const auto& statuses = info(Kind::project).field("status")->codes;
        const auto status = std::ranges::find(statuses, text_of(body, "status"));
        if (status == statuses.end()) lacks("IATI asks for a status, and none is stated");
        const auto number =
            status - statuses.begin() + 1;  // The register's words in the order of ActivityStatus.
        out.empty("activity-status", {{"code", std::to_string(number)}});
        const auto start = Date::parse(text_of(body, "start"));
        if (start) {
            const bool begun = number != 1 && start->first_day() <= view_.day();
            date(out, begun ? "2" : "1", *start, true);
        } else {
            lacks("IATI asks for a start, and none is stated");
        }
        if (const auto end = Date::parse(text_of(body, "end"))) {
            const bool ended = (number == 3 || number == 4) && end->last_day() <= view_.day();
            date(out, ended ? "4" : "3", *end, false);
        }
        TAMGA_TRY(countries(out, list_of(body, "countries")));
        location(out, body);
        TAMGA_TRY(sectors(out, body));
        const RecordId centre{Kind::centre, text_of(body, "centre")};
        out.empty("related-activity",
                  {{"ref", identifier(parents_.contains(centre) ? centre : mechanism_.name)}, {"type", "1"}});
        out.close("iati-activity");
        return out.take();
    }

    /// The day of the first meeting that was held: what began is under way.
    Result<std::optional<Date>> first_meeting() {
        TAMGA_ASSIGN(const auto meetings, of_mechanism(Kind::meeting));
        std::optional<Date> first;
        for (const SnapshotPtr& meeting : meetings) {
            const auto day = Date::parse(text_of(meeting->body, "start"));
            if (day && text_of(meeting->body, "status") == "held" &&
                (!first || day->first_day() < first->first_day()))
                first = *day;
        }
        return first;
    }

    Result<std::string> of_mechanism_itself() {
        const Json& body = mechanism_.body;
        Writer out(1);
        open(out, mechanism_, 1);
        describe(out, body, {"summary"});
        const auto parties = list_of(body, "parties");
        for (const std::string& id : parties) {
            TAMGA_ASSIGN(const SnapshotPtr party, view_.find({Kind::party, id}));
            if (!party) continue;
            const bool state = text_of(party->body, "type") == "state";
            take_part(out, "2", party->body["title"], text_of(party->body, "org_id"), state ? "10" : "");
        }
        if (parties.empty()) not_stated(out, "2");
        out.empty("activity-status", {{"code", "2"}});
        std::optional<Date> start;
        if (const auto established = Date::parse(text_of(body, "established"))) start = *established;
        if (!start) {
            TAMGA_ASSIGN(start, first_meeting());
        }
        if (start && start->first_day() <= view_.day())
            date(out, "2", *start, true);
        else
            lacks(
                "IATI asks for a start, and neither the day of establishment nor a meeting that was held is "
                "stated");
        TAMGA_TRY(countries(out, parties));
        TAMGA_TRY(sectors(out, Json::object()));
        for (const RecordId& child : children_)
            out.empty("related-activity", {{"ref", identifier(child)}, {"type", "2"}});
        TAMGA_TRY(results(out));
        out.close("iati-activity");
        return out.take();
    }

    /// Each series that has figures is a result of its own: figures of different reporters are not one
    /// another's.
    Result<void> results(Writer& out) {
        TAMGA_ASSIGN(const auto all, of_mechanism(Kind::series));
        TAMGA_ASSIGN(const auto figures, view_.all(Kind::observation));
        std::map<std::string, std::vector<std::pair<Period, SnapshotPtr>>> by_series;
        for (const SnapshotPtr& figure : figures)
            if (const auto period = parse_period(text_of(figure->body, "period"));
                period && figure->body.contains("value"))
                by_series[text_of(figure->body, "series")].emplace_back(*period, figure);
        for (const SnapshotPtr& series : all) {
            auto& told = by_series[series->name.id];
            if (told.empty()) continue;
            std::ranges::stable_sort(
                told, {}, [](const auto& one) { return std::pair(one.first.first, one.first.last); });
            const std::string unit = text_of(series->body, "unit");
            out.open("result", {{"type", "9"}, {"aggregation-status", "0"}});
            out.named("title", series->body["title"]);
            if (series->body.contains("note")) out.named("description", series->body["note"]);
            out.open("indicator", {{"measure", unit == "percent" ? "2" : "1"}});
            out.named("title", series->body["title"]);
            out.named("description", {{"en", "Unit: " + unit}});
            for (const auto& [period, figure] : told) {
                out.open("period");
                out.empty("period-start", {{"iso-date", period.first.first_day().text()}});
                out.empty("period-end", {{"iso-date", period.last.last_day().text()}});
                out.open("actual", {{"value", text_of(figure->body, "value")}});
                TAMGA_ASSIGN(const std::string comment, comment_on(*figure));
                if (!comment.empty()) out.named("comment", {{"en", comment}});
                out.close("actual");
                out.close("period");
            }
            out.close("indicator");
            out.close("result");
        }
        return {};
    }
    /// How the source words a figure, and where it stands.
    Result<std::string> comment_on(const Snapshot& figure) {
        const std::string qualifier = text_of(figure.body, "qualifier");
        std::string out =
            qualifier.empty() || qualifier == "exact" ? "" : fmt::format("Worded as: {}.", qualifier);
        std::string where;
        if (figure.body.contains("sources"))
            for (const Json& citation : figure.body["sources"]) {
                TAMGA_ASSIGN(const SnapshotPtr source,
                             view_.find({Kind::source, citation["source"].get<std::string>()}));
                if (!source) continue;
                const std::string url = text_of(source->body, "url");
                where += (where.empty() ? "" : "; ") + (url.empty() ? source->name.id : url);
            }
        if (!where.empty()) out += (out.empty() ? "Source: " : " Source: ") + where;
        return out;
    }

    /// An activity that was made and is to be checked.
    struct Waiting {
        RecordId record;
        std::string xml;
        bool below_mechanism;  ///< It names the mechanism as its parent.
    };

    const query::View& view_;
    const Snapshot& mechanism_;
    const iati::Checker& checker_;
    const bool all_;
    const std::function<Result<void>(std::string_view)>& write_;
    const std::string publisher_;
    const std::string start_;
    Published out_;
    std::vector<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::map<std::string, RecordId> identifiers_;  ///< Of the activities made so far.
    std::set<RecordId> parents_;                   ///< Centres that are published.
    std::vector<RecordId> children_;  ///< What is published and stands right below the mechanism.
    std::string missing_;             ///< Why the activity that is being made cannot be published.
};

}  // namespace

Result<Published> publish_activities(const query::View& view, const Snapshot& mechanism,
                                     const iati::Checker& checker, bool all,
                                     const std::function<Result<void>(std::string_view)>& write) {
    return Publication(view, mechanism, checker, all, write).publish();
}

Result<std::string> publish_organisation(const query::View& view, const Snapshot& mechanism) {
    const std::string id = text_of(mechanism.body, "publisher_id");
    if (id.empty())
        return fail(
            ErrorCode::not_found, "publish " + mechanism.name.text(), "the mechanism names no publisher_id",
            "state who publishes it: publisher_id, publisher_name and publisher_type of the mechanism");
    const Json name =
        mechanism.body.contains("publisher_name") ? mechanism.body["publisher_name"] : Json{{"en", id}};
    const std::string type = text_of(mechanism.body, "publisher_type");
    Writer out(1);
    out.open("iati-organisation", {{"xml:lang", "en"}, {"last-updated-datetime", utc_text(mechanism.time)}});
    out.text("organisation-identifier", id);
    out.named("name", name);
    out.named("reporting-org", name, {{"ref", id}, {"type", type.empty() ? std::string(kOtherType) : type}});
    out.close("iati-organisation");
    return root("iati-organisations", view) + out.take() + "</iati-organisations>\n";
}

}  // namespace tamga::activities
