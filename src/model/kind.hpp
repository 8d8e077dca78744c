#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace tamga {

/// The kinds of record that a register holds; the words are those of the design. The order is that of import:
/// a kind's required links point to kinds above it, or to its own.
enum class Kind : unsigned char {
    source,
    party,
    mechanism,
    principle,
    sector,
    meeting,
    instrument,
    provision,
    action,
    centre,
    series,
    statement,
    commitment,
    project,
    observation,
    claim,
    report,
    assessment,
    update,
    reply,
    name,
    imprint,
};
inline constexpr int kKindCount = 22;

/// What a field of a record holds, and so how it stands in JSON and in a cell of a register folder.
enum class FieldType : unsigned char {
    text,       ///< Language tag → text. JSON: {"en":"…","zh":"…"}. CSV: one column a language, `title@en`.
    name,       ///< What somebody is called: a text, or where no language is told one JSON string; CSV:
                ///< `speaker@en`, `speaker@zh`, or `speaker`.
    string,     ///< One text without a language: a code, a symbol. JSON string.
    date,       ///< As precise as its source: 2025, 2025-06, 2025-06-17. JSON string.
    period,     ///< A date, or two with a slash (ISO 8601 interval, both ends included): 2024-01/2024-05.
    decimal,    ///< An exact decimal number, "-12.50". JSON string, never a floating-point number.
    integer,    ///< A whole number within ±(2^53 - 1). JSON number.
    boolean,    ///< `yes` or `no` in a cell; true or false in JSON.
    code,       ///< One of the field's `codes`. JSON string.
    url,        ///< An absolute http or https address. JSON string.
    link,       ///< The id of one record of the kind in `targets`. JSON string "id".
    links,      ///< Ids of records of the kind in `targets`; cell: separated by `;`. JSON array of strings.
    any_links,  ///< Records of any kind: `kind:id`; cell: separated by `;`. JSON array of strings.
    strings,    ///< Several strings; cell: separated by `;`. JSON array of strings.
    citations,  ///< Sources with locators: `id` or `id#locator`, separated by `;`. JSON array of {source,
                ///< locator}.
    file,  ///< A file kept by its content: cell: its name in `files/`. JSON {name, sha256, size, media_type}.
};

/// True for what is told language by language, each with a column of its own.
constexpr bool has_languages(FieldType type) {
    return type == FieldType::text || type == FieldType::name;
}

/// One field of a kind.
struct Field {
    std::string_view name;
    FieldType type;
    bool required = false;
    std::optional<Kind> target = std::nullopt;     ///< For link and links.
    std::span<const std::string_view> codes = {};  ///< For code, in the order in which readers expect them.
    std::string_view help;                         ///< One plain sentence; docs/formats and --help print it.
};

/// One kind: its names and its fields, `id` not among them.
struct KindInfo {
    Kind kind;
    std::string_view name;    ///< "commitment": in the journal, in JSON, in kind:id.
    std::string_view plural;  ///< "commitments": in URLs and as the CSV file's name.
    std::string_view help;
    std::span<const Field> fields;

    /// The field of that name, or null.
    const Field* field(std::string_view field_name) const;
    /// At which place of `fields` that one stands; it must be one of them.
    std::size_t place(std::string_view field_name) const;
};

/// True for the kinds under whose records replies stand.
constexpr bool takes_replies(Kind kind) {
    return kind == Kind::commitment || kind == Kind::update;
}

/// All kinds, in the order of Kind. Static data; any number of threads.
std::span<const KindInfo> kinds();
const KindInfo& info(Kind kind);

/// The kind called "commitment"; nothing if there is none.
std::optional<Kind> kind_named(std::string_view name);
/// The kind whose plural is "commitments"; nothing if there is none.
std::optional<Kind> kind_of_plural(std::string_view plural);

/// The languages in which the interface speaks and that texts are shown in first: "en", "zh", "ru".
std::span<const std::string_view> languages();

/// True for an id as the register takes them: lower-case ASCII letters, digits and hyphens, starting with a
/// letter or digit, at most 100 bytes.
bool is_id(std::string_view text);

}  // namespace tamga
