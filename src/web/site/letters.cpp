#include "web/site/letters.hpp"

#include <fmt/format.h>

#include <set>

#include "formats/picture.hpp"
#include "web/pages/changes.hpp"
#include "web/pages/figures.hpp"

namespace tamga::web {

namespace {

/// The page of which a letter is made: what is followed, as the register was known at a position.
struct Ground {
    query::View view;
    Followed followed;
};

Result<Ground> ground_of(Services& services, const i18n::Language& language, const access::Mail& mail) {
    auto what = followed(language, mail.follow.what);
    if (!what) return fail(ErrorCode::invalid_input, "write a message", what.error().text);
    if (mail.purpose == access::Mail::Purpose::confirm) {
        TAMGA_ASSIGN(query::View view, services.reg.now());
        return Ground{std::move(view), *std::move(what)};
    }
    TAMGA_ASSIGN(const query::AsOf as_of, query::AsOf::parse(fmt::format("@{}", mail.until)));
    TAMGA_ASSIGN(query::View view, services.reg.at(as_of));
    return Ground{std::move(view), *std::move(what)};
}

std::string often_text(const Page& page, access::Frequency frequency) {
    switch (frequency) {
        case access::Frequency::at_once:
            return page.say("at once");
        case access::Frequency::daily:
            return page.say("once a day");
        case access::Frequency::weekly:
            return page.say("once a week");
    }
    return {};
}

std::string what_href(const Page& page, const Followed& followed) {
    return fmt::format("/{}{}", page.language().tag(), followed.what);
}

/// The page that tells all that is new since a position.
std::string since_href(const Page& page, const Followed& followed, std::int64_t since) {
    if (followed.list) return what_href(page, followed);
    const std::string at = fmt::format("@{}", since);
    return followed.of ? page.href("/changes", {{"of", followed.of->text()}, {"since", at}})
                       : page.href("/changes", {{"since", at}});
}

/// A subject is one line, whatever a title is.
std::string one_line(std::string text, std::size_t most = 150) {
    for (char& c : text)
        if ((c >= 0 && c < ' ') || c == '\x7f') c = ' ';
    return cut(std::move(text), most);
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

std::string indented(std::string_view text) {
    std::string out = "  ";
    for (const char c : text) {
        out += c;
        if (c == '\n') out += "  ";
    }
    return out;
}

void write_question(Page& page, const Followed& followed, const access::Mail& mail, const std::string& origin,
                    const std::string& link, mail::Message& out) {
    const std::string title = followed_title(page, followed);
    out.subject = one_line(page.language().format("Confirm: what is new of {1}", {title}));
    out.text = joined(
        {page.say("Somebody asked that this address be told what is new of:"), "", indented(title),
         indented(origin + what_href(page, followed)), "",
         page.labelled(page.say("How often"), often_text(page, mail.follow.frequency)), "",
         page.say("If it was you, open this page and confirm it there, within three days:"), "",
         indented(origin + link), "",
         page.say("If it was not you, do nothing: nothing else is sent, and the address is forgotten.")});
}

/// Puts the chart on which a record is seen into the message, once however many of its figures changed; gives
/// what the page calls it. Nothing is loaded when the message is read. Empty: there is none, or there are
/// enough.
std::string picture_src(Page& page, const query::Snapshot& record, std::set<std::string>& drawn,
                        mail::Message& out) {
    constexpr std::size_t kMostPictures = 3;
    constexpr int kPixels = 1000;
    const query::SnapshotPtr series = charted_series(page, record);
    if (!series || out.pictures.size() == kMostPictures ||
        !drawn.insert(text_of(series->body, "indicator")).second)
        return {};
    auto png = formats::png_of(series_drawn(page, *series).file_svg, kPixels);
    if (!png) return {};  // The message says the same in words.
    out.pictures.push_back({fmt::format("chart{}.{}", out.pictures.size() + 1, out.id), *std::move(png)});
    return "cid:" + out.pictures.back().name;
}

void write_digest(Services& services, Page& page, const Followed& followed, const access::Mail& mail,
                  const query::Changes& changes, const std::string& origin, const std::string& link,
                  mail::Message& out) {
    const std::string title = followed_title(page, followed);
    out.subject = one_line(page.language().format("What is new: {1}", {title}));
    out.unsubscribe = origin + link;
    const std::string all_href = origin + since_href(page, followed, mail.since);
    // Where an earlier message may have been lost, its changes are all on the page.
    const bool may_miss = mail.follow.sure < mail.since;
    const std::string missed_href = origin + since_href(page, followed, mail.follow.sure);
    std::vector<std::string> lines{title, origin + what_href(page, followed), ""};
    Json told = Json::array();
    std::set<std::string> drawn;
    for (const query::RecordChanges& one : changes.records) {
        Json entry = told_change(page, one);
        const std::string href = origin + entry["href"].get<std::string>();
        entry["href"] = href;
        entry["picture_src"] = picture_src(page, one.last(), drawn, out);
        lines.push_back("* " + entry["text"].get<std::string>());
        lines.push_back(indented(href));
        for (const Json& line : entry["lines"]) lines.push_back(indented(line["line"].get<std::string>()));
        lines.emplace_back();
        told.push_back(std::move(entry));
    }
    const std::string more = changes.passed_over == 0
                                 ? std::string()
                                 : page.language().plural("and {1} more record", "and {1} more records",
                                                          static_cast<long>(changes.passed_over));
    const std::string missed =
        may_miss ? page.say("An earlier message may not have reached you. All that is new since then:") : "";
    const std::string end_text = page.say("You asked for this. To stop it, open this page:");
    if (!more.empty()) lines.insert(lines.end(), {page.labelled(more, all_href), ""});
    if (may_miss) lines.insert(lines.end(), {missed, indented(missed_href), ""});
    lines.insert(lines.end(), {"-- ", end_text, origin + link});
    out.text = joined(lines);
    out.html = services.frame.render(page, "mail",
                                     {{"mail_title", title},
                                      {"mail_href", origin + what_href(page, followed)},
                                      {"mail_changes", std::move(told)},
                                      {"mail_more", more},
                                      {"mail_all_href", all_href},
                                      {"mail_missed", missed},
                                      {"mail_missed_href", missed_href},
                                      {"mail_end", end_text},
                                      {"mail_end_href", origin + link}});
}

}  // namespace

Result<mail::Message> letter(Services& services, const access::Mail& mail, const std::string& link,
                             const mail::Mailbox& from) {
    const i18n::Language& language = i18n::language(mail.follow.language);
    TAMGA_ASSIGN(Ground ground, ground_of(services, language, mail));
    Page page(ground.view, language, ground.followed.address, services.statuses);
    const bool asks = mail.purpose == access::Mail::Purpose::confirm;
    mail::Message out{
        .from = from,
        .to = {.address = mail.email},
        .subject = {},
        // The same message has the same name, so that one that came twice can be told.
        .id = fmt::format("{}.{}.{}@{}", asks ? "confirm" : "digest", mail.follow.id,
                          asks ? mail.made : mail.until, from.address.substr(from.address.find('@') + 1)),
        .time = mail.made,
        .language = std::string(language.tag()),
        .text = {}};
    const std::string& origin = services.frame.public_url();
    if (asks) {
        write_question(page, ground.followed, mail, origin, link, out);
    } else {
        TAMGA_ASSIGN(const query::Changes changes,
                     followed_changes(page, ground.followed, {mail.since}, kMostInMail));
        write_digest(services, page, ground.followed, mail, changes, origin, link, out);
    }
    if (page.error()) return std::unexpected(*page.error());
    return out;
}

}  // namespace tamga::web
