#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "iati/check/check.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// The page on which publishers check their files, and the same for programs. Nothing that is sent is kept.
/// Any number of threads.
class Validation {
  public:
    Validation();

    /// Template context of the empty form.
    static Json form_context(Page& page);
    /// What was sent by the form: the page's context, or a report to download. The work ends early where
    /// nobody waits for the answer any more (Request::stop); what comes back is then of no use.
    struct Outcome {
        int status = 200;
        Json context;              ///< Of the page, if `download` is empty.
        std::string download;      ///< The report.
        std::string content_type;  ///< Of the report.
        std::string file_name;     ///< Under which to keep it.
    };
    Outcome of_form(Page& page, const http::Request& request) const;
    /// POST /api/v1/iati/validate: the body is the file; `format` (json, sarif, html, text), `group`,
    /// `details`, `meta` and `profile` are query parameters. The status is as the public validator's: 400 not
    /// well-formed, 422 schema or version, else 200; beside these 400 for what is not offered, 413 for what
    /// is larger or takes longer than is allowed, 503 if there is no memory left.
    Outcome of_api(const http::Request& request) const;

    /// What the public validator would find.
    const iati::Checker& as_published() const { return published_; }

  private:
    Result<iati::Report> check(std::string_view bytes, const std::string& name, bool strict, bool elements,
                               const std::stop_token& stop) const;

    iati::Checker published_, strict_;
};

}  // namespace tamga::web
