#include "web/parts/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <kainjow/mustache.hpp>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <shared_mutex>
#include <utility>

namespace tamga::web {

namespace {

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::mustache;

constexpr int kPartialDepth = 8;
constexpr std::string_view kWideSigns[] = {"：", "。", "，", "；"};

[[noreturn]] void give_up(std::string_view name, std::string_view why) {
    fmt::print(stderr, "tamga: the template '{}' {}\n", name, why);
    std::abort();
}

/// Makes Mustache's data of a JSON context. Empty strings count as false, as templates expect of "not
/// stated". The library copies whatever is put into an object or a list, with all that is beneath: so an
/// empty place is put there first and filled where it lies (the library's own storage is not const).
void fill(data& place, const Json& value) {
    switch (value.type()) {
        case Json::value_t::object:
            place = data(data::type::object);
            for (const auto& [key, member] : value.items()) {
                place.set(key, data(data::type::bool_false));
                fill(const_cast<data&>(*place.get(key)), member);
            }
            break;
        case Json::value_t::array: {
            place = data(list(value.size(), data(data::type::bool_false)));
            for (std::size_t i = 0; i < value.size(); ++i)
                fill(const_cast<data&>(place.list_value()[i]), value[i]);
            break;
        }
        case Json::value_t::string: {
            const auto& text = value.get_ref<const std::string&>();
            if (!text.empty()) place = data(text);
            break;
        }
        case Json::value_t::boolean:
            place = data(value.get<bool>() ? data::type::bool_true : data::type::bool_false);
            break;
        case Json::value_t::null:
            break;
        default:
            place = data(value.dump());
    }
}

data convert(const Json& value) {
    data out(data::type::bool_false);
    fill(out, value);
    return out;
}

std::string collapse_space(std::string_view text) {
    std::string out;
    for (char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

/// Escapes a translated message, but leaves {{placeholders}} alone.
std::string escape_message(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t open = text.find("{{");
        out += escape_html(text.substr(0, open));
        if (open == std::string_view::npos) break;
        const std::size_t close = text.find("}}", open);
        if (close == std::string_view::npos) return out + escape_html(text.substr(open));
        out += text.substr(open, close + 2 - open);
        text.remove_prefix(close + 2);
    }
    return out;
}

}  // namespace

namespace {

/// What a template reads. A key that no context has is a misspelling: a build with tests ends there, so that
/// the first page that any test asks for tells of it.
class Context : public kainjow::mustache::context<std::string> {
  public:
    Context(std::string_view name, const data& values) : context(&values), template_(name) {}

    const data* get(const std::string& key) const override {
        const data* const found = context::get(key);
#ifdef TAMGA_STRICT_TEMPLATES
        if (!found) give_up(template_, fmt::format("reads '{}', which its context does not have", key));
#endif
        return found;
    }

  private:
    std::string_view template_;
};

}  // namespace

struct Templates::Compiled {
    explicit Compiled(const std::string& text) : page(text) {
        page.set_custom_escape([](const std::string& value) { return escape_html(value); });
    }
    // Without lambdas and partials, which convert() never makes, rendering does not change it.
    mutable mustache page;
};

struct Templates::Kept {
    std::shared_mutex mutex;
    std::map<std::string, std::unique_ptr<const Compiled>, std::less<>> by_name;  ///< Guarded by mutex.
};

Templates::Templates(TemplateSource source, Translator translate)
    : source_(std::move(source)), translate_(std::move(translate)), kept_(std::make_unique<Kept>()) {}
Templates::~Templates() = default;
Templates::Templates(Templates&&) noexcept = default;

std::string Templates::expand(std::string_view name, int depth) const {
    if (depth > kPartialDepth) give_up(name, "includes itself");
    std::string_view rest = source_(name);
    if (rest.empty()) give_up(name, "is missing");
    constexpr std::string_view kMessage = "{{#_}}", kMessageEnd = "{{/_}}", kPartial = "{{> ";
    std::string out;
    for (;;) {
        const std::size_t message = rest.find(kMessage), partial = rest.find(kPartial);
        const std::size_t next = std::min(message, partial);
        out += rest.substr(0, next);
        if (next == std::string_view::npos) return out;
        if (next == partial) {
            const std::size_t end = rest.find("}}", next);
            if (end == std::string_view::npos) give_up(name, "has a partial that does not end");
            std::string partial_text =
                expand(rest.substr(next + kPartial.size(), end - next - kPartial.size()), depth + 1);
            // The end of the file's last line is no space in the middle of a sentence.
            if (partial_text.ends_with('\n')) partial_text.pop_back();
            out += partial_text;
            rest.remove_prefix(end + 2);
        } else {
            const std::size_t end = rest.find(kMessageEnd, next);
            if (end == std::string_view::npos) give_up(name, "has a message that does not end");
            const auto text =
                collapse_space(rest.substr(next + kMessage.size(), end - next - kMessage.size()));
            out += escape_message(translate_(text));
            rest.remove_prefix(end + kMessageEnd.size());
            // The signs of Chinese have their own room.
            if (rest.starts_with(' ') &&
                std::ranges::any_of(kWideSigns, [&](std::string_view sign) { return out.ends_with(sign); }))
                rest.remove_prefix(1);
        }
    }
}

const Templates::Compiled& Templates::compiled(std::string_view name) const {
    {
        const std::shared_lock lock(kept_->mutex);
        if (const auto found = kept_->by_name.find(name); found != kept_->by_name.end())
            return *found->second;
    }
    auto made = std::make_unique<const Compiled>(expand(name, 0));
    if (!made->page.is_valid()) give_up(name, "does not parse: " + made->page.error_message());
    const std::unique_lock lock(kept_->mutex);
    return *kept_->by_name.try_emplace(std::string(name), std::move(made)).first->second;
}

std::string Templates::render(std::string_view name, const Json& context) const {
    const data values = convert(context);
    Context reading(name, values);
    return compiled(name).page.render(reading);
}

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace tamga::web
