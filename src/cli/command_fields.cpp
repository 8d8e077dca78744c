#include <fmt/format.h>

#include <set>

#include "cli/command.hpp"
#include "folder/folder.hpp"
#include "model/kind.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string kind;
    std::string csv;
    bool markdown = false;
};

std::string_view type_text(FieldType type) {
    switch (type) {
        case FieldType::text:
            return "text, one column a language";
        case FieldType::name:
            return "name, one column a language, or one without";
        case FieldType::string:
            return "text";
        case FieldType::date:
            return "date";
        case FieldType::period:
            return "period";
        case FieldType::decimal:
            return "number";
        case FieldType::integer:
            return "whole number";
        case FieldType::boolean:
            return "yes or no";
        case FieldType::code:
            return "code";
        case FieldType::url:
            return "web address";
        case FieldType::link:
            return "id";
        case FieldType::links:
            return "ids";
        case FieldType::any_links:
            return "kind:id list";
        case FieldType::strings:
            return "list";
        case FieldType::citations:
            return "citations";
        case FieldType::file:
            return "file";
    }
    return "";
}

constexpr std::string_view kIdHelp =
    "Its name in addresses and in other records' links, chosen once: lower-case letters, digits and hyphens, "
    "at "
    "most 100.";

/// How such cells are written; empty where the name of the type says it.
std::string_view how_written(FieldType type) {
    switch (type) {
        case FieldType::text:
            return "a column for each language: title@en, title@zh, title@ru, or another BCP 47 tag";
        case FieldType::name:
            return "as a text: speaker@en, speaker@zh; or, where no language is told, speaker";
        case FieldType::date:
            return "as precise as the source: 2025, 2025-06 or 2025-06-17; with --dates dmy also 17.06.2025";
        case FieldType::period:
            return "a date, or the first and the last with a slash: 2024-01/2024-05; or a quarter: 2024-Q1";
        case FieldType::decimal:
            return "digits with a point, no grouping: 1500000000, -12.50; where the file separates with ; "
                   "also 12,5";
        case FieldType::url:
            return "begins with https:// or http://, a space in it written %20";
        case FieldType::links:
        case FieldType::strings:
            return "separated by ; and a ; inside one written \\; and \\ written \\\\";
        case FieldType::any_links:
            return "records of any kind, separated by ;: centre:poverty-reduction;project:line-d";
        case FieldType::citations:
            return "source ids, each with its place in the source after #, separated by ;: seed#sentence "
                   "4;note-7";
        case FieldType::file:
            return "the name of a file in files/";
        default:
            return "";
    }
}

/// What a cell of the field takes, in a phrase.
std::string takes(const Field& field) {
    std::string out(type_text(field.type));
    if (field.target) out += fmt::format(" of {}", info(*field.target).plural);
    for (std::size_t i = 0; i < field.codes.size(); ++i)
        out += fmt::format("{}{}", i == 0 ? ": " : ", ", field.codes[i]);
    return out;
}

std::string column(const Field& field) {
    return fmt::format("{}{}", field.name, has_languages(field.type) ? "@en" : "");
}

void print(const KindInfo& kind, bool markdown) {
    if (markdown) {
        fmt::print("\n### {}.csv\n\n{}\n\n| column | takes | |\n|---|---|---|\n", kind.plural, kind.help);
        fmt::print("| `id` (required) | id | {} |\n", kIdHelp);
        for (const Field& field : kind.fields)
            fmt::print("| `{}`{} | {} | {} |\n", column(field), field.required ? " (required)" : "",
                       takes(field), field.help);
        return;
    }
    fmt::print("{}.csv: {}\n\n  id (required)\n      {}\n", kind.plural, kind.help, kIdHelp);
    for (const Field& field : kind.fields)
        fmt::print("  {}{}\n      {}\n      {}\n", column(field), field.required ? " (required)" : "",
                   field.help, takes(field));
    fmt::print("\n  How cells are written (an empty one states nothing, and clears what was stated):\n");
    std::set<FieldType> told;
    for (const Field& field : kind.fields)
        if (const auto how = how_written(field.type); !how.empty() && told.insert(field.type).second)
            fmt::print("      {}: {}\n", type_text(field.type), how);
    fmt::print("\n");
}

Result<int> run(const Options& options) {
    auto kind = kind_named(options.kind);
    if (!kind) kind = kind_of_plural(options.kind);
    if (!kind && !options.kind.empty()) {
        std::string names;
        for (const KindInfo& each : kinds()) names += fmt::format(" {}", each.name);
        return fail(ErrorCode::invalid_usage, "explain a kind",
                    fmt::format("'{}' is not a kind of record", options.kind), "name one of:" + names);
    }
    const std::span<const KindInfo> wanted = kind ? std::span(&info(*kind), 1) : kinds();
    if (options.csv.empty()) {
        for (const KindInfo& each : wanted) print(each, options.markdown);
        return 0;
    }
    std::vector<folder::File> files;
    for (const KindInfo& each : wanted) files.push_back(folder::blank_file(each));
    TAMGA_TRY(folder::save(files, options.csv));
    fmt::print("{} in {}\n", counted(files.size(), "blank file", "blank files"), options.csv);
    return 0;
}

}  // namespace

void add_fields(CLI::App& program, const Context&, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("fields", "Explain the columns of a register folder's files");
    command->add_option("kind", options->kind, "One kind: commitment; without it, all")->type_name("KIND");
    command
        ->add_option("--csv", options->csv,
                     "Write blank files to be filled in, into a folder that is empty or not there")
        ->type_name("DIR");
    command->add_flag("--markdown", options->markdown, "As tables in Markdown");
    command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace tamga::cli
