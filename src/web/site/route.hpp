#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/frame/answer.hpp"

namespace tamga::web {

/// Where an answer is made: on the thread that read the request, among pages, or aside, because it takes
/// long.
enum class Runs : unsigned char { at_once, as_page, aside };
/// How long this program keeps an answer: not at all, or until the journal or the day goes on.
enum class Keep : unsigned char { never, until_change };
/// Whether the address is among the files of a published site: never, for it needs a server; each that there
/// is; or each that a page links to.
enum class Publish : unsigned char { never, each, when_linked };

struct Services;
struct Visit;
class Page;

/// One address of the site, or all addresses of one form: all that is to be known of it. The table of them is
/// in routes.cpp; docs/formats/json.md tells each, and a test walks them.
struct Route {
    /// "/{language}/{kinds}/{id}": `{…}` stands for one segment that fits the name, see route.cpp; the rest
    /// is literal.
    std::string_view path;
    /// "json csv": the last segment ends with one of them ("parties.json"); "html" is told by no ending.
    /// Empty: the address stands as it is.
    std::string_view formats;
    std::string_view methods;  ///< "GET HEAD".
    std::string_view
        parameters;  ///< "as_of q": the query parameters that it takes. Anything else is refused.
    bool filters;    ///< Takes the filters of the list of its kind, too.
    bool uploads;    ///< Takes a file in the request's body.
    Runs runs;
    Keep keep;
    Publish publish;
    std::string_view about;  ///< One line for people who write programs.
    /// Makes the answer; exactly one of them is set. `page` is of the register as `as_of` asks for it.
    Answer (*answer)(Services&, const Visit&) = nullptr;
    Answer (*page_answer)(Services&, const Visit&, Page&) = nullptr;
};

/// All routes. Static data.
std::span<const Route> routes();

/// A path, taken apart and looked up. There is one normal form of every path; what is not in it and can be
/// read as one is `moved` there, and the rest fits no route.
struct Match {
    const Route* route =
        nullptr;          ///< Null: no route of this path and format takes the method, or there is none.
    std::string allowed;  ///< The methods that the path and format take: "GET, HEAD"; empty: no such address.
    std::string moved;    ///< The path in its normal form where it is written otherwise; else empty.
    bool any_language = false;       ///< The path names no language, and there is such a page in each.
    std::string language;            ///< Empty if the path names none.
    std::string path;                ///< "/parties/cn": without language and ending.
    std::string format = "html";     ///< By the ending; "html" where there is none.
    std::string formats;             ///< The formats that the same page has: "html json".
    std::vector<std::string> names;  ///< What stands for each `{…}` but the language.
};

/// Looks up a decoded path that starts with '/'.
Match match(std::string_view method, std::string_view path);

}  // namespace tamga::web
