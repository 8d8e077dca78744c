#include "web/site/static_links.hpp"

#include <algorithm>

namespace tamga::web {

namespace {

constexpr std::size_t kMostKnown = 50'000;

/// The value of an attribute, out of HTML: addresses have no character that is escaped but '&'.
std::string plain(std::string_view value) {
    std::string out(value);
    for (std::size_t at = 0; (at = out.find("&amp;", at)) != std::string::npos; ++at) out.erase(at + 1, 4);
    return out;
}

struct Attribute {
    std::size_t begin, value, end;  ///< With the space before it; its value; the closing quote.
};

/// The attribute of a tag that is a link. Each element that has one has no more than one.
std::optional<Attribute> link_in(std::string_view page, std::size_t tag, std::size_t end) {
    for (const std::string_view name : {" href=\"", " src=\"", " action=\""}) {
        const std::size_t at = page.substr(0, end).find(name, tag);
        if (at == std::string_view::npos) continue;
        const std::size_t value = at + name.size(), closing = page.find('"', value);
        if (closing < end) return Attribute{at, value, closing};
    }
    return std::nullopt;
}

bool is_element(std::string_view page, std::size_t tag, std::string_view name) {
    const std::size_t end = tag + 1 + name.size();
    return page.substr(tag + 1, name.size()) == name && end < page.size() &&
           (page[end] == ' ' || page[end] == '>');
}

}  // namespace

std::string relative_path(std::string_view from, std::string_view to) {
    std::size_t common = 0;
    for (std::size_t i = 0; i < std::min(from.size(), to.size()) && from[i] == to[i]; ++i)
        if (from[i] == '/') common = i + 1;
    std::string out;
    for (auto up = std::ranges::count(from.substr(common), '/'); up > 0; --up) out += "../";
    return out += to.substr(common);
}

const std::optional<std::string>& StaticLinks::file_of(std::string_view target) {
    key_ = target;
    if (const auto found = known_.find(key_); found != known_.end()) return found->second;
    if (known_.size() >= kMostKnown) known_.clear();
    return known_.emplace(key_, file_of_(plain(target))).first->second;
}

std::string StaticLinks::rewrite(std::string_view page, std::string_view path) {
    std::string out;
    out.reserve(page.size() + page.size() / 8);
    std::size_t done = 0;
    const auto copy = [&](std::size_t until, std::size_t next) {
        out += page.substr(done, until - done);
        done = next;
    };
    const auto after_line = [&](std::size_t at) {
        return at < page.size() && page[at] == '\n' ? at + 1 : at;
    };
    for (std::size_t tag = page.find('<'); tag != std::string_view::npos; tag = page.find('<', tag + 1)) {
        if (tag < done) continue;
        const bool is_a = is_element(page, tag, "a"), is_link = is_element(page, tag, "link"),
                   is_form = is_element(page, tag, "form");
        if (!is_a && !is_link && !is_form && !is_element(page, tag, "img") &&
            !is_element(page, tag, "script"))
            continue;
        const std::size_t end = page.find('>', tag);
        if (end == std::string_view::npos) break;
        const auto attribute = link_in(page, tag, end);
        if (!attribute) continue;
        std::string_view value = page.substr(attribute->value, attribute->end - attribute->value);
        const bool spelled_out = !public_url_.empty() && value.starts_with(public_url_) &&
                                 value.substr(public_url_.size()).starts_with('/');
        if (spelled_out) value.remove_prefix(public_url_.size());
        if (!value.starts_with('/')) continue;
        const std::size_t fragment = std::min(value.find('#'), value.size());
        const std::optional<std::string>& file = file_of(value.substr(0, fragment));
        if (file && !is_form) {
            if (spelled_out && value.find('?') == std::string_view::npos) continue;
            const std::size_t end_of_address = attribute->end - (value.size() - fragment);
            copy(attribute->value, end_of_address);
            out += spelled_out ? public_url_ + "/" + *file : relative_path(path, *file);
        } else if (!server_.empty()) {
            copy(attribute->value, attribute->end);
            out += server_;
            out += value;
        } else if (is_a &&
                   page.substr(tag, end - tag).find(" class=\"server-only\"") != std::string_view::npos) {
            const std::size_t closing = page.find("</a>", end);
            copy(tag, std::min(closing, page.size() - 4) + 4);
        } else if (is_a) {
            copy(attribute->begin, attribute->end + 1);
        } else if (is_link) {
            copy(tag, after_line(end + 1));
        } else if (is_form) {
            const std::size_t closing = page.find("</form>", end);
            copy(tag, after_line(std::min(closing, page.size() - 7) + 7));
        }
    }
    copy(page.size(), page.size());
    return out;
}

}  // namespace tamga::web
