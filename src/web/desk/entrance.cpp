#include "web/desk/entrance.hpp"

#include <spdlog/spdlog.h>

#include "web/desk/roles.hpp"

namespace tamga::web {

namespace {

/// What is not written into a page, not even into that of who typed it.
bool is_secret(std::string_view field) {
    return field.starts_with("password") || field.starts_with("code") || field == "form_token";
}

std::string login_address(const Page& page, const Visit& visit) {
    std::string address = page.href("/desk/login");
    const bool comes_back = visit.request.method == "GET" || visit.request.method == "HEAD";
    return comes_back ? address + "?next=" + percent_encode(page.here({})) : address;
}

Answer refusing(const Services& services, const Visit& visit, Page& page, int status,
                const std::string& text) {
    const std::string title = page.say("This was not taken");
    return desk_html(
        services, visit, page, "error", title,
        {{"error_title", title},
         {"error_text", text},
         {"error_english", ""},
         {"suggestions",
          Json::array({{{"suggestion_href", page.href("/desk")}, {"suggestion", page.say("Desk")}}})}},
        status);
}

/// What was sent, to be sent again.
Answer again(const Services& services, const Visit& visit, Page& page, const http::Fields* form, int status,
             const std::string& text, bool signs_in) {
    Json fields = Json::array();
    if (form)
        for (const auto& [name, value] : form->all())
            if (!is_secret(name)) fields.push_back({{"field_name", name}, {"field_value", value}});
    const std::string title = page.say("Not sent yet");
    return desk_html(services, visit, page, "again", title,
                     {{"again_title", title},
                      {"again_text", text},
                      {"again_action", page.here({})},
                      {"login_href", signs_in ? page.href("/desk/login") : std::string()},
                      {"sent_fields", std::move(fields)}},
                     status);
}

}  // namespace

std::optional<Answer> turned_away(Services& services, const Visit& visit, Page& page, const Coming& coming) {
    const bool is_out = coming.for_signed_in && !visit.signed_in;
    if (!coming.entry.open) {
        // The page where one signs in says why nobody can.
        if (is_out) return see_other(page.href("/desk/login"));
        return std::nullopt;
    }
    if (visit.request.method != "POST") {
        if (is_out) return see_other(login_address(page, visit));
        return std::nullopt;
    }
    if (coming.unreadable)
        return refusing(services, visit, page, 422, page.say("What was sent is not a form of this site."));
    if (coming.entry.sent == Sent::foreign)
        return refusing(
            services, visit, page, 403,
            page.say("The form was sent from another site, so nothing was done. Open the page here "
                     "and send it from there."));
    const http::Fields* const form = coming.form ? &*coming.form : nullptr;
    if (is_out)
        return again(services, visit, page, form, 403,
                     page.say("You are not signed in any more. Nothing is lost: sign in in another window, "
                              "then send this again."),
                     true);
    if (coming.entry.sent != Sent::ours)
        return again(services, visit, page, form, 403,
                     page.say("The form was opened before you signed in, or your browser keeps no cookies. "
                              "Nothing is lost: send it again."),
                     false);
    return std::nullopt;
}

Answer desk_html(const Services& services, const Visit& visit, Page& page, std::string_view template_name,
                 std::string title, Json context, int status) {
    context["form_token"] = visit.form_token;
    context["is_desk"] = true;
    // Its address is nobody else's.
    context["canonical"] = nullptr;
    context["alternates"] = Json::array();
    context["print_address"] = "";
    if (visit.signed_in) {
        const access::AccountInfo& info = visit.signed_in->info;
        context["desk"] = {{"desk_href", page.href("/desk")},
                           {"account_href", page.href("/desk/account")},
                           {"signed_in_name", info.name},
                           {"signed_in_roles", roles_text(page, info.grants)},
                           {"logout_action", page.href("/desk/logout")}};
    }
    return services.frame.html(page, template_name, std::move(title), context, status);
}

Answer not_written(const Services& services, const Visit& visit, Page& page, const Error& error) {
    if (http_status(error.code) < 500) return services.frame.refuse(page, refusal_of(page, error));
    spdlog::error("{}: {}", error.operation, error.message());
    Answer answer = again(services, visit, page, visit.form, 503,
                          page.say("The register cannot be written to just now. Nothing is lost: send this "
                                   "again in a minute."),
                          false);
    answer.headers.emplace_back("Retry-After", "60");
    return answer;
}

Answer forbidden(const Services& services, const Visit& visit, Page& page, const std::string& why) {
    return refusing(services, visit, page, 403, why);
}

Answer see_other(std::string location) {
    return Frame::redirect(std::move(location), 303);
}

}  // namespace tamga::web
