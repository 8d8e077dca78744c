#include "web/pages/activity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "activities/activity.hpp"
#include "activities/import.hpp"
#include "activities/kept.hpp"
#include "base/decimal.hpp"
#include "iati/standard/standard.hpp"
#include "model/record.hpp"
#include "query/listing.hpp"
#include "web/parts/map.hpp"

namespace tamga::web {

using namespace activities;
using query::Snapshot;
using query::SnapshotPtr;

namespace {

// Beyond these a page is no longer read but downloaded.
constexpr std::size_t kMostTransactions = 50;
constexpr std::size_t kMostRows = 300;

/// The name of a code as the standard has it, in any version; empty if it has none.
std::string code_name(std::string_view list, std::string_view code) {
    const auto codes = iati::find_code_list(list);
    if (!codes) return {};
    for (const iati::Version version : {iati::Version::v2_03, iati::Version::v2_02, iati::Version::v2_01})
        if (const auto found = codes->find(version, code)) return std::string(found->name);
    return {};
}

/// The name of a code of a short list, which the catalogues translate; the code itself if it has none.
std::string said(const Page& page, std::string_view list, const std::string& code) {
    const std::string name = code_name(list, code);
    return name.empty() ? code : page.say("iati", name);
}

/// A text that there is in English only, for the `text` template.
Json english(const Page& page, std::string text) {
    return {{"text", std::move(text)}, {"tag", "en"}, {"fallback", page.language().tag() != "en"}};
}
Json plain(std::string text) {
    return {{"text", std::move(text)}, {"tag", ""}, {"fallback", false}};
}

/// A text of the activity in the page's language; of one without a language nothing is said.
Json text_or(const Page& page, const Json& texts, const std::string& otherwise) {
    if (texts.empty()) return plain(otherwise);
    Json out = page.text(texts);
    if (out["tag"] == "und") out["fallback"] = false;
    return out;
}

/// "12.50 US dollars"; what is no decimal as it is written.
std::string money(const Page& page, const Money& money) {
    if (!canonical_decimal(money.value))
        return money.value + (money.currency.empty() ? "" : " " + money.currency);
    return page.amount(money.value, money.currency);
}

std::string share(const Page& page, const std::string& percentage) {
    return canonical_decimal(percentage) ? page.language().percent(percentage) : percentage;
}

std::string period(const Page& page, const std::string& start, const std::string& end) {
    if (start.empty() || end.empty()) return page.date_text(start.empty() ? end : start);
    return page.period_text(start + "/" + end);
}

/// Figures of years in one currency, with bars that need no script.
Json money_of(Page& page, const std::string& currency, const std::vector<Year>& all) {
    constexpr int kWidth = 480, kRow = 44, kLabels = 50, kValues = 190;
    Decimal largest;
    const auto read = [](const std::string& text) {
        return text.empty() ? Decimal() : Decimal::parse(text).value_or(Decimal());
    };
    for (const Year& year : all)
        if (year.currency == currency)
            for (const std::string* text : {&year.budget, &year.spent})
                largest = std::max(largest, read(*text), std::less<>());
    Json rows = Json::array(), bars = Json::array();
    int y = 0;
    const auto figure = [&](const std::string& text) { return page.language().number(text); };
    for (const Year& year : all) {
        if (year.currency != currency) continue;
        rows.push_back({{"year", year.year},
                        {"budget", figure(year.budget)},
                        {"unclear", year.budget_unclear},
                        {"committed", figure(year.committed)},
                        {"spent", figure(year.spent)},
                        {"received", figure(year.received)}});
        const auto bar = [&](const std::string& text) -> Json {
            const auto part = percentage(read(text), largest, 2);
            const bool drawn = !text.empty() && read(text).sign() > 0 && part;
            const double width = drawn ? std::stod(part->text()) / 100.0 * (kWidth - kLabels - kValues) : 0;
            return {{"bar_width", fmt::format("{:.1f}", width)},
                    {"bar_value",
                     text.empty() ? page.say("not stated") : page.language().compact_number(text).text},
                    {"value_x", fmt::format("{:.1f}", kLabels + width + 6)}};
        };
        bars.push_back({{"bar_year", year.year},
                        {"budget_y", y + 4},
                        {"budget_text_y", y + 17},
                        {"budget_bar", bar(year.budget)},
                        {"spent_y", y + 22},
                        {"spent_text_y", y + 35},
                        {"spent_bar", bar(year.spent)}});
        y += kRow;
    }
    const std::string unit = currency.empty() ? page.say("currency not stated") : page.say("unit", currency);
    const std::string caption = page.language().format("Budget and spending by year, {1}", {unit});
    Json chart = nullptr;
    if (largest.sign() > 0)
        chart = {{"chart_width", kWidth},
                 {"chart_height", y},
                 {"bar_x", kLabels},
                 {"money_bars", std::move(bars)}};
    return {{"money_caption", caption}, {"money_rows", std::move(rows)}, {"money_chart", std::move(chart)}};
}

Json organisation(const Page& page, const Organisation& one) {
    Json out = text_or(page, one.name, one.ref);
    return {{"organisation", std::move(out)}, {"organisation_ref", one.name.empty() ? "" : one.ref}};
}

/// Countries by their records where the register has them, the rest by the standard's name.
Json country_name(Page& page, const std::string& code) {
    const auto parties = query::where(page.view(), Kind::party, "iso_alpha2", code);
    if (!parties) page.failed(parties.error());
    if (parties && !parties->empty()) return page.title(*parties->front());
    const std::string name = code_name("Country", code);
    return name.empty() ? plain(code) : english(page, name);
}

Json share_row(const Page& page, Json name, const Share& one, Json vocabulary = nullptr) {
    return {{"share_name", std::move(name)},
            {"share_code", one.code},
            {"vocabulary", std::move(vocabulary)},
            {"percent", share(page, one.percentage)}};
}

Json shares(Page& page, const Activity& activity) {
    Json sectors = Json::array(), countries = Json::array();
    for (const Share& one : activity.sectors) {
        const bool dac = one.vocabulary.empty() || one.vocabulary == "1" || one.vocabulary == "2";
        const std::string known =
            dac ? code_name(one.vocabulary == "2" ? "SectorCategory" : "Sector", one.code) : "";
        sectors.push_back(share_row(
            page, known.empty() ? text_or(page, one.name, one.code) : english(page, known), one,
            page.as_written(code_name("SectorVocabulary", one.vocabulary.empty() ? "1" : one.vocabulary))));
    }
    for (const Share& one : activity.countries)
        countries.push_back(share_row(page, country_name(page, one.code), one));
    for (const std::string& code : activity.transaction_countries)
        if (std::ranges::find(activity.countries, code, &Share::code) == activity.countries.end())
            countries.push_back(share_row(page, country_name(page, code), {code, {}, {}, {}}));
    for (const Share& one : activity.regions) {
        const std::string known =
            one.vocabulary.empty() || one.vocabulary == "1" ? code_name("Region", one.code) : "";
        countries.push_back(
            share_row(page, known.empty() ? text_or(page, one.name, one.code) : english(page, known), one));
    }
    return {{"has_sectors", !sectors.empty()},
            {"activity_sectors", std::move(sectors)},
            {"has_countries", !countries.empty()},
            {"activity_countries", std::move(countries)}};
}

Json transactions(const Page& page, const Activity& activity) {
    std::vector<const Transaction*> newest;
    for (const Transaction& one : activity.transactions) newest.push_back(&one);
    std::ranges::stable_sort(newest, std::ranges::greater(), &Transaction::date);
    Json rows = Json::array();
    for (const Transaction* one : newest) {
        if (rows.size() == kMostTransactions) break;
        rows.push_back(
            {{"when", page.date_text(one->date)},
             {"sort", said(page, "TransactionType", one->type)},
             {"value", money(page, one->money)},
             {"from", one->provider.stated() ? organisation(page, one->provider) : Json(nullptr)},
             {"to", one->receiver.stated() ? organisation(page, one->receiver) : Json(nullptr)},
             {"what", one->description.empty() ? Json(nullptr) : text_or(page, one->description, "")}});
    }
    const bool more = newest.size() > rows.size();
    return {{"has_transactions", !rows.empty()},
            {"transactions", std::move(rows)},
            {"transactions_more",
             more ? page.language().format("The newest {1} of {2}; the file of the activity holds all.",
                                           {std::to_string(kMostTransactions),
                                            page.language().number(std::to_string(newest.size()))})
                  : ""}};
}

std::string measured(const Page& page, const std::vector<Measured>& all) {
    std::vector<std::string> out;
    for (const Measured& one : all) {
        std::string text = canonical_decimal(one.value) ? page.language().number(one.value) : one.value;
        if (text.empty() && !one.comment.empty()) text = page.text(one.comment)["text"].get<std::string>();
        if (!one.when.empty())
            text = page.with_detail(text, one.when.size() == 10 ? page.date_text(one.when) : one.when);
        if (!text.empty()) out.push_back(std::move(text));
    }
    return page.one_by_one(out);
}

Json results(const Page& page, const Activity& activity) {
    Json list = Json::array();
    std::size_t rows = 0, tables = 0;
    for (const ActivityResult& result : activity.results) {
        Json indicators = Json::array();
        for (const Indicator& indicator : result.indicators) {
            Json periods = Json::array();
            for (const IndicatorPeriod& one : indicator.periods) {
                if (++rows > kMostRows) break;
                periods.push_back({{"period", period(page, one.start, one.end)},
                                   {"target", measured(page, one.targets)},
                                   {"actual", measured(page, one.actuals)}});
            }
            const bool has_periods = !periods.empty();
            indicators.push_back({{"indicator_id", fmt::format("indicator-{}", ++tables)},
                                  {"indicator", text_or(page, indicator.title, "")},
                                  {"measure", said(page, "IndicatorMeasure", indicator.measure)},
                                  {"baseline", measured(page, indicator.baselines)},
                                  {"has_periods", has_periods},
                                  {"indicator_periods", std::move(periods)}});
        }
        list.push_back({{"result_title", text_or(page, result.title, "")},
                        {"result_type", said(page, "ResultType", result.type)},
                        {"indicators", std::move(indicators)}});
    }
    return {{"has_results", !list.empty()}, {"results", std::move(list)}};
}

bool is_web_address(const std::string& text) {
    return text.starts_with("https://") || text.starts_with("http://");
}

Json documents(const Page& page, const Activity& activity) {
    Json list = Json::array();
    for (const Document& one : activity.documents) {
        std::vector<std::string> categories;
        for (const std::string& code : one.categories) {
            const std::string name = code_name("DocumentCategory", code);
            categories.push_back(name.empty() ? code : name);
        }
        list.push_back({{"document", text_or(page, one.title, one.url)},
                        {"document_href", is_web_address(one.url) ? one.url : ""},
                        {"document_format", one.format},
                        {"document_sort", page.as_written(page.one_by_one(categories))}});
    }
    return {{"has_documents", !list.empty()}, {"documents", std::move(list)}};
}

Json related(Page& page, const Activity& activity) {
    Json list = Json::array();
    for (const Related& one : activity.related) {
        Json entry{{"relation", said(page, "RelatedActivityType", one.type)},
                   {"related_ref", one.ref},
                   {"project", nullptr}};
        // Its project has the identifier's id, unless another identifier looks the same.
        const std::string id = id_of(one.ref);
        const SnapshotPtr found = id.empty() ? nullptr : page.find({Kind::project, id});
        if (found && text_of(found->body, "iati_identifier") == one.ref) entry["project"] = page.link(*found);
        list.push_back(std::move(entry));
    }
    return {{"has_related", !list.empty()}, {"related", std::move(list)}};
}

Json participants(const Page& page, const Activity& activity) {
    Json list = Json::array();
    for (const Organisation& one : activity.participating) {
        Json entry = organisation(page, one);
        entry["role"] = said(page, "OrganisationRole", one.role);
        list.push_back(std::move(entry));
    }
    return {{"has_participants", !list.empty()}, {"participants", std::move(list)}};
}

/// Places with their coordinates; a map of those that it reaches.
Json places(Page& page, const Activity& activity) {
    Json list = Json::array();
    std::vector<Place> points;
    for (const Location& one : activity.locations) {
        if (list.size() == kMostRows) break;
        const bool has_point = !one.latitude.empty();
        Json name = text_or(page, one.name, has_point ? one.latitude + ", " + one.longitude : "");
        if (name["text"].get_ref<const std::string&>().empty()) continue;
        if (has_point)
            points.push_back({one.latitude, one.longitude, one.exactness == "2" ? "approximate" : "exact",
                              name["text"],
                              name["fallback"].get<bool>() ? name["tag"].get<std::string>() : std::string()});
        const std::string where = has_point && !one.name.empty() ? one.latitude + ", " + one.longitude : "";
        list.push_back({{"place_name", std::move(name)}, {"coordinates", where}});
    }
    return {{"has_places", !list.empty()},
            {"places", std::move(list)},
            {"places_map", points.size() > 1 ? place_map(page, points) : Json(nullptr)}};
}

/// What a project's activity says; nothing if it keeps none that can be read.
std::optional<Activity> activity_of(Page& page, const Snapshot& project) {
    const auto file = project.body.find("activity");
    if (file == project.body.end()) return std::nullopt;
    const auto content = page.view().file((*file)["sha256"]);
    if (!content) page.failed(content.error());
    if (!content || !*content) return std::nullopt;
    const auto kept = Kept::read(**content);
    if (!kept) return std::nullopt;
    return tell(kept->activity());
}

}  // namespace

Json activity_data(Page& page, const Snapshot& project) {
    const auto activity = activity_of(page, project);
    if (!activity) return nullptr;
    Json list = Json::array();
    for (const Year& one : years(*activity)) {
        Json entry{{"year", one.year}};
        for (const auto& [name, text] : {std::pair<const char*, const std::string&>{"currency", one.currency},
                                         {"budget", one.budget},
                                         {"committed", one.committed},
                                         {"spent", one.spent},
                                         {"received", one.received}})
            if (!text.empty()) entry[name] = text;
        if (one.budget_unclear) entry["budget_unclear"] = true;
        list.push_back(std::move(entry));
    }
    return {{"identifier", activity->identifier}, {"years", std::move(list)}};
}

std::map<std::string, ActivityMoney> activity_money(Page& page, const query::Snapshot& project) {
    std::map<std::string, ActivityMoney> out;
    const Json activity = activity_data(page, project);
    if (!activity.is_object()) return out;
    for (const Json& year : activity["years"]) {
        ActivityMoney& money = out[year.value("currency", "")];
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

Json activity_indicators(Page& page, const Snapshot& project) {
    const auto activity = activity_of(page, project);
    Json rows = Json::array();
    if (!activity) return rows;
    const auto newest = [&](const Indicator& indicator, auto which) {
        for (auto one = indicator.periods.rbegin(); one != indicator.periods.rend(); ++one)
            if (std::string text = measured(page, (*one).*which); !text.empty())
                return page.with_detail(text, period(page, one->start, one->end));
        return std::string();
    };
    for (const ActivityResult& result : activity->results)
        for (const Indicator& indicator : result.indicators) {
            if (rows.size() == kMostRows) return rows;
            rows.push_back({{"activity_indicator", text_or(page, indicator.title, "")},
                            {"activity_baseline", measured(page, indicator.baselines)},
                            {"activity_target", newest(indicator, &IndicatorPeriod::targets)},
                            {"activity_actual", newest(indicator, &IndicatorPeriod::actuals)},
                            {"activity_goal", indicator.sdg_target}});
        }
    return rows;
}

Json sdg_target_words(const Page& page, const std::string& target) {
    return english(page, code_name("UNSDG-Targets", target));
}

Json activity_context(Page& page, const Snapshot& project) {
    const auto read = activity_of(page, project);
    if (!read) return nullptr;
    const Activity& activity = *read;

    const std::string updated = activity.last_updated.substr(0, 10);
    const std::string reporter = activity.reporting.name.empty()
                                     ? activity.reporting.ref
                                     : page.text(activity.reporting.name)["text"].get<std::string>();
    Json context{
        {"told_by", reporter.empty() ? "" : page.language().format("As reported by {1}.", {reporter})},
        {"told_on", Date::parse(updated)
                        ? page.language().format("Last updated on {1}.", {page.date_text(updated)})
                        : ""}};
    Json descriptions = Json::array();
    for (const Json& one : activity.descriptions) descriptions.push_back({{"words", text_or(page, one, "")}});
    context["descriptions"] = std::move(descriptions);

    const std::vector<Year> all = years(activity);
    context["budget_unclear"] = std::ranges::any_of(all, &Year::budget_unclear);
    std::set<std::string> currencies;
    for (const Year& year : all) currencies.insert(year.currency);
    Json by_currency = Json::array();
    for (const std::string& currency : currencies) by_currency.push_back(money_of(page, currency, all));
    context["has_money"] = !by_currency.empty();
    context["money"] = std::move(by_currency);
    for (const Json& part : {transactions(page, activity), shares(page, activity), results(page, activity),
                             documents(page, activity), related(page, activity), participants(page, activity),
                             places(page, activity)})
        context.update(part);
    return context;
}

}  // namespace tamga::web
