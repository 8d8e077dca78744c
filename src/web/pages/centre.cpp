#include "web/pages/centre.hpp"

#include <algorithm>
#include <map>

#include "base/decimal.hpp"
#include "query/listing.hpp"
#include "web/pages/activity.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/figures.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::size_t kMostProjects = 100;

/// What is under a centre.
struct Under {
    std::vector<SnapshotPtr> commitments, projects, series;
    std::size_t all_projects = 0;
};

Under under(Page& page, const Snapshot& centre) {
    Under out;
    out.commitments = page.linking_to(centre.name, Kind::commitment, "results");
    const auto listing =
        query::list(page.view(),
                    {.kind = Kind::project,
                     .filters = {{"centre", {centre.name.id}}},
                     .sort = "title",
                     .count = kMostProjects,
                     .facets = false},
                    {.language = page.language().tag(),
                     .label = [](std::string_view, const std::string& value) { return value; }});
    if (!listing) page.failed(listing.error());
    if (listing) {
        out.projects = listing->rows;
        out.all_projects = listing->passing;
    }
    // The series among what came of the promises.
    for (const SnapshotPtr& commitment : out.commitments)
        for (const std::string& result : list_of(commitment->body, "results")) {
            const auto name = parse_record_id(result);
            if (!name || name->kind != Kind::series) continue;
            SnapshotPtr series = page.find(*name);
            if (series && std::ranges::find(out.series, series) == out.series.end())
                out.series.push_back(std::move(series));
        }
    return out;
}

/// What an activity says of money in all its years, by currency: its budget and what was spent. Years that
/// may count money twice are not added.
struct Money {
    Decimal budget, spent;
    bool has_budget = false, has_spent = false;
};
std::map<std::string, Money> money_of(Page& page, const Snapshot& project) {
    std::map<std::string, Money> out;
    const Json activity = activity_data(page, project);
    if (!activity.is_object()) return out;
    for (const Json& year : activity["years"]) {
        Money& money = out[year.value("currency", "")];
        const auto add = [&](const char* what, Decimal& sum, bool& has) {
            const auto amount = Decimal::parse(year.value(what, ""));
            if (!amount) return;
            sum = sum + *amount;
            has = true;
        };
        if (!year.contains("budget_unclear")) add("budget", money.budget, money.has_budget);
        add("spent", money.spent, money.has_spent);
    }
    return out;
}

/// What is not there of what a reader would ask for, as words of fields and things.
std::vector<const char*> not_stated(const Snapshot& centre, const Under& below, bool has_money) {
    std::vector<const char*> out;
    const auto missing = [&](FieldName field, const char* text) {
        if (!centre.body.contains(field.text())) out.push_back(text);
    };
    missing("announced", TAMGA_MSG("when it was announced"));
    missing("opened", TAMGA_MSG("when it was opened"));
    missing("host", TAMGA_MSG("who hosts it"));
    missing("place", TAMGA_MSG("where it sits"));
    missing("head", TAMGA_MSG("who heads it"));
    if (below.commitments.empty()) out.push_back(TAMGA_MSG("which promise it comes from"));
    if (below.projects.empty()) out.push_back(TAMGA_MSG("which projects it runs"));
    if (!has_money) out.push_back(TAMGA_MSG("its budget and what it spent"));
    if (!centre.body.contains("figures")) out.push_back(TAMGA_MSG("how many people it reached"));
    if (below.series.empty()) out.push_back(TAMGA_MSG("figures by which its results could be seen"));
    return out;
}

std::string amount_text(const Page& page, const Decimal& amount, const std::string& currency) {
    return page.short_amount(amount.text(), currency);
}

}  // namespace

Json centre_context(Page& page, const Snapshot& centre) {
    const Under below = under(page, centre);
    Json stages = Json::array(), promises = Json::array(), projects = Json::array();
    const auto stage = [&](const char* text, std::string_view field, Json link) {
        if (centre.body.contains(field))
            stages.push_back({{"stage", page.say(text)},
                              {"stage_date", page.date(centre.body, field)},
                              {"stage_link", std::move(link)}});
    };
    const std::string meeting = text_of(centre.body, "meeting");
    stage(TAMGA_MSG("Announced"), "announced",
          meeting.empty() ? Json(nullptr) : page.link(RecordId{Kind::meeting, meeting}));
    stage(TAMGA_MSG("Opened"), "opened", nullptr);
    for (const SnapshotPtr& commitment : below.commitments) {
        Json entry{{"promise_link", page.link(*commitment)}};
        entry["promise_badge"] = status_badge(page, *commitment);
        promises.push_back(std::move(entry));
    }
    bool has_money = false;
    for (const SnapshotPtr& project : below.projects) {
        Json money = Json::array();
        for (const auto& [currency, sums] : money_of(page, *project)) {
            has_money = true;
            money.push_back(
                {{"money_budget", sums.has_budget ? amount_text(page, sums.budget, currency) : ""},
                 {"money_spent", sums.has_spent ? amount_text(page, sums.spent, currency) : ""}});
        }
        const std::string amount = text_of(project->body, "amount"),
                          status = text_of(project->body, "status");
        has_money = has_money || !amount.empty();
        projects.push_back(
            {{"project_link", page.link(*project)},
             {"project_status", status.empty() ? "" : page.code(status)},
             {"project_start", page.date(project->body, "start")},
             {"project_amount",
              amount.empty() ? "" : page.short_amount(amount, text_of(project->body, "currency"))},
             {"project_money", std::move(money)}});
    }
    std::vector<std::string> missing;
    for (const char* const text : not_stated(centre, below, has_money)) missing.push_back(page.say(text));
    return {{"has_stages", !stages.empty()},
            {"stages", std::move(stages)},
            {"has_promises", !promises.empty()},
            {"centre_promises", std::move(promises)},
            {"has_projects", !projects.empty()},
            {"centre_projects", std::move(projects)},
            {"projects_href", below.all_projects > below.projects.size()
                                  ? page.href("/projects", {{"centre", centre.name.id}})
                                  : ""},
            {"has_series", !below.series.empty()},
            {"heading", page.say("Its figures")},
            {"series_groups", series_groups(page, below.series)},
            {"missing_text", missing.empty() ? std::string()
                                             : page.language().format("No source held here states: {1}.",
                                                                      {page.one_by_one(missing)})}};
}

Json centre_data(Page& page, const Snapshot& centre) {
    const Under below = under(page, centre);
    Json out{{"commitments", Json::array()}, {"projects", Json::array()}, {"series", Json::array()}};
    for (const SnapshotPtr& one : below.commitments) out["commitments"].push_back(one->name.id);
    bool has_money = false;
    for (const SnapshotPtr& one : below.projects) {
        Json project{{"project", one->name.id}};
        for (const auto& [currency, sums] : money_of(page, *one)) {
            Json money{{"currency", currency}};
            if (sums.has_budget) money["budget"] = sums.budget.text();
            if (sums.has_spent) money["spent"] = sums.spent.text();
            project["money"].push_back(std::move(money));
        }
        has_money = has_money || project.contains("money") || one->body.contains("amount");
        out["projects"].push_back(std::move(project));
    }
    for (const SnapshotPtr& one : below.series) out["series"].push_back(one->name.id);
    out["not_stated"] = not_stated(centre, below, has_money);
    return out;
}

}  // namespace tamga::web
