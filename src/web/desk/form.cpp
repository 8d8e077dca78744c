#include "web/desk/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "folder/folder.hpp"
#include "query/listing.hpp"
#include "web/desk/checked.hpp"

namespace tamga::web {

namespace {

/// Records that a field lets choose from a list; of more an id is typed.
constexpr std::size_t kMostOffered = 150;

/// What each input of a record's fields is called, so that no other name in a form is taken for one.
constexpr std::string_view kInput = "field.";

std::string input_of(const Field& field, std::string_view language) {
    std::string name(field.name);
    if (!language.empty()) name.append("@").append(language);
    return name;
}

/// Browsers end lines of forms with CR LF (HTML, "Constructing the entry list").
std::string with_plain_lines(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
    return out;
}

/// In itself; a language that the interface does not speak by its tag.
std::string language_name(std::string_view tag) {
    const bool known = std::ranges::find(languages(), tag) != languages().end();
    return std::string(known ? i18n::language(tag).endonym() : tag);
}

bool is_long(const Field& field) {
    return (field.type == FieldType::text && field.name != "title") || field.type == FieldType::citations;
}

/// Records of the kind to choose from, by name; null if there are too many.
Json offered(Page& page, Kind kind, const std::string& chosen) {
    const auto count = query::count(page.view(), kind);
    if (!count) page.failed(count.error());
    if (!count || *count == 0 || *count > kMostOffered) return nullptr;
    const auto records = page.view().all(kind);
    if (!records) {
        page.failed(records.error());
        return nullptr;
    }
    Json options = page.links(*records);
    page.sort_by_name(options);
    Json out = Json::array();
    bool found = false;
    for (const Json& option : options) {
        const bool is_chosen = option["id"] == chosen;
        found = found || is_chosen;
        out.push_back({{"option_value", option["id"]},
                       {"option_text", option["text"]},
                       {"option_tag", option["tag"]},
                       {"is_chosen", is_chosen}});
    }
    // What is typed and is none of them is for the check to tell, not to be lost.
    return found || chosen.empty() ? out : Json(nullptr);
}

Json codes_of(const Page& page, const Field& field, const std::string& chosen) {
    std::vector<std::string> codes(field.codes.begin(), field.codes.end());
    if (field.type == FieldType::boolean) codes = {"yes", "no"};
    if (!chosen.empty() && std::ranges::find(codes, chosen) == codes.end()) return nullptr;
    Json out = Json::array();
    for (const std::string& code : codes)
        out.push_back({{"option_value", code},
                       {"option_text", page.code(code)},
                       {"option_tag", ""},
                       {"is_chosen", code == chosen}});
    return out;
}

/// How a value is to be written, in one short line.
std::string example_of(const Page& page, const Field& field) {
    switch (field.type) {
        case FieldType::date:
            return page.say("A year, a month or a day: 2025, 2025-06 or 2025-06-17");
        case FieldType::period:
            return page.say("A date, or two with a slash between them: 2024-01/2024-06");
        case FieldType::decimal:
            return page.say("Digits, with a point before decimals: 1250.5");
        case FieldType::integer:
            return page.say("A whole number");
        case FieldType::url:
            return page.say("An address that starts with https://");
        case FieldType::link:
            return page.say("The id that stands at the end of the record’s address");
        case FieldType::links:
            return page.say("Ids, separated by semicolons");
        case FieldType::any_links:
            return page.say("kind:id of each record, separated by semicolons");
        case FieldType::strings:
            return page.say("Separated by semicolons");
        case FieldType::citations:
            return page.say(
                "The id of each source, and after # where in it: treaty-2025#Article 3; separated by "
                "semicolons");
        default:
            return {};
    }
}

}  // namespace

RecordForm RecordForm::of(const RecordId& name, const Json& body) {
    RecordForm form(name.kind);
    form.name_ = name;
    form.body_ = body;
    if (!name.id.empty()) form.typed_.emplace_back("id", name.id);
    for (const Field& field : info(name.kind).fields) {
        const auto value = body.find(field.name);
        if (value == body.end() || field.type == FieldType::file) continue;
        if (has_languages(field.type) && value->is_object()) {
            for (const auto& [language, text] : value->items())
                form.typed_.emplace_back(input_of(field, language), text.get<std::string>());
        } else {
            form.typed_.emplace_back(input_of(field, {}), folder::cell(field, *value));
        }
    }
    return form;
}

RecordForm RecordForm::read(Kind kind, const FormFields& sent, const Json& before) {
    RecordForm form(kind);
    for (const auto& [name, value] : sent)
        if (name.starts_with(kInput) && !value.empty())
            form.typed_.emplace_back(name.substr(kInput.size()), with_plain_lines(value));
    form.name_.id = form.typed("id");
    for (const Field& field : info(kind).fields) {
        const std::string name(field.name);
        if (field.type == FieldType::file) {
            if (before.contains(name)) form.body_[name] = before.at(name);
            continue;
        }
        if (has_languages(field.type)) {
            Json texts = Json::object();
            for (const std::string& language : form.languages_of(field)) {
                const auto text = folder::read_cell(field, form.typed(input_of(field, language)));
                if (text && !text->is_null()) texts[language] = *text;
            }
            if (!texts.empty()) form.body_[name] = std::move(texts);
            // A name that no language is told of stays one where nothing else is said.
            const auto bare = folder::read_cell(field, form.typed(name));
            if (!form.body_.contains(name) && bare && !bare->is_null()) form.body_[name] = *bare;
            continue;
        }
        auto value = folder::read_cell(field, form.typed(name));
        if (!value)
            form.add({name, value.error().cause, value.error().hint});
        else if (!value->is_null())
            form.body_[name] = *std::move(value);
    }
    std::vector<Problem> found;
    check_body(kind, form.body_, found);
    if (!is_id(form.name_.id))
        form.add({"id", fmt::format("'{}' is not an id", form.name_.id),
                  "ids are lower-case letters, digits and hyphens, at most 100"});
    for (Problem& problem : found) form.add(std::move(problem));
    return form;
}

FormFields RecordForm::sent() const {
    FormFields out;
    for (const auto& [input, value] : typed_) out.emplace_back(std::string(kInput) + input, value);
    return out;
}

void RecordForm::add(Problem problem) {
    if (std::ranges::find(problems_, problem.field, &Problem::field) == problems_.end())
        problems_.push_back(std::move(problem));
}

std::string RecordForm::typed(const std::string& input) const {
    const auto found = std::ranges::find(typed_, input, &FormFields::value_type::first);
    return found == typed_.end() ? std::string() : found->second;
}

/// Those of the interface, and those in which something is typed.
std::vector<std::string> RecordForm::languages_of(const Field& field) const {
    std::vector<std::string> found(languages().begin(), languages().end());
    const std::string start = std::string(field.name) + "@";
    for (const auto& [input, value] : typed_)
        if (input.starts_with(start))
            if (std::string tag = input.substr(start.size());
                !tag.empty() && std::ranges::find(found, tag) == found.end())
                found.push_back(std::move(tag));
    return found;
}

Json RecordForm::context(Page& page) const {
    Json out = Json::array();
    for (const Field& field : info(name_.kind).fields) {
        if (field.type == FieldType::file) continue;
        const std::string name(field.name);
        const auto problem = std::ranges::find(problems_, name, &Problem::field);
        Json inputs = Json::array();
        const auto add_input = [&](std::string_view language) {
            const std::string input = input_of(field, language);
            const std::string value = typed(input);
            Json options = nullptr;
            if (field.type == FieldType::code || field.type == FieldType::boolean)
                options = codes_of(page, field, value);
            else if (field.type == FieldType::link)
                options = offered(page, *field.target, value);
            const bool chosen_from = !options.is_null();
            inputs.push_back({{"input_id", "f-" + input},
                              {"input_name", std::string(kInput) + input},
                              {"input_language", language.empty() ? "" : language_name(language)},
                              {"input_tag", language},
                              {"typed", value},
                              {"is_area", !chosen_from && is_long(field)},
                              {"is_line", !chosen_from && !is_long(field)},
                              {"is_choice", chosen_from},
                              {"options", chosen_from ? std::move(options) : Json::array()}});
        };
        // The reader's own language first; the others stand beside it.
        if (has_languages(field.type)) {
            auto tags = languages_of(field);
            std::ranges::stable_partition(
                tags, [&](const std::string& tag) { return tag == page.language().tag(); });
            for (const std::string& tag : tags) add_input(tag);
            if (!typed(name).empty()) add_input({});
        } else {
            add_input({});
        }
        std::string help = example_of(page, field);
        if (inputs.front()["is_choice"].get<bool>()) help.clear();
        out.push_back({
            {"field_id", "f-" + name},
            {"field_label", page.field_label(name)},
            {"field_help", page.say("field help", field.help)},
            {"how", std::move(help)},
            {"is_required", field.required},
            {"inputs", std::move(inputs)},
        });
        out.back().update(problem == problems_.end() ? checked(page, "", "")
                                                     : checked(page, problem->cause, problem->hint));
    }
    return out;
}

Json RecordForm::problems_context(const Page& page) const {
    Json out = Json::array();
    for (const Problem& problem : problems_) {
        const Field* const field = info(name_.kind).field(problem.field);
        const bool shown = problem.field == "id" || (field && field->type != FieldType::file);
        std::string input = problem.field;
        if (field && has_languages(field->type)) input += "@" + std::string(page.language().tag());
        out.push_back({{"fault_href", shown ? "#f-" + input : ""},
                       {"fault_of", field                   ? page.field_label(problem.field)
                                    : problem.field == "id" ? page.say("Id")
                                                            : problem.field}});
        out.back().update(checked(page, problem.cause, problem.hint));
    }
    return out;
}

std::string free_id(Page& page, Kind kind, const std::vector<std::string>& parts) {
    constexpr std::size_t kLongest = 90;
    std::string id;
    for (const std::string& part : parts)
        if (is_id(part) && id.size() + part.size() < kLongest) id += (id.empty() ? "" : "-") + part;
    if (id.empty()) id = info(kind).name;
    std::string free = id;
    for (int number = 2; page.find({kind, free}) && number < 1000; ++number)
        free = fmt::format("{}-{}", id, number);
    return free;
}

Json changes_context(Page& page, Kind kind, const Json& before, const Json& after) {
    Json out = Json::array();
    for (const Field& field : info(kind).fields) {
        const auto was = before.find(field.name), is = after.find(field.name);
        const Json old = was == before.end() ? Json() : *was, now = is == after.end() ? Json() : *is;
        if (old == now) continue;
        std::set<std::string> tags;
        if (has_languages(field.type))
            for (const Json* one : {&old, &now})
                if (one->is_object())
                    for (const auto& [tag, text] : one->items()) tags.insert(tag);
        const auto add = [&](const std::string& tag, const Json& from, const Json& to) {
            if (from == to) return;
            const auto text = [&](const Json& value) {
                return value.is_null() ? std::string() : folder::cell(field, value);
            };
            out.push_back({{"changed_field", page.field_label(field.name)},
                           {"changed_language", tag.empty() ? "" : language_name(tag)},
                           {"changed_tag", tag},
                           {"was", text(from)},
                           {"becomes", text(to)}});
        };
        const auto in = [](const Json& value, const std::string& tag) {
            return value.is_object() && value.contains(tag) ? value.at(tag) : Json();
        };
        for (const std::string& tag : tags) add(tag, in(old, tag), in(now, tag));
        if (tags.empty() || old.is_string() || now.is_string())
            add({}, old.is_object() && has_languages(field.type) ? Json() : old,
                now.is_object() && has_languages(field.type) ? Json() : now);
    }
    return out;
}

}  // namespace tamga::web
