#include "web/pages/mutual.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "iati/standard/standard.hpp"
#include "query/mutual.hpp"
#include "web/pages/activity.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/targets.hpp"

namespace tamga::web {

using query::kNotStated;
using query::Mutual;
using query::SnapshotPtr;

namespace {

constexpr Scale kScale = Scale::pledge;

/// What a cell counts: records of a kind that pass filters.
struct Counted {
    Kind kind;
    Page::Parameters filters;
    std::size_t count;
};

std::string list_address(const Page& page, const Counted& cell, const char* ending) {
    return page.href("/" + std::string(info(cell.kind).plural) + ending, cell.filters);
}

template <class Key>
std::size_t count_of(const std::map<Key, std::size_t>& counts, const Key& key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
}

/// Flows by the direction in which they are told: of goods both ends tell, of money the recipient's or the
/// giver's figure names the other.
constexpr std::string_view kExports = "exports", kImports = "imports";
constexpr std::string_view kMoney[] = {"investment-flow", "investment-stock", "grants", "contracts"};

/// Every cell of every table.
class Tables {
  public:
    Tables(std::string mechanism, Mutual counts)
        : mechanism_(std::move(mechanism)), counts_(std::move(counts)) {}

    const Mutual& counts() const { return counts_; }
    const std::string& mechanism() const { return mechanism_; }

    Counted made(const std::string& by) const {
        return {Kind::commitment, filters({{"by", by}}), count_of(counts_.made, by)};
    }
    Counted promised(const std::string& by, const std::string& to) const {
        return {Kind::commitment, filters({{"by", by}, {"to", to}}), count_of(counts_.promised, {by, to})};
    }
    Counted with_number(const std::string& by, const std::string& to) const {
        return {Kind::commitment, filters({{"by", by}, {"to", to}, {"target", std::string(query::kStated)}}),
                count_of(counts_.with_number, {by, to})};
    }
    Counted state(const std::string& by, std::string_view code) const {
        return {Kind::commitment, filters({{"by", by}, {"state", std::string(code)}}),
                count_of(counts_.states, {by, std::string(code)})};
    }
    Counted overdue(const std::string& by) const {
        return {Kind::commitment, filters({{"by", by}, {"overdue", "yes"}}), count_of(counts_.overdue, by)};
    }
    Counted silent(const std::string& by) const {
        return {Kind::commitment, filters({{"by", by}, {"silent", "yes"}}), count_of(counts_.silent, by)};
    }
    Counted reports(const std::string& party, const std::string& on_time) const {
        return {Kind::report, filters({{"party", party}, {query::kOnTime, on_time}}),
                count_of(counts_.reports, {party, on_time})};
    }
    Counted figures(std::string_view flow, const std::string& area, const std::string& partner) const {
        const auto found = counts_.figures.find(std::string(flow));
        return {Kind::series, filters({{"flow", std::string(flow)}, {"area", area}, {"partner", partner}}),
                found == counts_.figures.end() ? 0 : count_of(found->second, {area, partner})};
    }

  private:
    Page::Parameters filters(Page::Parameters more) const {
        more.insert(more.begin(), {"mechanism", mechanism_});
        return more;
    }

    std::string mechanism_;
    Mutual counts_;
};

/// Nothing where the mechanism is not there or names no parties.
std::optional<Tables> tables_of(Page& page, const query::Snapshot& principle) {
    const SnapshotPtr mechanism = page.find({Kind::mechanism, text_of(principle.body, "mechanism")});
    if (!mechanism || list_of(mechanism->body, "parties").empty()) return std::nullopt;
    auto counts = query::mutual(page.view(), *mechanism, kScale);
    if (!counts) {
        page.failed(counts.error());
        return std::nullopt;
    }
    return Tables(mechanism->name.id, *std::move(counts));
}

Json cell_of(const Page& page, const Counted& cell) {
    return {{"count_text", page.language().number(std::to_string(cell.count))},
            {"count_href", list_address(page, cell, "")}};
}

/// The parties as rows and columns, in the order of their names.
std::vector<Json> party_links(Page& page, const Mutual& counts) {
    Json links = Json::array();
    for (const std::string& id : counts.parties) links.push_back(page.link(RecordId{Kind::party, id}));
    page.sort_by_name(links);
    return {links.begin(), links.end()};
}

std::string id_of(const Json& link) {
    return link["id"].get<std::string>();
}

Json headed(const Json& link, Json cells) {
    return {{"row_party", link}, {"cells", std::move(cells)}};
}

/// A rule of parity, and the test that fails once it is broken (tests/http/parity.py).
struct Parity {
    const char *rule, *test;
};
constexpr Parity kParity[] = {
    {TAMGA_MSG("An official reply looks the same whichever party gives it."), "test_a_reply_looks_the_same"},
    {TAMGA_MSG("A correction looks the same whichever party makes it."), "test_a_correction_looks_the_same"},
    {TAMGA_MSG("A seal looks the same whichever party sets it."), "test_a_seal_looks_the_same"},
    {TAMGA_MSG("A party's word on a shared text looks the same whichever party gives it."),
     "test_a_word_looks_the_same"},
    {TAMGA_MSG("No party can write for another, and each is refused in the same words."),
     "test_a_refusal_is_the_same"},
    {TAMGA_MSG("Parties stand in the order of their names in the reader's language."),
     "test_parties_stand_by_their_names"},
    {TAMGA_MSG("What is counted for one party is counted for each, and every number is that of its list."),
     "test_every_count_is_that_of_its_list"},
};

Json flow_rows(const Page& page, const Tables& tables, const std::vector<Json>& parties) {
    Json rows = Json::array();
    for (const Json& from : parties)
        for (const Json& to : parties) {
            const std::string a = id_of(from), b = id_of(to);
            if (a == b) continue;
            std::vector<Counted> cells{tables.with_number(a, b), tables.figures(kExports, a, b),
                                       tables.figures(kImports, b, a)};
            for (const std::string_view flow : kMoney) cells.push_back(tables.figures(flow, a, b));
            std::size_t all = 0;
            Json shown = Json::array();
            for (const Counted& cell : cells) {
                all += cell.count;
                shown.push_back(cell_of(page, cell));
            }
            if (all > 0) rows.push_back({{"from", from}, {"to", to}, {"cells", std::move(shown)}});
        }
    return rows;
}

bool is_currency(std::string_view unit) {
    static const auto currencies = iati::find_code_list("Currency");
    return currencies && currencies->has(iati::Version::v2_03, unit);
}

/// Whether what the promise is measured by tells of goods that are sold, which nobody gives to anybody.
bool is_of_trade(Page& page, const query::Snapshot& commitment) {
    return std::ranges::any_of(list_of(commitment.body, "results"), [&](const std::string& named) {
        const auto name = parse_record_id(named);
        const SnapshotPtr series = name && name->kind == Kind::series ? page.find(*name) : nullptr;
        return series && std::ranges::find(kMoney, text_of(series->body, "flow")) == std::end(kMoney);
    });
}

/// The mechanism's promises of an amount of money, by direction, and in one direction by due date. Each stays
/// as it was made, for amounts of two currencies or two promises are not one.
std::vector<SnapshotPtr> promises_of_money(Page& page, const std::string& mechanism) {
    query::ListRequest request{.kind = Kind::commitment, .sort = "due", .facets = false};
    request.filters = {{"mechanism", {mechanism}}, {"target", {std::string(query::kStated)}}};
    const auto listed =
        query::list(page.view(), request, {.language = page.language().tag(), .scale = kScale, .label = {}});
    if (!listed) {
        page.failed(listed.error());
        return {};
    }
    std::vector<SnapshotPtr> found;
    for (const SnapshotPtr& one : listed->rows) {
        const auto target = Target::of(one->body);
        if (target && target->is_plain() && is_currency(text_of(one->body, "unit")) &&
            !is_of_trade(page, *one))
            found.push_back(one);
    }
    const auto direction = [](const SnapshotPtr& one) {
        return std::pair(list_of(one->body, "by"), list_of(one->body, "to"));
    };
    std::ranges::stable_sort(found, {}, direction);
    return found;
}

Json linked_parties(Page& page, const std::vector<std::string>& ids) {
    Json links = Json::array();
    for (const std::string& id : ids) links.push_back(page.link(RecordId{Kind::party, id}));
    page.sort_by_name(links);
    return links;
}

Json money_rows(Page& page, const std::string& mechanism) {
    Json rows = Json::array();
    for (const SnapshotPtr& one : promises_of_money(page, mechanism)) {
        Json told = Json::array();
        for (Json& row : account_rows(page, *one, status_of(page, *one).progress))
            told.push_back({{"claimant", std::move(row["claimant"])},
                            {"figure", std::move(row["figure"])},
                            {"figure_href", std::move(row["figure_href"])},
                            {"when", std::move(row["when"])}});
        rows.push_back({{"money_of", page.link(*one)},
                        {"money_by", linked_parties(page, list_of(one->body, "by"))},
                        {"money_to", linked_parties(page, list_of(one->body, "to"))},
                        {"money_amount", target_text(page, *one)},
                        {"is_told", !told.empty()},
                        {"money_told", std::move(told)}});
    }
    return rows;
}

/// The same for programs.
Json money_data(Page& page, const std::string& mechanism) {
    Json out = Json::array();
    for (const SnapshotPtr& one : promises_of_money(page, mechanism)) {
        Json told = Json::array();
        for (const Progress& account : status_of(page, *one).progress) {
            Json row{{"value", account.figure.value.text()}, {"from", account.from.name.text()}};
            if (account.claimant) row["claimant"] = account.claimant->text();
            if (account.from.date) row["date"] = account.from.date->text();
            told.push_back(std::move(row));
        }
        out.push_back({{"commitment", one->name.id},
                       {"by", list_of(one->body, "by")},
                       {"to", list_of(one->body, "to")},
                       {"amount", text_of(one->body, "target")},
                       {"currency", text_of(one->body, "unit")},
                       {"delivered", std::move(told)}});
    }
    return out;
}

/// As many of a mechanism's projects are looked at, and of their activities.
constexpr std::size_t kMostProjects = 500, kMostActivities = 50;

/// A project whose cost is told, and the direction of the promises that it serves.
struct PaidProject {
    SnapshotPtr project;
    std::vector<std::string> by = {}, to = {};
    std::map<std::string, ActivityMoney> money = {};
};
struct PaidProjects {
    std::vector<PaidProject> all = {};
    bool more = false;  ///< The mechanism has others, which were not looked at.
};

/// In the order of directions, those of one by title, and last those that serve no promise.
PaidProjects paid_projects(Page& page, const std::string& mechanism) {
    query::ListRequest request{
        .kind = Kind::project, .sort = "title", .count = kMostProjects, .facets = false};
    request.filters = {{"mechanism", {mechanism}}};
    const auto listed =
        query::list(page.view(), request, {.language = page.language().tag(), .scale = kScale, .label = {}});
    if (!listed) {
        page.failed(listed.error());
        return {};
    }
    PaidProjects out{.more = listed->passing > listed->rows.size()};
    std::size_t activities = 0;
    for (const SnapshotPtr& one : listed->rows) {
        PaidProject paid{.project = one};
        if (one->body.contains("activity")) {
            if (activities++ < kMostActivities)
                paid.money = activity_money(page, *one);
            else
                out.more = true;
        }
        if (!one->body.contains("amount") && paid.money.empty()) continue;
        const auto add = [](std::vector<std::string>& to, const query::Snapshot& from, FieldName field) {
            for (std::string& party : list_of(from.body, field))
                if (std::ranges::find(to, party) == to.end()) to.push_back(std::move(party));
        };
        for (const std::string& id : list_of(one->body, "commitments"))
            if (const SnapshotPtr served = page.find({Kind::commitment, id})) {
                add(paid.by, *served, "by");
                add(paid.to, *served, "to");
            }
        std::ranges::sort(paid.by);
        std::ranges::sort(paid.to);
        out.all.push_back(std::move(paid));
    }
    std::ranges::stable_sort(
        out.all, {}, [](const PaidProject& one) { return std::tuple(one.by.empty(), one.by, one.to); });
    return out;
}

Json project_rows(Page& page, const PaidProjects& projects) {
    Json rows = Json::array();
    for (const PaidProject& one : projects.all) {
        const Json& body = one.project->body;
        const std::string amount = text_of(body, "amount");
        Json spent = Json::array();
        for (const auto& [currency, money] : one.money)
            if (money.has_spent)
                spent.push_back({{"spent_text", page.short_amount(money.spent.text(), currency)}});
        rows.push_back({{"project_of", page.link(*one.project)},
                        {"project_by", linked_parties(page, one.by)},
                        {"project_to", linked_parties(page, one.to)},
                        {"project_in", linked_parties(page, list_of(body, "countries"))},
                        {"project_amount",
                         amount.empty() ? "" : page.readable_amount(amount, text_of(body, "currency"))},
                        {"project_spent", std::move(spent)}});
    }
    return rows;
}

/// The same for programs.
Json project_data(const PaidProjects& projects) {
    Json out = Json::array();
    for (const PaidProject& one : projects.all) {
        const Json& body = one.project->body;
        Json row{{"project", one.project->name.id},
                 {"by", one.by},
                 {"to", one.to},
                 {"countries", list_of(body, "countries")},
                 {"spent", Json::array()}};
        for (const char* const field : {"amount", "currency"})
            if (body.contains(field)) row[field] = body[field];
        for (const auto& [currency, money] : one.money)
            if (money.has_spent)
                row["spent"].push_back({{"value", money.spent.text()}, {"currency", currency}});
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace

Json mutual_context(Page& page, const query::Snapshot& principle) {
    const auto tables = tables_of(page, principle);
    if (!tables) return nullptr;
    const std::vector<Json> parties = party_links(page, tables->counts());
    const std::string not_stated(kNotStated);
    Json promised = Json::array(), became = Json::array(), told = Json::array();
    for (const Json& party : parties) {
        const std::string by = id_of(party);
        Json cells = Json::array();
        for (const Json& to : parties) cells.push_back(cell_of(page, tables->promised(by, id_of(to))));
        cells.push_back(cell_of(page, tables->promised(by, not_stated)));
        cells.push_back(cell_of(page, tables->made(by)));
        promised.push_back(headed(party, std::move(cells)));
        cells = Json::array();
        for (const ScaleValue& value : values(kScale))
            cells.push_back(cell_of(page, tables->state(by, value.code)));
        cells.push_back(cell_of(page, tables->overdue(by)));
        cells.push_back(cell_of(page, tables->silent(by)));
        became.push_back(headed(party, std::move(cells)));
        cells = Json::array();
        for (const std::string& on_time : {std::string("yes"), std::string("no"), not_stated})
            cells.push_back(cell_of(page, tables->reports(by, on_time)));
        told.push_back(headed(party, std::move(cells)));
    }
    Json states = Json::array(), money = Json::array(), parity = Json::array();
    for (const ScaleValue& value : values(kScale))
        states.push_back({{"state_label", state_label(page, kScale, value.code)}});
    for (const std::string_view flow : kMoney) money.push_back({{"flow_label", page.code(flow)}});
    for (const Parity& one : kParity)
        parity.push_back({{"parity_rule", page.say(one.rule)}, {"parity_test", one.test}});
    Json flows = flow_rows(page, *tables, parties);
    Json amounts = tables->counts().too_many ? Json::array() : money_rows(page, tables->mechanism());
    PaidProjects paid;
    if (!tables->counts().too_many) paid = paid_projects(page, tables->mechanism());
    Json projects = project_rows(page, paid);
    return {
        {"too_many", tables->counts().too_many},
        {"has_paid_projects", !projects.empty()},
        {"paid_projects", std::move(projects)},
        {"more_projects_href", paid.more ? page.href("/projects", {{"mechanism", tables->mechanism()}}) : ""},
        {"is_counted", !tables->counts().too_many},
        {"mutual_parties", parties},
        {"promised_rows", std::move(promised)},
        {"state_columns", std::move(states)},
        {"became_rows", std::move(became)},
        {"told_rows", std::move(told)},
        {"money_columns", std::move(money)},
        {"has_amounts", !amounts.empty()},
        {"amount_rows", std::move(amounts)},
        {"has_flows", !flows.empty()},
        {"flow_rows", std::move(flows)},
        {"parity", std::move(parity)}};
}

Json mutual_data(Page& page, const query::Snapshot& principle) {
    const auto tables = tables_of(page, principle);
    if (!tables) return nullptr;
    const Mutual& counts = tables->counts();
    if (counts.too_many) return {{"parties", counts.parties}, {"counted", false}};
    const auto told = [&](Json names, const Counted& cell) {
        names["count"] = cell.count;
        names["list"] = list_address(page, cell, ".json");
        return names;
    };
    Json promises = Json::array(), states = Json::array(), overdue = Json::array(), silent = Json::array(),
         reports = Json::array(), figures = Json::array();
    std::vector<std::string> others = counts.parties;
    others.emplace_back(kNotStated);
    for (const std::string& by : counts.parties) {
        for (const std::string& to : others)
            promises.push_back(told({{"by", by}, {"to", to}}, tables->promised(by, to)));
        for (const ScaleValue& value : values(kScale))
            states.push_back(told({{"by", by}, {"state", value.code}}, tables->state(by, value.code)));
        overdue.push_back(told({{"by", by}}, tables->overdue(by)));
        silent.push_back(told({{"by", by}}, tables->silent(by)));
        for (const char* const on_time : {"yes", "no", "not-stated"})
            reports.push_back(told({{"party", by}, {"on_time", on_time}}, tables->reports(by, on_time)));
    }
    for (const auto& [flow, pairs] : counts.figures)
        for (const auto& [pair, count] : pairs)
            figures.push_back(told({{"flow", flow}, {"area", pair.first}, {"partner", pair.second}},
                                   tables->figures(flow, pair.first, pair.second)));
    return {{"parties", counts.parties},
            {"counted", true},
            {"promises", std::move(promises)},
            {"states", std::move(states)},
            {"overdue", std::move(overdue)},
            {"silent", std::move(silent)},
            {"reports", std::move(reports)},
            {"series", std::move(figures)},
            {"money", money_data(page, tables->mechanism())},
            {"projects", project_data(paid_projects(page, tables->mechanism()))}};
}

}  // namespace tamga::web
