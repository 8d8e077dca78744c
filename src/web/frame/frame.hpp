#pragma once

#include <map>
#include <string>
#include <string_view>

#include "web/frame/answer.hpp"
#include "web/frame/refusal.hpp"
#include "web/parts/page.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

/// What stands around every page: head, navigation, languages, the day chosen, foot; and the answers that are
/// the same everywhere: data, refusals. Any number of threads.
class Frame {
  public:
    /// `public_url` is "https://example.org" without a slash, or empty.
    /// `pictures`: whether pages are shown by one where others link to them; not of a site of files.
    /// `mails`: whether pages lead to where they are followed by e-mail.
    Frame(std::string public_url, bool pictures, bool mails = false);

    /// A page from its template, or where its address ends with ".png" the picture that others show of it,
    /// with the frame's members beside the context's own. Two of those are for its head: "description", a
    /// plain sentence, and "linked_data", an object in schema.org's words.
    Answer html(Page& page, std::string_view template_name, std::string title, const Json& context,
                int status = 200) const;
    /// The template alone, with nothing around it.
    std::string render(const Page& page, std::string_view template_name, Json context) const;
    /// The same for a page that tells why it is not there; problem details where data were asked for.
    Answer refuse(Page& page, const Refusal& refusal) const;
    /// A failure before there is a page, for the register cannot be read: in plain words or as problem
    /// details.
    static Answer fail(const i18n::Language& language, std::string_view format, const Error& error);

    static Answer data(const Json& json, int status = 200);
    static Answer redirect(std::string location, int status);

    const std::string& public_url() const { return public_url_; }
    bool mails() const { return mails_; }

  private:
    Json layout(Page& page) const;
    std::string picture_address(Page& page) const;

    std::string public_url_;
    bool pictures_;
    const bool mails_;
    std::map<std::string, Templates, std::less<>> by_language_;
};

}  // namespace tamga::web
