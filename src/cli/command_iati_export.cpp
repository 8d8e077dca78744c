#include <fmt/format.h>

#include <map>

#include "activities/import.hpp"
#include "activities/publish.hpp"
#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string mechanism, source, as_of, out = "-";
    bool all = false;
};

Result<void> write_mechanism(const query::View& view, const Options& options, Output& out) {
    TAMGA_ASSIGN(const auto mechanism, view.find({Kind::mechanism, options.mechanism}));
    if (!mechanism)
        return fail(ErrorCode::not_found, "export activities",
                    fmt::format("there is no mechanism '{}'", options.mechanism),
                    "look at the addresses of the mechanisms' pages for their ids");
    TAMGA_ASSIGN(const auto checker, iati::Checker::make({}));
    TAMGA_ASSIGN(const activities::Published made,
                 activities::publish_activities(view, *mechanism, checker, options.all,
                                                [&](std::string_view text) { return out.write(text); }));
    // In full in the file itself; here one line for each reason.
    std::map<std::string, std::vector<std::string>> reasons;
    for (const activities::LeftOut& one : made.left_out) reasons[one.why].push_back(one.record.text());
    for (const auto& [why, records] : reasons)
        fmt::print(stderr, "left out: {}{}: {}\n", records.front(),
                   records.size() == 1 ? "" : fmt::format(" and {} more", records.size() - 1), why);
    if (made.activities == 0)
        return fail(ErrorCode::not_found, "export activities", "there is no activity that can be published",
                    "see above what is missing; --all writes imported activities that the checker finds "
                    "fault with too");
    fmt::print(stderr, "{}\n", counted(made.activities, "activity", "activities"));
    return {};
}

Result<int> run(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::AsOf as_of, query::AsOf::parse(options.as_of));
    TAMGA_ASSIGN(const query::View view, reg->at(as_of));
    Output out(options.out);
    if (options.source.empty())
        TAMGA_TRY(write_mechanism(view, options, out));
    else
        TAMGA_TRY(activities::give_back(view, options.source,
                                        [&](std::string_view text) { return out.write(text); }));
    TAMGA_TRY(out.finish());
    return 0;
}

}  // namespace

void add_iati_export(CLI::App& iati, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* const command = iati.add_subcommand(
        "export", "Write the activities of a mechanism as IATI 2.03, or an imported file as it came");
    CLI::Option* const mechanism =
        command->add_option("--mechanism", options->mechanism, "Its projects, centres and series")
            ->type_name("ID");
    CLI::Option* const source =
        command->add_option("--source", options->source, "The file that was imported as this source")
            ->type_name("ID");
    command->add_flag("--all", options->all, "Imported activities too that the checker finds fault with")
        ->excludes(source);
    mechanism->excludes(source);
    command->add_option("--out", options->out, "Where to; - for standard output")
        ->capture_default_str()
        ->type_name("FILE");
    command->add_option("--as-of", options->as_of, "As known at the end of a day, or at @POSITION")
        ->type_name("DAY");
    command->callback([&context, &action, options] {
        action = [&context, options]() -> Result<int> {
            if (options->mechanism.empty() == options->source.empty())
                return fail(ErrorCode::invalid_usage, "export activities", "it is not said of what",
                            "name --mechanism ID or --source ID");
            return run(context, *options);
        };
    });
}

}  // namespace tamga::cli
