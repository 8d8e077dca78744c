#include "web/site/follow.hpp"

#include <fmt/format.h>

#include <optional>

#include "access/follows.hpp"
#include "access/reply_rules.hpp"
#include "mail/message.hpp"
#include "web/desk/entrance.hpp"
#include "web/site/followed.hpp"

namespace tamga::web {

namespace {

using access::Follows;
using access::Frequency;

/// What the form's token is bound to, in the place of a record.
const RecordId kForm{Kind::imprint, "follow"};

/// A form in the making.
struct Form {
    std::string email = {};
    Frequency frequency = Frequency::weekly;
    std::string token = {};
    std::string problem = {}, email_problem = {};
};

Answer private_page(Answer answer) {
    answer.headers.emplace_back("Cache-Control", "no-store");
    answer.headers.emplace_back("X-Robots-Tag", "noindex");
    return answer;
}

std::string often_label(const Page& page, Frequency frequency) {
    switch (frequency) {
        case Frequency::at_once:
            return page.say("At once, in one message for what comes together");
        case Frequency::daily:
            return page.say("Once a day");
        case Frequency::weekly:
            return page.say("Once a week, on Mondays");
    }
    return {};
}

/// What is followed, called so in the page's language. Its own page reads the same state.
std::string title_of(Services& services, Page& page, const Followed& what) {
    Page other(page.view(), page.language(), what.address, services.statuses);
    std::string title = followed_title(other, what);
    if (other.error()) page.failed(*other.error());
    return title;
}

std::string feed_href(const Page& page, const Followed& what) {
    const std::size_t query = std::min(what.what.find('?'), what.what.size());
    return fmt::format("/{}{}.atom{}", page.language().tag(), what.what.substr(0, query),
                       what.what.substr(query));
}

/// The key of what is private; nothing where nobody can be written to.
std::optional<access::Vault> vault_of(Services& services) {
    if (!services.frame.mails() || !services.desk) return std::nullopt;
    auto vault = services.desk->vault();
    if (!vault) return std::nullopt;
    return *std::move(vault);
}

Answer form_page(Services& services, Page& page, const Followed& what, const Form& form, int status = 200,
                 bool sent = false) {
    const std::string title = title_of(services, page, what);
    const std::string heading = page.language().format("Follow: {1}", {title});
    Json often = Json::array();
    for (const Frequency one : {Frequency::at_once, Frequency::daily, Frequency::weekly})
        often.push_back({{"often", access::name(one)},
                         {"often_label", often_label(page, one)},
                         {"selected", one == form.frequency}});
    const bool open = !form.token.empty() && !sent;
    return private_page(
        services.frame.html(page, "follow", heading,
                            {{"follow_heading", heading},
                             {"what_href", fmt::format("/{}{}", page.language().tag(), what.what)},
                             {"what_title", title},
                             {"feed_href", feed_href(page, what)},
                             {"follow_sent", sent},
                             {"follow_open", open},
                             {"follow_closed", !open && !sent},
                             {"follow_action", page.href("/follow")},
                             {"follow_what", what.what},
                             {"follow_email", form.email},
                             {"follow_token", form.token},
                             {"follow_problem", form.problem},
                             {"email_problem", form.email_problem},
                             {"oftens", std::move(often)},
                             {"canonical", nullptr}},
                            status));
}

/// The page of what is over or never was.
Answer over_page(Services& services, Page& page, int status) {
    const std::string heading = page.say("Nothing is sent by this link");
    return private_page(services.frame.html(page, "follow_link", heading,
                                            {{"link_heading", heading},
                                             {"link_text", page.say("What it was for has ended, or was "
                                                                    "not confirmed in time. The address is "
                                                                    "not kept.")},
                                             {"asks", false},
                                             {"goes_on", false},
                                             {"link_action", ""},
                                             {"link_what", nullptr},
                                             {"canonical", nullptr},
                                             {"alternates", Json::array()}},
                                            status));
}

Answer not_now(Services& services, Page& page) {
    Answer answer = services.frame.refuse(
        page, {.code = ErrorCode::io,
               .text = page.say("The register cannot be written to just now. Try again in a minute.")});
    answer.status = 503;
    answer.headers.emplace_back("Retry-After", "60");
    return answer;
}

}  // namespace

Answer follow_form(Services& services, const Visit&, Page& page) {
    const std::string_view asked = page.address().value("what");
    const auto what = followed(page.language(), asked.empty() ? "/changes" : asked);
    if (!what) return services.frame.refuse(page, what.error());
    const auto vault = vault_of(services);
    Form form;
    if (vault) form.token = access::reply_token(*vault, kForm, services.desk->clock()());
    return form_page(services, page, *what, form, 200, vault && page.address().value("sent") == "yes");
}

Answer follow_form_sent(Services& services, const Visit& visit, Page& page) {
    const auto fields = http::Fields::read(visit.request.header("Content-Type"), visit.request.body.bytes());
    if (!fields)
        return services.frame.refuse(page, {.code = ErrorCode::invalid_input,
                                            .text = page.say("What was sent is not a form of this site.")});
    const auto what = followed(page.language(), fields->value("what"));
    if (!what) return services.frame.refuse(page, what.error());
    const auto vault = vault_of(services);
    if (!vault) return form_page(services, page, *what, {}, 503);
    Form form{.email = access::cleaned({.email = std::string(fields->value("email"))}).email,
              .frequency = access::frequency_named(fields->value("often")).value_or(Frequency::weekly),
              .token = std::string(fields->value("token"))};
    const std::int64_t now = services.desk->clock()();
    const access::FormAge age = access::age_of_form(*vault, kForm, form.token, now);
    if (age == access::FormAge::foreign || age == access::FormAge::too_old) {
        form.token = access::reply_token(*vault, kForm, now);
        form.problem = page.say("The form was open for too long. Nothing is lost: send it again.");
    } else if (age == access::FormAge::too_young || !fields->value("website").empty()) {
        form.problem =
            page.say("That was very quick. Nothing is lost: read it once more, then send it again.");
    } else if (!mail::is_address(form.email)) {
        form.email_problem = form.email.empty() ? page.say("Write your e-mail address.")
                                                : page.say("This is not an e-mail address.");
    }
    if (!form.problem.empty() || !form.email_problem.empty())
        return form_page(services, page, *what, form, 422);
    const auto asked = services.desk->write([&](access::Accounts&, store::Store& store) {
        return Follows(store, *vault, services.desk->clock())
            .ask({what->what, form.frequency, std::string(page.language().tag()), form.email}, form.token,
                 Desk::client_of(visit.request));
    });
    if (!asked) {
        form.problem = page.say(
            "The register cannot be written to just now. Nothing is lost: send this again in a minute.");
        return form_page(services, page, *what, form, 503);
    }
    if (asked->outcome == Follows::Outcome::throttled) {
        form.problem = page.say("Too many such forms were sent. Nothing is lost: send yours again later.");
        Answer answer = form_page(services, page, *what, form, 429);
        answer.headers.emplace_back("Retry-After", std::to_string(asked->wait_seconds));
        return answer;
    }
    return private_page(see_other(page.href("/follow", {{"what", what->what}, {"sent", "yes"}})));
}

Answer follow_link(Services& services, const Visit& visit, Page& page) {
    const auto vault = vault_of(services);
    if (!vault) return over_page(services, page, 404);
    const auto found = services.desk->read([&](access::Accounts&, store::Store& store) {
        return Follows(store, *vault, services.desk->clock()).find(visit.match.names[0]);
    });
    if (!found) return services.frame.refuse(page, refusal_of(page, found.error()));
    if (!*found) return over_page(services, page, 404);
    const access::Follow& follow = **found;
    const auto what = followed(page.language(), follow.what);
    const std::string title = what ? title_of(services, page, *what) : follow.what;
    const std::string heading = follow.confirmed
                                    ? page.language().format("You follow: {1}", {title})
                                    : page.language().format("Confirm: what is new of {1}", {title});
    Answer answer = services.frame.html(
        page, "follow_link", heading,
        {{"link_heading", heading},
         {"link_text", often_label(page, follow.frequency)},
         {"asks", !follow.confirmed},
         {"goes_on", follow.confirmed},
         {"link_action", page.href("/follow/" + visit.match.names[0])},
         {"link_what", Json{{"href", fmt::format("/{}{}", page.language().tag(), follow.what)},
                            {"text", title},
                            {"tag", ""},
                            {"fallback", false}}},
         // The address is the reader's alone.
         {"canonical", nullptr},
         {"alternates", Json::array()}});
    return private_page(std::move(answer));
}

Answer follow_link_sent(Services& services, const Visit& visit, Page& page) {
    const auto fields = http::Fields::read(visit.request.header("Content-Type"), visit.request.body.bytes());
    const std::string_view deed = fields ? fields->value("deed") : std::string_view();
    const bool ends = deed == "end" || (fields && fields->value("List-Unsubscribe") == "One-Click");
    if (!ends && deed != "confirm")
        return services.frame.refuse(page, {.code = ErrorCode::invalid_input,
                                            .text = page.say("What was sent is not a form of this site.")});
    const auto vault = vault_of(services);
    if (!vault) return not_now(services, page);
    const std::string& token = visit.match.names[0];
    const auto done = services.desk->write([&](access::Accounts&, store::Store& store) -> Result<bool> {
        Follows follows(store, *vault, services.desk->clock());
        if (ends) {
            TAMGA_TRY(follows.end(token));
            return false;
        }
        TAMGA_ASSIGN(const auto head, store.head());
        return follows.confirm(token, head.value);
    });
    if (!done) return not_now(services, page);
    // What a reader's program sends is answered at once; a reader is shown how it stands.
    if (ends || !*done) return over_page(services, page, ends ? 200 : 404);
    return private_page(see_other(page.href("/follow/" + token)));
}

}  // namespace tamga::web
