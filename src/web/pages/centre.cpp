#include "web/pages/centre.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/decimal.hpp"
#include "query/listing.hpp"
#include "web/pages/activity.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/figures.hpp"
#include "web/pages/reporters.hpp"
#include "web/pages/targets.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::size_t kMostProjects = 100;
/// Series of the centre, and as many of its sector; of each the newest figures are looked at.
constexpr std::size_t kMostSeries = 100, kMostFigures = 200;

query::Listing of(Page& page, query::ListRequest request) {
    request.facets = false;
    auto listing = query::list(page.view(), request,
                               {.language = page.language().tag(),
                                .label = [](std::string_view, const std::string& value) { return value; }});
    if (!listing) page.failed(listing.error());
    return listing ? *std::move(listing) : query::Listing();
}

/// What is under a centre.
struct Under {
    std::vector<SnapshotPtr> commitments, projects, updates;
    std::vector<SnapshotPtr> money, people, series,
        field;  ///< Series: its own by what they tell; its sector's.
    std::size_t all_projects = 0, all_field = 0;
};

Under under(Page& page, const Snapshot& centre) {
    Under out;
    out.commitments = page.linking_to(centre.name, Kind::commitment, "results");
    out.updates = page.linking_to(centre.name, Kind::update, "about");
    query::Listing projects = of(page, {.kind = Kind::project,
                                        .filters = {{"centre", {centre.name.id}}},
                                        .sort = "title",
                                        .count = kMostProjects});
    out.projects = std::move(projects.rows);
    out.all_projects = projects.passing;
    query::Listing own = of(page, {.kind = Kind::series,
                                   .filters = {{"centre", {centre.name.id}}},
                                   .sort = "title",
                                   .count = kMostSeries});
    for (SnapshotPtr& one : own.rows) {
        const std::string flow = text_of(one->body, "flow");
        auto& where = flow == "budget" || flow == "spending" ? out.money
                      : flow == "people"                     ? out.people
                                                             : out.series;
        where.push_back(std::move(one));
    }
    // The series among what came of the promises.
    for (const SnapshotPtr& commitment : out.commitments)
        for (const std::string& result : list_of(commitment->body, "results")) {
            const auto name = parse_record_id(result);
            if (!name || name->kind != Kind::series) continue;
            SnapshotPtr series = page.find(*name);
            if (series && text_of(series->body, "centre") != centre.name.id &&
                std::ranges::find(out.series, series) == out.series.end())
                out.series.push_back(std::move(series));
        }
    if (const std::string sector = text_of(centre.body, "sector"); !sector.empty()) {
        query::Listing field =
            of(page, {.kind = Kind::series,
                      .filters = {{"sector", {sector}}, {"centre", {std::string(query::kNotStated)}}},
                      .sort = "title",
                      .count = kMostSeries});
        out.all_field = field.passing;
        for (SnapshotPtr& one : field.rows)
            if (std::ranges::find(out.series, one->name,
                                  [](const SnapshotPtr& other) { return other->name; }) == out.series.end())
                out.field.push_back(std::move(one));
    }
    return out;
}

/// The day from which on its work can have come to anything.
std::optional<Date> begun(const Snapshot& centre) {
    for (const FieldName field : {FieldName("announced"), FieldName("opened")})
        if (const auto date = Date::parse(text_of(centre.body, field))) return *date;
    return std::nullopt;
}

/// The newest figure of a series from before a day, and the newest from after it. Without a day the newest of
/// all is `after`. A period that holds the day is after it: its figure may tell of the work.
struct Around {
    SnapshotPtr before, after;
};
Around around(Page& page, const Snapshot& series, const std::optional<Date>& day) {
    Around out;
    const query::Listing figures = of(page, {.kind = Kind::observation,
                                             .filters = {{"series", {series.name.id}}},
                                             .sort = "-period",
                                             .count = kMostFigures});
    for (const SnapshotPtr& one : figures.rows) {
        const auto period = parse_period(text_of(one->body, "period"));
        if (!period) continue;
        if (day && period->last < day->first_day()) return out.before = one, out;
        if (!out.after) out.after = one;
    }
    return out;
}

/// The commitments that a series is a result of, and that have a number.
std::vector<SnapshotPtr> targets_of(Page& page, const Snapshot& series) {
    std::vector<SnapshotPtr> out = page.linking_to(series.name, Kind::commitment, "results");
    std::erase_if(out, [](const SnapshotPtr& one) { return !one->body.contains("target"); });
    return out;
}

/// A figure for the page: its number as worded, its period, the page of its record.
Json figure_context(Page& page, const Snapshot& series, const SnapshotPtr& figure) {
    if (!figure) return nullptr;
    const Json& body = figure->body;
    const std::string unit = text_of(series.body, "unit"), missing = text_of(body, "missing");
    return {{"number", missing.empty() ? page.worded(text_of(body, "qualifier"),
                                                     page.readable_amount(text_of(body, "value"), unit))
                                       : page.code(missing)},
            {"number_href", page.href(page.record_path(figure->name))},
            {"of_period", page.period_text(text_of(body, "period"))}};
}

/// The same as data.
Json figure_data(const SnapshotPtr& figure) {
    if (!figure) return nullptr;
    Json out{{"observation", figure->name.id}};
    for (const char* const field : {"period", "value", "missing", "qualifier"})
        if (figure->body.contains(field)) out[field] = figure->body[field];
    return out;
}

/// What of one reporter, period and unit is told of money.
struct Told {
    SnapshotPtr budget, spent, budget_series, spent_series;
};
/// By period, unit and who tells it; as many as that reporter tells.
using Accounts = std::map<std::array<std::string, 3>, std::vector<Told>>;

Accounts accounts_of(Page& page, const std::vector<SnapshotPtr>& money) {
    Accounts out;
    for (const SnapshotPtr& series : money) {
        const std::string who = reporter_of(page, *series)["text"].get<std::string>();
        for (const SnapshotPtr& one : of(page, {.kind = Kind::observation,
                                                .filters = {{"series", {series->name.id}}},
                                                .sort = "-period",
                                                .count = kMostFigures})
                                          .rows) {
            auto& all = out[{text_of(one->body, "period"), text_of(series->body, "unit"), who}];
            const bool budget = text_of(series->body, "flow") == "budget";
            auto told = std::ranges::find_if(
                all, [&](const Told& other) { return budget ? !other.budget : !other.spent; });
            if (told == all.end()) told = all.insert(all.end(), Told());
            (budget ? told->budget : told->spent) = one;
            (budget ? told->budget_series : told->spent_series) = series;
        }
    }
    return out;
}

/// What is not there of what a reader would ask for, as words of fields and things.
std::vector<const char*> not_stated(const Snapshot& centre, const Under& below, const ActivityMoney& money) {
    std::vector<const char*> out;
    const auto missing = [&](FieldName field, const char* text) {
        if (!centre.body.contains(field.text())) out.push_back(text);
    };
    const auto tells = [](const std::vector<SnapshotPtr>& series, std::string_view flow) {
        return std::ranges::any_of(
            series, [&](const SnapshotPtr& one) { return text_of(one->body, "flow") == flow; });
    };
    missing("announced", TAMGA_MSG("when it was announced"));
    missing("opened", TAMGA_MSG("when it was opened"));
    missing("host", TAMGA_MSG("who hosts it"));
    missing("place", TAMGA_MSG("where it sits"));
    missing("head", TAMGA_MSG("who heads it"));
    missing("programme", TAMGA_MSG("what it is to do"));
    missing("countries", TAMGA_MSG("where it works"));
    missing("partners", TAMGA_MSG("whom it works with"));
    if (below.commitments.empty()) out.push_back(TAMGA_MSG("which promise it comes from"));
    if (below.projects.empty()) out.push_back(TAMGA_MSG("which projects it runs"));
    if (!money.has_budget && !tells(below.money, "budget")) out.push_back(TAMGA_MSG("its budget"));
    if (!money.has_spent && !tells(below.money, "spending")) out.push_back(TAMGA_MSG("what it spent"));
    if (below.people.empty()) out.push_back(TAMGA_MSG("how many people it reached"));
    if (below.series.empty() && below.field.empty())
        out.push_back(TAMGA_MSG("figures by which its results could be seen"));
    return out;
}

std::string amount_text(const Page& page, bool stated, const Decimal& amount, const std::string& currency) {
    return stated ? page.short_amount(amount.text(), currency) : std::string();
}

/// From its announcement on: what happened, earliest first.
Json stages_of(Page& page, const Snapshot& centre, const Under& below) {
    struct Stage {
        std::string date;
        Json shown;
    };
    std::vector<Stage> stages;
    const auto add = [&](const Json& body, std::string_view field, const std::string& text, Json link) {
        if (body.contains(field))
            stages.push_back(
                {text_of(body, field),
                 {{"stage", text}, {"stage_date", page.date(body, field)}, {"stage_link", std::move(link)}}});
    };
    const std::string meeting = text_of(centre.body, "meeting");
    add(centre.body, "announced", page.say("Announced"),
        meeting.empty() ? Json(nullptr) : page.link(RecordId{Kind::meeting, meeting}));
    add(centre.body, "opened", page.say("Opened"), nullptr);
    for (const SnapshotPtr& update : below.updates) add(update->body, "date", "", page.link(*update));
    std::ranges::stable_sort(stages, {}, &Stage::date);
    Json out = Json::array();
    for (Stage& one : stages) out.push_back(std::move(one.shown));
    return out;
}

Json accounts_context(Page& page, const Under& below) {
    Json rows = Json::array();
    const Accounts accounts = accounts_of(page, below.money);
    for (auto one = accounts.rbegin(); one != accounts.rend(); ++one)
        for (const Told& told : one->second)
            rows.push_back(
                {{"account_period", page.period_text(one->first[0])},
                 {"account_budget",
                  told.budget ? figure_context(page, *told.budget_series, told.budget) : Json(nullptr)},
                 {"account_spent",
                  told.spent ? figure_context(page, *told.spent_series, told.spent) : Json(nullptr)},
                 {"account_by",
                  reporter_link(page, told.budget ? *told.budget_series : *told.spent_series)}});
    return rows;
}

/// The targets of the Sustainable Development Goals that are spoken to, each once.
class Goals {
  public:
    explicit Goals(Page& page) : page_(page) {}
    /// Remembers one, and gives it back.
    std::string take(const std::string& target) {
        if (!target.empty()) targets_.insert(target);
        return target;
    }
    Json context() const {
        Json out = Json::array();
        for (const std::string& target : targets_)
            out.push_back({{"goal_target", target}, {"goal_words", sdg_target_words(page_, target)}});
        return out;
    }

  private:
    const Page& page_;
    std::set<std::string> targets_;
};

Json indicators_context(Page& page, const std::vector<SnapshotPtr>& series, const std::optional<Date>& day,
                        Goals& goals) {
    Json rows = Json::array();
    for (const SnapshotPtr& one : series) {
        const Around figures = around(page, *one, day);
        Json targets = Json::array();
        for (const SnapshotPtr& commitment : targets_of(page, *one))
            targets.push_back({{"target_words", target_text(page, *commitment)},
                               {"target_href", page.href(page.record_path(commitment->name))},
                               {"target_due", page.date(commitment->body, "due")}});
        Json of = subject_of(page, *one);
        of["href"] = page.href(page.record_path(one->name));
        rows.push_back({{"measures", std::move(of)},
                        {"measured_by", reporter_of(page, *one)},
                        {"before", figure_context(page, *one, figures.before)},
                        {"after", figure_context(page, *one, figures.after)},
                        {"has_targets", !targets.empty()},
                        {"measure_targets", std::move(targets)},
                        {"speaks_to", goals.take(text_of(one->body, "sdg_target"))}});
    }
    return rows;
}

Json indicators_data(Page& page, const std::vector<SnapshotPtr>& series, const std::optional<Date>& day) {
    Json rows = Json::array();
    for (const SnapshotPtr& one : series) {
        const Around figures = around(page, *one, day);
        Json row{{"series", one->name.id}, {"targets", Json::array()}};
        for (const SnapshotPtr& commitment : targets_of(page, *one))
            row["targets"].push_back(commitment->name.id);
        if (figures.before) row["baseline"] = figure_data(figures.before);
        if (figures.after) row["actual"] = figure_data(figures.after);
        if (one->body.contains("sdg_target")) row["sdg_target"] = one->body["sdg_target"];
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

Json centre_context(Page& page, const Snapshot& centre) {
    const Under below = under(page, centre);
    const std::optional<Date> day = begun(centre);
    Json stages = stages_of(page, centre, below), promises = Json::array(), projects = Json::array(),
         measured = Json::array();
    for (const SnapshotPtr& commitment : below.commitments) {
        Json entry{{"promise_link", page.link(*commitment)}};
        entry["promise_badge"] = status_badge(page, *commitment);
        promises.push_back(std::move(entry));
    }
    Goals goals(page);
    ActivityMoney all;
    for (const SnapshotPtr& project : below.projects) {
        Json money = Json::array();
        for (const auto& [currency, sums] : activity_money(page, *project)) {
            all.has_budget = all.has_budget || sums.has_budget;
            all.has_spent = all.has_spent || sums.has_spent;
            money.push_back({{"money_budget", amount_text(page, sums.has_budget, sums.budget, currency)},
                             {"money_spent", amount_text(page, sums.has_spent, sums.spent, currency)}});
        }
        for (Json& row : activity_indicators(page, *project)) {
            goals.take(row["activity_goal"].get<std::string>());
            row["activity_project"] = page.link(*project);
            measured.push_back(std::move(row));
        }
        const std::string amount = text_of(project->body, "amount"),
                          status = text_of(project->body, "status");
        projects.push_back(
            {{"project_link", page.link(*project)},
             {"project_status", status.empty() ? "" : page.code(status)},
             {"project_start", page.date(project->body, "start")},
             {"project_amount",
              amount.empty() ? "" : page.short_amount(amount, text_of(project->body, "currency"))},
             {"project_money", std::move(money)}});
    }
    Json own = indicators_context(page, below.series, day, goals),
         field = indicators_context(page, below.field, day, goals), accounts = accounts_context(page, below);
    const bool has_indicators = !own.empty() || !field.empty();
    std::vector<std::string> missing;
    for (const char* const text : not_stated(centre, below, all)) missing.push_back(page.say(text));
    Json targets = goals.context();
    return {{"has_stages", !stages.empty()},
            {"stages", std::move(stages)},
            {"has_promises", !promises.empty()},
            {"centre_promises", std::move(promises)},
            {"has_projects", !projects.empty()},
            {"centre_projects", std::move(projects)},
            {"projects_href", below.all_projects > below.projects.size()
                                  ? page.href("/projects", {{"centre", centre.name.id}})
                                  : ""},
            {"has_accounts", !accounts.empty()},
            {"accounts", std::move(accounts)},
            {"has_people", !below.people.empty()},
            {"heading", page.say("People reached")},
            {"series_groups", series_groups(page, below.people)},
            {"has_indicators", has_indicators},
            {"has_own_indicators", !own.empty()},
            {"own_indicators", std::move(own)},
            {"has_field_indicators", !field.empty()},
            {"field_indicators", std::move(field)},
            {"field_href", below.all_field > kMostSeries
                               ? page.href("/series", {{"sector", text_of(centre.body, "sector")}})
                               : ""},
            {"has_measured", !measured.empty()},
            {"measured", std::move(measured)},
            {"has_goal_targets", !targets.empty()},
            {"goal_targets", std::move(targets)},
            {"missing_text", missing.empty() ? std::string()
                                             : page.language().format("No source held here states: {1}.",
                                                                      {page.one_by_one(missing)})}};
}

Json centre_data(Page& page, const Snapshot& centre) {
    const Under below = under(page, centre);
    const std::optional<Date> day = begun(centre);
    Json out{{"commitments", Json::array()},
             {"projects", Json::array()},
             {"series", Json::array()},
             {"money", Json::array()},
             {"people", Json::array()}};
    for (const SnapshotPtr& one : below.commitments) out["commitments"].push_back(one->name.id);
    ActivityMoney all;
    for (const SnapshotPtr& one : below.projects) {
        Json project{{"project", one->name.id}};
        for (const auto& [currency, sums] : activity_money(page, *one)) {
            Json money{{"currency", currency}};
            if (sums.has_budget) money["budget"] = sums.budget.text();
            if (sums.has_spent) money["spent"] = sums.spent.text();
            all.has_budget = all.has_budget || sums.has_budget;
            all.has_spent = all.has_spent || sums.has_spent;
            project["money"].push_back(std::move(money));
        }
        out["projects"].push_back(std::move(project));
    }
    for (const auto& [key, all_told] : accounts_of(page, below.money))
        for (const Told& told : all_told) {
            Json account{{"period", key[0]}, {"unit", key[1]}};
            if (told.budget) account["budget"] = figure_data(told.budget);
            if (told.spent) account["spent"] = figure_data(told.spent);
            out["money"].push_back(std::move(account));
        }
    for (const SnapshotPtr& one : below.people) out["people"].push_back(one->name.id);
    for (const SnapshotPtr& one : below.series) out["series"].push_back(one->name.id);
    out["indicators"] = indicators_data(page, below.series, day);
    out["sector_indicators"] = indicators_data(page, below.field, day);
    out["not_stated"] = not_stated(centre, below, all);
    return out;
}

}  // namespace tamga::web
