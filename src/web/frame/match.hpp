#pragma once

#include <string>
#include <vector>

namespace tamga::web {

struct Route;

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

}  // namespace tamga::web
