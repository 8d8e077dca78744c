#include <fmt/format.h>

#include "cli/command.hpp"
#include "model/kind.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string kind;
    bool markdown = false;
};

std::string_view type_text(FieldType type) {
    switch (type) {
        case FieldType::text:
            return "text, one column a language";
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

/// What a cell of the field takes, in a phrase.
std::string takes(const Field& field) {
    std::string out(type_text(field.type));
    if (field.target) out += fmt::format(" of {}", info(*field.target).plural);
    for (std::size_t i = 0; i < field.codes.size(); ++i)
        out += fmt::format("{}{}", i == 0 ? ": " : ", ", field.codes[i]);
    return out;
}

std::string column(const Field& field) {
    return fmt::format("{}{}", field.name, field.type == FieldType::text ? "@en" : "");
}

void print(const KindInfo& kind, bool markdown) {
    if (markdown) {
        fmt::print("\n### {}.csv\n\n{}\n\n| column | takes | |\n|---|---|---|\n", kind.plural, kind.help);
        for (const Field& field : kind.fields)
            fmt::print("| `{}`{} | {} | {} |\n", column(field), field.required ? " (required)" : "",
                       takes(field), field.help);
        return;
    }
    fmt::print("{}.csv: {}\n\n", kind.plural, kind.help);
    for (const Field& field : kind.fields)
        fmt::print("  {}{}\n      {}\n      {}\n", column(field), field.required ? " (required)" : "",
                   field.help, takes(field));
    fmt::print("\n");
}

Result<int> run(const Options& options) {
    if (options.kind.empty()) {
        for (const KindInfo& kind : kinds()) print(kind, options.markdown);
        return 0;
    }
    auto kind = kind_named(options.kind);
    if (!kind) kind = kind_of_plural(options.kind);
    if (!kind) {
        std::string names;
        for (const KindInfo& each : kinds()) names += fmt::format(" {}", each.name);
        return fail(ErrorCode::invalid_usage, "explain a kind",
                    fmt::format("'{}' is not a kind of record", options.kind), "name one of:" + names);
    }
    print(info(*kind), options.markdown);
    return 0;
}

}  // namespace

void add_fields(CLI::App& program, const Context&, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("fields", "Explain the columns of a register folder's files");
    command->add_option("kind", options->kind, "One kind: commitment; without it, all")->type_name("KIND");
    command->add_flag("--markdown", options->markdown, "As tables in Markdown");
    command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace tamga::cli
