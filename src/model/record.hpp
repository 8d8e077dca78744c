#pragma once

#include <concepts>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "json/json.hpp"
#include "model/field_name.hpp"
#include "model/kind.hpp"

namespace tamga {

/// Names one record.
struct RecordId {
    Kind kind = {};
    std::string id = {};

    friend auto operator<=>(const RecordId&, const RecordId&) = default;
    /// "commitment:training-places-2025".
    std::string text() const { return std::string(info(kind).name) + ":" + id; }
};

/// Reads "commitment:training-places-2025". Errors: invalid_input.
Result<RecordId> parse_record_id(std::string_view text);

/// A record: its name and its body, a JSON object whose members are fields of the kind. A field that no
/// source states is absent: there is no null and no empty text in a body.
struct Record {
    RecordId name;
    Json body;
};

/// A member of a body that is a string, or a list of strings; empty if it is not there. Of a name by language
/// the English one, or the first. A literal must be the name of a field; a std::string_view may be any, as
/// where one comes from an address.
std::string text_of(const Json& body, FieldName field);
std::vector<std::string> list_of(const Json& body, FieldName field);
std::string member_text(const Json& body, std::string_view field);
template <class Text>
    requires std::same_as<Text, std::string_view>
std::string text_of(const Json& body, Text field) {
    return member_text(body, field);
}

/// Members that a list of a body may have.
inline constexpr std::size_t kListLimit = 10'000;

/// A link from a record to another.
struct Link {
    std::string field;
    RecordId to;

    friend auto operator<=>(const Link&, const Link&) = default;
};

/// Every link in a body, which is an object: link, links, any_links and the sources of citations. In the
/// order of the kind's fields, without repetition; what check_body() refuses is passed over, lists of more
/// than kListLimit members among it.
std::vector<Link> links_of(Kind kind, const Json& body);

/// Calls `take` for each text of a body, an object, that people read: those of each language, with its tag,
/// and those that have none. In the order of the kind's fields and of their tags; what check_body() refuses
/// is passed over.
void each_text(Kind kind, const Json& body,
               const std::function<void(const Field&, std::string_view tag, const std::string& text)>& take);

/// True for a language tag as texts have them, the part of BCP 47 in use: a language of 2 or 3 lower-case
/// letters, then subtags of 2 to 8 letters or digits.
bool is_language_tag(std::string_view tag);

/// An exact decimal's canonical text: no leading plus or zeros, no exponent, "-0" is "0"; digits after the
/// point are kept as written, for they tell the precision. Errors: invalid_input.
Result<std::string> canonical_decimal(std::string_view text);

/// A period's first and last day. Errors: invalid_input.
struct Period {
    Date first, last;
};
Result<Period> parse_period(std::string_view text);

}  // namespace tamga
