#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <iostream>

#include "cli/command.hpp"
#include "iati/check.hpp"

namespace tamga::cli {

namespace {

struct ValidateOptions {
    std::vector<std::string> files;
    int jobs = 0;
};

Result<int> validate(const ValidateOptions& options) {
    iati::Inputs inputs;
    inputs.now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
    TAMGA_ASSIGN(const iati::Checker checker, iati::Checker::make(std::move(inputs)));
    iati::Options checks;
    checks.jobs = options.jobs;
    bool valid = true;
    for (const std::string& file : options.files) {
        TAMGA_ASSIGN(const auto source, xml::open_source(file));
        TAMGA_ASSIGN(const iati::Report report, checker.check(*source, file, checks));
        valid &= report.valid();
        std::map<std::string, int> by_id;
        for (const auto& finding : report.findings) ++by_id[finding.id];
        for (const auto& [id, count] : by_id) fmt::print("{}\t{}\t{}\n", file, id, count);
        for (const auto& finding : report.findings)
            if (finding.id == "0.1.1") fmt::print("{}:{} {}\n", finding.context[0].place.line, finding.context[0].place.column, finding.message);
    }
    return valid ? 0 : 1;
}

}  // namespace

void add_iati(CLI::App& program, const Context&, Action& action) {
    auto* const iati = program.add_subcommand("iati", "Check aid-activity files (IATI)");
    iati->require_subcommand(1);
    auto options = std::make_shared<ValidateOptions>();
    auto* const check = iati->add_subcommand("validate", "Check files against the IATI standard");
    check->add_option("FILE", options->files)->required();
    check->add_option("--jobs", options->jobs);
    check->callback([&action, options] { action = [options] { return validate(*options); }; });
}

}  // namespace tamga::cli
