#include "web/site/followed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "http/target.hpp"
#include "web/pages/lists.hpp"
#include "web/site/parameters.hpp"

namespace tamga::web {

namespace {

constexpr std::size_t kMostWhat = 1000;
/// Of a list so many that changed last are looked at.
constexpr std::size_t kMostListed = 1000;

Refusal unfit(const i18n::Language& language) {
    return {.code = ErrorCode::invalid_input,
            .text = language.translate("This cannot be followed: it is no list, record or page of changes."),
            .more = {{"parameter", "what"}}};
}

}  // namespace

std::expected<Followed, Refusal> followed(const i18n::Language& language, std::string_view what) {
    const auto target = http::parse_target(what);
    if (!what.starts_with('/') || what.size() > kMostWhat || !target) return std::unexpected(unfit(language));
    // What can be followed is what there is a feed of.
    const Match found = match("GET", fmt::format("/{}{}.atom", language.tag(), target->path));
    if (!found.route || !found.moved.empty()) return std::unexpected(unfit(language));
    Followed out{.what = found.path, .address = {found.path, "atom", {}, "atom"}};
    const std::string_view path = std::string_view(found.path).substr(1);
    const auto kind = kind_of_plural(path.substr(0, path.find('/')));
    if (auto refusal = unfit_parameter(language, *found.route, kind, target->query))
        return std::unexpected(*std::move(refusal));
    for (const auto& [name, value] : target->query) {
        if (value.empty() || name == "as_of" || name == "public_by") continue;
        out.what += fmt::format("{}{}={}", out.address.query.empty() ? "?" : "&", percent_encode(name),
                                percent_encode(value));
        out.address.query.emplace_back(name, value);
    }
    if (path == "changes") {
        const std::string_view of = out.address.value("of");
        const auto record = parse_record_id(of);
        if (!of.empty() && !record) return std::unexpected(unfit(language));
        // A record has one address.
        if (!of.empty())
            return followed(language, fmt::format("/{}/{}", info(record->kind).plural, record->id));
    } else if (path.find('/') == std::string_view::npos) {
        out.list = kind;
    } else {
        out.of = {*kind, std::string(path.substr(path.find('/') + 1))};
    }
    return out;
}

std::string followed_title(Page& page, const Followed& followed) {
    if (followed.list) return list_title(page, *followed.list);
    if (!followed.of) return page.say("everything in the register");
    const query::SnapshotPtr record = page.find(*followed.of);
    return record ? page.plain_title(*record) : followed.of->text();
}

Result<query::Changes> followed_changes(Page& page, const Followed& followed, query::JournalPos since,
                                        std::size_t most) {
    if (!followed.list) return query::changes(page.view(), since, followed.of, most);
    auto request = list_request(page, *followed.list);
    if (!request) return fail(ErrorCode::invalid_input, "look for what is new", request.error().text);
    request->count = kMostListed;
    TAMGA_ASSIGN(const auto records, last_changed(page, *request));
    query::Changes out{.records = {}, .passed_over = 0, .looked_since = since};
    for (const query::SnapshotPtr& record : records) {
        if (record->from <= since) break;
        if (out.records.size() >= most) {
            ++out.passed_over;
            continue;
        }
        TAMGA_ASSIGN(auto told, query::changes_of(page.view(), since, record->name));
        if (told) out.records.push_back(*std::move(told));
    }
    return out;
}

}  // namespace tamga::web
