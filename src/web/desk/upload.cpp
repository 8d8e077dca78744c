#include "web/desk/upload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "activities/import.hpp"
#include "crypto/sha256.hpp"
#include "folder/figures.hpp"
#include "folder/folder.hpp"
#include "journal/log.hpp"
#include "journal/writer.hpp"
#include "sheet/sheet.hpp"
#include "web/desk/checked.hpp"
#include "web/desk/entrance.hpp"
#include "web/desk/mapping_form.hpp"
#include "web/desk/roles.hpp"
#include "xml/source.hpp"

namespace tamga::web {

namespace {

using access::Decision;
using access::Verb;
using query::SnapshotPtr;
using store::JournalPos;

/// What somebody sent, and so sends again to have it written.
struct Uploaded {
    std::string name, bytes;
    std::string mechanism;  ///< Of a file of activities.
    bool days_first = false;
    std::string toml = {};  ///< Of a table of figures: its mapping.
    std::string seen = {};  ///< What would have come of it when it was looked at: digest_of().
};

/// For how long what was looked at can be written, in seconds.
constexpr std::int64_t kLasts = 3600;
constexpr std::size_t kMostShown = 300, kMostName = 100, kMostMapping = std::size_t{64} << 10;

/// What a file asks of the register, however it is written.
struct Asked {
    std::vector<journal::Change> changes = {};
    std::vector<journal::File> files = {};
    std::vector<folder::Difference> differences = {};
    /// Adds refusals where their cells stand.
    std::function<void(const std::vector<journal::Refusal>&, folder::Findings&)> tell = {};
    std::shared_ptr<void> keeps = {};  ///< What `tell` needs.
};

/// What would come of it, or came.
struct Outcome {
    folder::Findings findings = {}, warnings = {};
    std::vector<std::pair<RecordId, journal::Outcome>> rows = {};
    std::vector<folder::Difference> differences = {};
    std::size_t unchanged = 0;
    bool written = false;
};

/// Names all that would come of it, field by field.
std::string digest_of(const Outcome& outcome) {
    std::string text;
    for (const auto& [name, what] : outcome.rows)
        text += fmt::format("{} {}\n", name.text(), journal::name(what));
    for (const folder::Difference& one : outcome.differences)
        text += Json{one.index, one.column, one.before, one.after}.dump() + "\n";
    return crypto::hex(crypto::sha256(text));
}

std::unexpected<Error> unfit(std::string cause, std::string hint = {}) {
    return fail(ErrorCode::invalid_input, "read what was sent", std::move(cause), std::move(hint));
}

/// The tables of a CSV file or of a workbook's sheets. `sent` outlives them.
Result<std::vector<folder::Source>> tables_of(const Uploaded& sent) {
    std::vector<folder::Source> tables;
    if (sent.name.ends_with(".csv")) {
        tables.push_back({.name = sent.name, .path = sent.name, .content = sent.bytes});
        const std::string_view plural = std::string_view(sent.name).substr(0, sent.name.size() - 4);
        if (!kind_of_plural(plural))
            return unfit(fmt::format("'{}' is the name of no table", sent.name),
                         "call a file by what it holds: reports.csv");
        return tables;
    }
    TAMGA_ASSIGN(auto opened, sheet::Workbook::of(sent.bytes, sent.name));
    const auto workbook = std::make_shared<const sheet::Workbook>(std::move(opened));
    for (std::size_t i = 0; i < workbook->sheets().size(); ++i)
        if (const std::string& name = workbook->sheets()[i]; kind_of_plural(name))
            tables.push_back({.name = name + ".csv",
                              .path = fmt::format("{}, sheet {}", sent.name, name),
                              .workbook = workbook,
                              .sheet = i});
    if (tables.empty())
        return unfit("none of its sheets has a name that is read", "call sheets by what they hold: reports");
    return tables;
}

/// It is no table of the register: a CSV file of another name, a workbook without a sheet of such a name.
bool is_of_figures(const Uploaded& sent) {
    if (sent.name.ends_with(".xml")) return false;
    if (sent.name.ends_with(".csv"))
        return !kind_of_plural(std::string_view(sent.name).substr(0, sent.name.size() - 4));
    const auto workbook = sheet::Workbook::of(sent.bytes, sent.name);
    return workbook && std::ranges::none_of(workbook->sheets(), [](const std::string& sheet) {
               return kind_of_plural(sheet).has_value();
           });
}

/// The table of figures that was sent. Errors: invalid_input for what cannot be read, told with its place.
Result<csv::Table> figure_table(const Uploaded& sent) {
    std::vector<folder::Finding> found;
    TAMGA_ASSIGN(csv::Table table, folder::read_figure_table({sent.name, sent.bytes, sent.name}, found));
    if (!found.empty()) return unfit(found.front().message());
    if (table.rows.empty()) return unfit("the table is empty", "give a table with headings");
    return table;
}

/// One visit with a file.
class Upload {
  public:
    Upload(Services& services, const Visit& visit, Page& page, const Uploaded& sent)
        : services_(services), page_(page), account_(visit.signed_in->account), sent_(sent) {}

    /// Looks what would come of it; writes it too, if that is asked for and nothing is wrong. Errors:
    /// invalid_input for what is no file that is read; conflict if the register went on meanwhile; the
    /// store's.
    Result<Outcome> run(bool commit) {
        Outcome out;
        TAMGA_ASSIGN(Asked asked, !sent_.toml.empty()            ? read_figures(out)
                                  : sent_.name.ends_with(".xml") ? read_activities(out)
                                                                 : read_tables(out));
        if (asked.changes.size() > kMostUploadRecords)
            return unfit(fmt::format("it holds more than {} records", kMostUploadRecords),
                         "send it in parts");
        out.differences = asked.differences;
        TAMGA_ASSIGN(const auto erased, folder::after_erasures(page_.view(), asked.changes));
        for (const folder::AfterErasure& one : erased)
            out.warnings.add({asked.changes[one.index].name.text(),
                              fmt::format("something of it was erased by entry {}", one.erasure.pos.value),
                              "see that what is sent does not bring back what had to go"});
        TAMGA_TRY(services_.desk->write([&](access::Accounts&, store::Store& store) -> Result<void> {
            TAMGA_ASSIGN(const JournalPos head, store.head());
            if (head != page_.view().head())
                return fail(ErrorCode::conflict, "look at what was sent", "the register went on meanwhile",
                            "send it again");
            return write(store, asked, commit, out);
        }));
        return out;
    }

  private:
    Result<Asked> read_tables(Outcome& out) {
        TAMGA_ASSIGN(std::vector<folder::Source> tables, tables_of(sent_));
        const auto stream = std::make_shared<folder::Stream>(
            std::move(tables), out.findings, folder::ReadOptions{.days_first = sent_.days_first});
        Asked asked;
        asked.keeps = stream;
        asked.tell = [stream = stream.get()](const auto& refusals, folder::Findings& findings) {
            stream->tell(refusals, findings);
        };
        // One more than may be: then it is too large.
        TAMGA_ASSIGN(auto part, stream->next(kMostUploadRecords + 1));
        if (!part) return asked;
        TAMGA_TRY(part->complete(page_.view()));
        folder::Earlier earlier;
        TAMGA_TRY(part->warn(&page_.view(), page_.view().today(), out.warnings, earlier));
        asked.changes = part->changes();
        asked.files = part->files();
        asked.differences = part->differences();
        return asked;
    }

    Result<Asked> read_activities(Outcome& out) {
        if (sent_.mechanism.empty())
            return unfit("a file of IATI activities belongs to a mechanism", "choose the mechanism");
        activities::ImportOptions how{
            .mechanism = sent_.mechanism,
            .source = activities::id_of(sent_.name.substr(0, sent_.name.size() - 4))};
        const auto source = xml::memory_source(sent_.bytes);
        std::vector<folder::Finding> found;
        TAMGA_ASSIGN(auto made, activities::read_activities(*source, sent_.name, page_.view(), how, found));
        for (folder::Finding& finding : found) out.findings.add(std::move(finding));
        Asked asked{.changes = std::move(made.changes), .files = std::move(made.files)};
        asked.tell = teller(std::move(made.places));
        return asked;
    }

    /// A table of figures by its mapping.
    Result<Asked> read_figures(Outcome& out) {
        TAMGA_ASSIGN(const figures::Mapping mapping, figures::parse_mapping(sent_.toml));
        TAMGA_ASSIGN(const csv::Table table, figure_table(sent_));
        TAMGA_ASSIGN(auto made, folder::figure_changes(page_.view(), table, mapping, sent_.name));
        for (folder::Finding& finding : made.findings) out.findings.add(std::move(finding));
        Asked asked{.changes = std::move(made.changes), .differences = std::move(made.differences)};
        asked.tell = teller(std::move(made.places));
        return asked;
    }

    /// Tells refusals at the places of the changes.
    static std::function<void(const std::vector<journal::Refusal>&, folder::Findings&)> teller(
        std::vector<std::string> of) {
        return [places = std::make_shared<const std::vector<std::string>>(std::move(of))](
                   const auto& refusals, folder::Findings& findings) {
            for (const journal::Refusal& refusal : refusals)
                findings.add({(*places)[refusal.index], refusal.problem.field + ": " + refusal.problem.cause,
                              refusal.problem.hint});
        };
    }

    /// Whether each record may be written, and for which party all of them are.
    Result<std::string> decide(const Asked& asked, std::vector<journal::Refusal>& refused) {
        std::map<RecordId, const Json*> coming;
        for (const journal::Change& change : asked.changes) coming[change.name] = &change.body;
        const access::LookUp look_up = [&](const RecordId& name) -> Result<std::optional<Json>> {
            if (const auto found = coming.find(name); found != coming.end())
                return std::optional(*found->second);
            TAMGA_ASSIGN(const SnapshotPtr record, page_.view().find(name));
            return record ? std::optional(record->body) : std::nullopt;
        };
        std::optional<std::string> party;
        for (std::size_t i = 0; i < asked.changes.size(); ++i) {
            const journal::Change& change = asked.changes[i];
            const SnapshotPtr before = page_.find(change.name);
            // What stands already asks for no right.
            if (before && before->name == change.name && before->body == change.body) continue;
            std::string written_for;
            if (before) written_for = journal::Author::parse(before->author).party();
            const bool puts = change.verb == journal::Verb::put;
            const auto decision =
                access::may(account_, puts ? Verb::put : Verb::withdraw, change.name,
                            before ? &before->body : nullptr, puts ? &change.body : nullptr, look_up,
                            before ? std::optional<std::string_view>(written_for) : std::nullopt);
            // A link that leads nowhere is for the journal to tell.
            if (!decision && decision.error().code != ErrorCode::invalid_input)
                return std::unexpected(decision.error());
            if (!decision) continue;
            const std::string whose =
                access::owner_of(decision->by.role) == access::Owner::party ? decision->by.of : std::string();
            if (!*decision)
                refused.push_back({i, {"id", refusal_text(page_, *decision), ""}});
            else if (party && *party != whose)
                refused.push_back(
                    {i,
                     {"id",
                      page_.say("What your party says and what is nobody’s own goes in files of their own."),
                      ""}});
            else
                party = whose;
        }
        return party.value_or("");
    }

    Result<void> write(store::Store& store, const Asked& asked, bool commit, Outcome& out) {
        std::vector<journal::Refusal> refusals;
        TAMGA_ASSIGN(const std::string party, decide(asked, refusals));
        asked.tell(refusals, out.findings);
        refusals.clear();
        journal::Writer writer(store, services_.desk->clock());
        TAMGA_ASSIGN(const auto writing, writer.begin({journal::Author::Kind::account, account_.id, party},
                                                      refusals, {}, asked.changes.size()));
        TAMGA_TRY(writing->add(asked.changes, asked.files, [&](std::size_t index, journal::Outcome outcome) {
            if (outcome == journal::Outcome::unchanged)
                ++out.unchanged;
            else
                out.rows.emplace_back(asked.changes[index].name, outcome);
        }));
        TAMGA_TRY(writing->check());
        asked.tell(refusals, out.findings);
        // Written is what was seen, or nothing.
        if (!commit || !out.findings.empty() || out.rows.empty() || digest_of(out) != sent_.seen) return {};
        TAMGA_TRY(writing->commit());
        out.written = true;
        return {};
    }

    Services& services_;
    Page& page_;
    const access::Account& account_;
    const Uploaded& sent_;
};

std::string outcome_text(const Page& page, journal::Outcome outcome) {
    switch (outcome) {
        case journal::Outcome::created:
            return page.say("new");
        case journal::Outcome::withdrawn:
            return page.say("withdrawn");
        default:
            return page.say("changed");
    }
}

struct Told {
    std::string problem = {}, problem_in_english = {};
    int status = 200;
    const Outcome* outcome = nullptr;
    std::string kept = {};    ///< What was sent, to be sent again.
    std::string mapped = {};  ///< The same of a table of figures, for its mapping to be changed.
    std::string file = {};
};

Answer shown(Services& services, const Visit& visit, Page& page, const Told& told) {
    Json rows = Json::array(), differences = Json::array(), faults = Json::array(), warnings = Json::array();
    const auto finding = [&page](const folder::Finding& one) {
        Json shown{{"cell", one.place}};
        shown.update(checked(page, one.cause, one.hint));
        return shown;
    };
    std::size_t more = 0, untold = 0;
    bool writes = false;
    if (const Outcome* const out = told.outcome) {
        for (const folder::Finding& one : out->findings.told()) faults.push_back(finding(one));
        for (const folder::Finding& one : out->warnings.told()) warnings.push_back(finding(one));
        untold = out->findings.untold();
        for (const auto& [name, outcome] : out->rows) {
            if (rows.size() == kMostShown) break;
            rows.push_back({{"row_record", name.text()}, {"row_outcome", outcome_text(page, outcome)}});
        }
        more = out->rows.size() - rows.size();
        for (const folder::Difference& one : out->differences)
            if (differences.size() < kMostShown)
                differences.push_back(
                    {{"cell_column", one.column}, {"was", one.before}, {"becomes", one.after}});
        writes = out->findings.empty() && !out->rows.empty() && !told.kept.empty();
    }
    Json mechanisms = Json::array();
    if (const auto names = page.view().names(Kind::mechanism))
        for (const RecordId& name : *names)
            if (mechanisms.size() < kMostShown)
                mechanisms.push_back(
                    {{"mechanism_id", name.id}, {"mechanism_text", page.link(name)["text"]}});
    const auto number = [&](std::size_t count) { return page.language().number(std::to_string(count)); };
    const std::string title = page.say("Upload a table");
    const bool has_faults = !faults.empty(), has_rows = !rows.empty(), has_warnings = !warnings.empty(),
               has_differences = !differences.empty();
    Json context{
        {"heading", title},
        {"description", title},
        {"action", page.href("/desk/upload")},
        {"upload_problem", told.problem},
        {"upload_english", told.problem_in_english},
        {"limits", page.language().format("At most {1} MiB and {2} records at a time.",
                                          {number(kMostUploadBytes >> 20), number(kMostUploadRecords)})},
        {"looked_at", told.outcome != nullptr},
        {"file_name", told.file},
        {"has_faults", has_faults},
        {"faults_text",
         page.language().plural("{1} thing is to be mended; nothing was written",
                                "{1} things are to be mended; nothing was written",
                                static_cast<long>(told.outcome ? told.outcome->findings.count() : 0))},
        {"cell_faults", std::move(faults)},
        {"more_faults",
         untold > 0 ? page.language().format("and {1} more", {number(untold)}) : std::string()},
        {"has_warnings", has_warnings},
        {"cell_warnings", std::move(warnings)},
        {"has_rows", has_rows},
        {"rows", std::move(rows)},
        {"more_rows", more > 0 ? page.language().format("and {1} more", {number(more)}) : std::string()},
        {"unchanged_text", told.outcome ? page.language().format("Records that stay as they are: {1}",
                                                                 {number(told.outcome->unchanged)})
                                        : std::string()},
        {"has_differences", has_differences},
        {"differences", std::move(differences)},
        {"may_write", writes},
        {"kept", told.kept},
        {"mapped", told.mapped},
        {"mechanisms", std::move(mechanisms)}};
    return desk_html(services, visit, page, "desk_upload", title, std::move(context), told.status);
}

/// A name of a file without folders, as it is told again.
std::string base_name(std::string_view name) {
    const std::size_t slash = name.find_last_of("/\\");
    return std::string(name.substr(slash == std::string_view::npos ? 0 : slash + 1));
}

/// As one text, and back: for the page to carry.
std::string packed(const Uploaded& sent) {
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}{}", sent.name, sent.mechanism, sent.days_first ? "dmy" : "iso",
                       sent.seen, sent.toml.size(), sent.toml, sent.bytes);
}
std::optional<Uploaded> unpacked(std::string_view text) {
    std::string parts[5];
    for (std::string& part : parts) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        part = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    std::size_t toml = 0;
    const auto [end, bad] = std::from_chars(parts[4].data(), parts[4].data() + parts[4].size(), toml);
    if (bad != std::errc() || toml > text.size()) return std::nullopt;
    return Uploaded{.name = parts[0],
                    .bytes = std::string(text.substr(toml)),
                    .mechanism = parts[1],
                    .days_first = parts[2] == "dmy",
                    .toml = std::string(text.substr(0, toml)),
                    .seen = parts[3]};
}

/// The page on which somebody says what the columns are, with what was sent in it.
Answer mapping_page(Services& services, const Visit& visit, Page& page, const Uploaded& sent,
                    const csv::Table& table, const figures::Mapping& mapping, const Error* problem) {
    auto sealed = services.desk->seal(visit.form_token, packed(sent), kLasts);
    if (!sealed) return not_written(services, visit, page, sealed.error());
    const std::string title = page.say("Upload a table");
    Json context = mapping_context(page, table, mapping);
    const bool wrong = problem || context["has_faults"].get<bool>();
    context.update({{"heading", title},
                    {"description", title},
                    {"action", page.href("/desk/upload")},
                    {"file_name", sent.name},
                    {"kept", *std::move(sealed)},
                    {"map_problem", problem ? page.say("The mapping cannot be read.") : std::string()},
                    {"map_english", problem ? problem->message() : std::string()}});
    return desk_html(services, visit, page, "desk_mapping", title, std::move(context), wrong ? 422 : 200);
}

/// The file as a download that no browser runs.
Answer mapping_file(const figures::Mapping& mapping) {
    return {200,
            "application/toml; charset=utf-8",
            figures::toml_of(mapping),
            {{"Content-Disposition", "attachment; filename=\"map.toml\""},
             {"Content-Security-Policy", kFilePolicy}}};
}

Answer too_late(Services& services, const Visit& visit, Page& page) {
    return shown(services, visit, page,
                 {.problem = page.say("It was looked at too long ago: send the file again."), .status = 422});
}

Answer unreadable(Services& services, const Visit& visit, Page& page, const Uploaded& sent,
                  const Error& error) {
    if (http_status(error.code) >= 500) return not_written(services, visit, page, error);
    const bool went_on = error.code == ErrorCode::conflict;
    return shown(services, visit, page,
                 {.problem = went_on ? page.say("Somebody wrote meanwhile: send it again.")
                                     : page.say("The file cannot be read."),
                  .problem_in_english = went_on ? std::string() : error.message(),
                  .status = went_on ? 409 : 422,
                  .file = sent.name});
}

/// What the form about a table of figures asks for; nothing if that is to see what would come of it, by the
/// mapping that is now `sent`'s.
std::optional<Answer> about_mapping(Services& services, const Visit& visit, Page& page, Uploaded& sent,
                                    std::string_view intent) {
    const auto table = figure_table(sent);
    if (!table) return unreadable(services, visit, page, sent, table.error());
    if (intent == "look" || intent == "remap") {
        if (sent.toml.empty())
            return mapping_page(services, visit, page, sent, *table, guessed_mapping(page, *table), nullptr);
        const auto mapping = figures::parse_mapping(sent.toml);
        if (!mapping) {
            sent.toml.clear();
            return mapping_page(services, visit, page, sent, *table, guessed_mapping(page, *table),
                                &mapping.error());
        }
        return mapping_page(services, visit, page, sent, *table, *mapping, nullptr);
    }
    const figures::Mapping mapping = mapping_sent(*visit.form, *table);
    if (intent == "download") return mapping_file(mapping);
    const bool whole = !mapping.every.empty() || !mapping.by.empty();
    if (intent != "rehearse" || !whole)
        return mapping_page(services, visit, page, sent, *table, mapping, nullptr);
    sent.toml = figures::toml_of(mapping);
    return std::nullopt;
}

}  // namespace

Answer upload_form(Services& services, const Visit& visit, Page& page) {
    return shown(services, visit, page, {});
}

Answer upload_sent(Services& services, const Visit& visit, Page& page) {
    const std::string_view intent = visit.form->value("intent");
    const bool commit = intent == "write";
    Uploaded sent;
    if (visit.form->has("kept")) {
        const auto kept = services.desk->unseal(visit.form_token, visit.form->value("kept"));
        if (!kept) return not_written(services, visit, page, kept.error());
        auto found = *kept ? unpacked(**kept) : std::nullopt;
        if (!found) return too_late(services, visit, page);
        sent = *std::move(found);
    } else {
        const http::FormPart* const file = visit.form->file("file");
        if (commit) return too_late(services, visit, page);
        if (!file || file->content.empty())
            return shown(services, visit, page, {.problem = page.say("Choose a file."), .status = 422});
        if (file->content.size() > kMostUploadBytes)
            return shown(services, visit, page,
                         {.problem = page.say("The file is too large."), .status = 413});
        sent = {.name = base_name(file->file_name.value_or("")),
                .bytes = std::string(file->content),
                .mechanism = std::string(visit.form->value("mechanism")),
                .days_first = visit.form->value("dates") == "dmy"};
        // Its name stands in what is told, and its ending tells what it is.
        if (sent.name.size() > kMostName || sent.name.find('\n') != std::string::npos ||
            sent.mechanism.find('\n') != std::string::npos)
            return shown(services, visit, page,
                         {.problem = page.say("The name of the file is too long."), .status = 422});
        if (const http::FormPart* const mapping = visit.form->file("mapping"))
            sent.toml = mapping->content.substr(0, kMostMapping);
    }
    if (!commit && is_of_figures(sent)) {
        if (auto answer = about_mapping(services, visit, page, sent, intent)) return *std::move(answer);
    } else if (!commit) {
        sent.toml.clear();
    }
    const auto outcome = Upload(services, visit, page, sent).run(commit);
    if (!outcome) return unreadable(services, visit, page, sent, outcome.error());
    if (outcome->written) return see_other(page.href("/desk"));
    Told told{
        .problem = commit ? page.say("Something changed since you looked. This is what would come of it now.")
                          : std::string(),
        .status = !outcome->findings.empty() ? 422
                  : commit                   ? 409
                                             : 200,
        .outcome = &*outcome,
        .file = sent.name};
    const bool can_be_written = outcome->findings.empty() && !outcome->rows.empty();
    if (can_be_written || !sent.toml.empty()) {
        sent.seen = digest_of(*outcome);
        const auto sealed = services.desk->seal(visit.form_token, packed(sent), kLasts);
        if (!sealed) return not_written(services, visit, page, sealed.error());
        if (can_be_written) told.kept = *sealed;
        if (!sent.toml.empty()) told.mapped = *sealed;
    }
    return shown(services, visit, page, told);
}

}  // namespace tamga::web
