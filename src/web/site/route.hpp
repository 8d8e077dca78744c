#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/frame/answer.hpp"
#include "web/frame/match.hpp"

namespace tamga::web {

/// Where an answer is made: on the thread that read the request, among pages, aside, because it takes long,
/// or waiting for another server.
enum class Runs : unsigned char { at_once, as_page, aside, elsewhere };
/// How long this program keeps an answer: not at all, or until the journal or the day goes on. A personal one
/// depends on who asks: nobody keeps it, and no search engine finds it. Only these know who is signed in.
enum class Keep : unsigned char { never, until_change, personal };
/// What a request brings in its body: nothing; a form, of at most 1 MiB; a file, with or without a form
/// around it, as large as the operator allows.
enum class Takes : unsigned char { nothing, form, file };
/// Who may ask. What somebody may do beyond that is the handler's to find out (access/policy.hpp).
enum class Who : unsigned char { anybody, signed_in };
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
        parameters;  ///< "as_of q": the query parameters that it takes. Anything else is refused;
                     ///< "*": nothing is, whoever else sends people here adds what they like.
    bool filters;    ///< Takes the filters of the list of its kind, too.
    Takes takes;
    Runs runs;
    Keep keep;
    Publish publish;
    std::string_view about;  ///< One line for people who write programs.
    /// Makes the answer; exactly one of them is set. `page` is of the register as `as_of` asks for it.
    Answer (*answer)(Services&, const Visit&) = nullptr;
    Answer (*page_answer)(Services&, const Visit&, Page&) = nullptr;
    Who who = Who::anybody;
};

/// The most bytes of a form without files.
inline constexpr std::size_t kMostFormBytes = std::size_t{1} << 20;

/// The words of a route's formats, methods or parameters; parts of what is given.
std::vector<std::string_view> words_of(std::string_view text);

/// All routes. Static data.
std::span<const Route> routes();

/// Looks up a decoded path that starts with '/'.
Match match(std::string_view method, std::string_view path);

}  // namespace tamga::web
