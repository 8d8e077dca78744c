#include "web/desk/checked.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "model/kind.hpp"

namespace tamga::web {

namespace {

/// The first that fits is taken: what says more stands first.
constexpr const char* kSentences[] = {
    // What is wrong: model/check, base/date, base/decimal, folder/cells, journal/plan.
    TAMGA_MSG("it is required and not there"),
    TAMGA_MSG("it is empty"),
    TAMGA_MSG("it is longer than 1 MiB"),
    TAMGA_MSG("it holds a control character"),
    TAMGA_MSG("it is not a text by language"),
    TAMGA_MSG("it has more than 10,000 members"),
    TAMGA_MSG("it is a single place"),
    TAMGA_MSG("a member is there twice"),
    TAMGA_MSG("it names more than one record"),
    TAMGA_MSG("there is no target beside it"),
    TAMGA_MSG("a change needs what it is a change against"),
    TAMGA_MSG("a change of 0 is none"),
    TAMGA_MSG("a party's reply cannot be the last word"),
    TAMGA_MSG("neither a value is there nor why it is missing"),
    TAMGA_MSG("there is a value beside it"),
    TAMGA_MSG("there is no value that it could word"),
    TAMGA_MSG("{1} '{2}' is not a whole number"),
    TAMGA_MSG("{1} '{2}' is neither yes nor no"),
    TAMGA_MSG("'{1}' is not a date"),
    TAMGA_MSG("'{1}' ends before it begins"),
    TAMGA_MSG("'{1}' is before {2} '{3}'"),
    TAMGA_MSG("'{1}' is not a decimal number"),
    TAMGA_MSG("'{1}' is no latitude"),
    TAMGA_MSG("'{1}' is no longitude"),
    TAMGA_MSG("'{1}' is no place"),
    TAMGA_MSG("'{1}' is not one of its values"),
    TAMGA_MSG("'{1}' is not an id"),
    TAMGA_MSG("'{1}' is not a language tag"),
    TAMGA_MSG("'{1}' is no target of the goals"),
    TAMGA_MSG("'{1}' is not a web address"),
    TAMGA_MSG("'{1}' holds a space, which no web address has"),
    TAMGA_MSG("'{1}' holds a line break or a tab, which no web address has"),
    TAMGA_MSG("'{1}' holds '{2}', which no web address has"),
    TAMGA_MSG("'{1}' does not name a record"),
    TAMGA_MSG("'{1}' takes no replies"),
    TAMGA_MSG("'{1}' is a decrease, and aim says not which way it goes"),
    TAMGA_MSG("'{1}' is a decrease by more than all of it"),
    TAMGA_MSG("'{1}' is not above zero, so that there are no percent of it"),
    TAMGA_MSG("{1} is an earlier id of '{2}'"),
    TAMGA_MSG("there is no {1}, by which it is told"),
    TAMGA_MSG("there is no {1} '{2}'"),
    TAMGA_MSG("the register does not hold this file"),
    // What is odd.
    TAMGA_MSG("'{1}' is below zero"),
    TAMGA_MSG("'{1}' is not above the base '{2}'"),
    TAMGA_MSG("'{1}' is not below the base '{2}'"),
    TAMGA_MSG("it is said to be held, and '{1}' is still to come"),
    TAMGA_MSG("'{1}' is still to come"),
    TAMGA_MSG("there is no {1} beside it"),
    TAMGA_MSG("'{1}' promises it to itself"),
    // What to do.
    TAMGA_MSG("correct one of them"),
    TAMGA_MSG("correct it if it is a slip"),
    TAMGA_MSG("leave it out"),
    TAMGA_MSG("leave the field out where nothing is stated"),
    TAMGA_MSG("keep long texts as a file"),
    TAMGA_MSG("remove it"),
    TAMGA_MSG("split the record"),
    TAMGA_MSG("name each once"),
    TAMGA_MSG("name both ends, or leave it out"),
    TAMGA_MSG("name the one that it answers"),
    TAMGA_MSG("name a commitment or an update"),
    TAMGA_MSG("state it, if the source does"),
    TAMGA_MSG("state the number promised, or leave it out"),
    TAMGA_MSG("state base or base_period; if the source states neither, leave target and target_form out, "
              "for the change cannot be measured"),
    TAMGA_MSG("if it is to stay at the base, write the base as the target, without target_form"),
    TAMGA_MSG("a target is the number to be reached; correct it if it is a slip"),
    TAMGA_MSG("aim says which way the number is to go; correct one of them if it is a slip"),
    TAMGA_MSG("ids are lower-case letters, digits and hyphens, at most 100"),
    TAMGA_MSG("ids are lower-case letters, digits and hyphens"),
    TAMGA_MSG("write {\"en\": \"…\"}"),
    TAMGA_MSG("write yes or no"),
    TAMGA_MSG("write digits only, such as 3"),
    TAMGA_MSG("write digits with a point and no grouping: 1500000000 or 22.7"),
    TAMGA_MSG("write a year, a month or a day: 2025, 2025-06 or 2025-06-17"),
    TAMGA_MSG("write the earlier date first"),
    TAMGA_MSG("write degrees north, from -90 to 90"),
    TAMGA_MSG("write degrees east, from -180 to 180"),
    TAMGA_MSG("write degrees north, a space and degrees east, such as 39.47 75.99"),
    TAMGA_MSG("write en, zh or another BCP 47 tag"),
    TAMGA_MSG("write the goal, a point and the target, such as 15.3 or 4.b"),
    TAMGA_MSG("write an address that starts with https:// or http://"),
    TAMGA_MSG("write {1} for it, or name one address only"),
    TAMGA_MSG("write the kind, a colon and the id: centre:poverty-reduction"),
    TAMGA_MSG("write at-most in aim for a promise to come down; at-least for one not to fall further"),
    TAMGA_MSG("write percent of the base, such as -20"),
    TAMGA_MSG("write the change in the unit, with change in target_form"),
    TAMGA_MSG("write the value, or in missing why the source gives none"),
    TAMGA_MSG("write one of them: a figure is told, or it is not"),
    TAMGA_MSG("write it with ASCII characters only"),
    TAMGA_MSG("write '{1}'"),
    TAMGA_MSG("write {1} or {2}"),
    TAMGA_MSG("add it to {1}.csv, or name one that is there"),
    TAMGA_MSG("make {1} first"),
    TAMGA_MSG("give the file with the record"),
};

/// Where the pattern has its next {1} to {9}.
std::size_t next_value(std::string_view pattern) {
    std::size_t at = pattern.find('{');
    while (at != std::string_view::npos &&
           (at + 1 >= pattern.size() || pattern[at + 1] < '1' || pattern[at + 1] > '9'))
        at = pattern.find('{', at + 1);
    return at;
}

/// The values of a sentence where the pattern has {1} and so on; nothing if it is not of that pattern.
std::optional<std::vector<std::string>> values_of(std::string_view pattern, std::string_view sentence) {
    std::vector<std::string> values;
    bool after_value = false;
    for (;;) {
        const std::size_t brace = next_value(pattern);
        const std::string_view words = pattern.substr(0, brace);
        const bool last = brace == std::string_view::npos;
        if (!after_value) {
            if (!sentence.starts_with(words) || (last && sentence != words)) return std::nullopt;
        } else {
            // The last words close the sentence, whatever the value before them holds.
            const std::size_t at = !last                       ? sentence.find(words)
                                   : sentence.ends_with(words) ? sentence.size() - words.size()
                                                               : std::string_view::npos;
            if (at == std::string_view::npos || at == 0) return std::nullopt;
            values.emplace_back(sentence.substr(0, at));
            sentence.remove_prefix(at);
        }
        if (last) return values;
        sentence.remove_prefix(words.size());
        pattern.remove_prefix(brace + std::string_view("{1}").size());
        after_value = true;
    }
}

/// What a value names: a field or a kind, by its name in pages.
std::string named(const Words& words, const std::string& value) {
    for (const KindInfo& kind : kinds()) {
        if (kind.name == value) return words.kind_label(kind.kind);
        if (kind.field(value)) return words.field_label(value);
    }
    return value;
}

struct Said {
    std::string text;
    bool english;
};

/// True for "title" and "a, b, c", of which a sentence could be made in any language; not for English words.
bool is_name(std::string_view value) {
    for (std::size_t at = value.find(' '); at != std::string_view::npos; at = value.find(' ', at + 1))
        if (at == 0 || value[at - 1] != ',') return false;
    return true;
}

/// `names`: a value that is not in marks may name a field or a kind; of what to write it is written as it is.
Said said(const Words& words, std::string_view sentence, bool names) {
    if (sentence.empty() || words.language().tag() == "en") return {std::string(sentence), false};
    for (const char* const pattern : kSentences) {
        auto values = values_of(pattern, sentence);
        if (!values) continue;
        bool fits = true;
        for (std::size_t i = 0; i < values->size(); ++i) {
            // What is typed stands in marks, and is no name of ours.
            const std::string marked = "'{" + std::to_string(i + 1) + "}'";
            if (std::string_view(pattern).find(marked) != std::string_view::npos) continue;
            std::string& value = (*values)[i];
            fits = fits && is_name(value);
            if (names) value = named(words, value);
        }
        if (fits) return {words.language().format(pattern, *values), false};
    }
    return {std::string(sentence), true};
}

}  // namespace

Json checked(const Words& words, std::string_view cause, std::string_view hint) {
    const Said fault = said(words, cause, true);
    Said cure = said(words, hint, false);
    // Of what is missing it is told what it is.
    if (cure.english)
        for (const KindInfo& kind : kinds())
            if (std::ranges::any_of(kind.fields, [&](const Field& field) { return field.help == hint; }))
                cure = {words.say("field help", std::string(hint)), false};
    return {{"fault", fault.text},
            {"fault_english", fault.english},
            {"cure", cure.text},
            {"cure_english", cure.english}};
}

}  // namespace tamga::web
