#include "web/site/changes.hpp"

#include "web/desk/visit.hpp"
#include "web/pages/changes.hpp"

namespace tamga::web {

Answer feed_answer(const Services& services, Page& page, const Feed& feed) {
    const std::string& origin = services.frame.public_url();
    if (page.address().format == "atom")
        return {200, "application/atom+xml; charset=utf-8", atom_feed(page, feed, origin)};
    return {200, "application/feed+json; charset=utf-8", json_feed(page, feed, origin).dump(1) + "\n"};
}

namespace {

Answer feed_of_changes(const Services& services, Page& page, const std::optional<RecordId>& of) {
    const auto feed = changes_feed(page, of);
    if (!feed) return services.frame.refuse(page, refusal_of(page, feed.error()));
    return feed_answer(services, page, *feed);
}

}  // namespace

Answer changes_page(Services& services, const Visit&, Page& page) {
    ChangesSubject subject;
    if (const std::string_view asked = page.address().value("of"); !asked.empty()) {
        const auto name = parse_record_id(asked);
        if (!name) return services.frame.refuse(page, unfit_value(page, "of", asked));
        const query::SnapshotPtr record = page.find(*name);
        if (!record)
            return services.frame.refuse(
                page, {ErrorCode::not_found, page.say("The register holds no such record on this day.")});
        subject = changes_subject(page, record);
    }
    const std::string& format = page.address().format;
    if (format == "atom" || format == "feed")
        return feed_of_changes(services, page,
                               subject.asked ? std::optional(subject.asked->name) : std::nullopt);
    const std::string_view written = page.address().value("since");
    const auto since = query::AsOf::parse(written.empty() ? usual_since(page, subject).text() : written);
    if (!since || since->is_now()) return services.frame.refuse(page, unfit_value(page, "since", written));
    const auto begins = services.reg.at(*since);
    if (!begins && begins.error().code == ErrorCode::out_of_range)
        return services.frame.refuse(page, unfit_value(page, "since", written));
    if (!begins) return services.frame.refuse(page, refusal_of(page, begins.error()));
    const auto found = query::changes(page.view(), begins->as_of(), subject.of, kMostChangedShown);
    if (!found) return services.frame.refuse(page, refusal_of(page, found.error()));
    Answer answer = format == "json" ? Frame::data(changes_data(page, subject, *begins, *found))
                                     : services.frame.html(page, "changes", changes_title(page, subject),
                                                           changes_context(page, subject, *begins, *found));
    // There is no end of periods.
    if (page.view().is_latest()) answer.headers.emplace_back("X-Robots-Tag", "noindex");
    return answer;
}

Answer record_feed(Services& services, const Visit& visit, Page& page) {
    const RecordId name{*kind_of_plural(visit.match.names[0]), visit.match.names[1]};
    const query::SnapshotPtr record = page.find(name);
    if (!record)
        return services.frame.refuse(
            page, {ErrorCode::not_found, page.say("The register holds no such record on this day.")});
    if (record->name != name)
        return Frame::redirect(page.href(page.record_path(record->name) + "." + page.address().format), 301);
    return feed_of_changes(services, page, name);
}

}  // namespace tamga::web
