#include "activities/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "activities/activity.hpp"
#include "activities/kept.hpp"
#include "crypto/sha256.hpp"
#include "i18n/language.hpp"
#include "iati/schema/names.hpp"
#include "iati/standard/standard.hpp"
#include "xml/characters.hpp"

namespace tamga::activities {

namespace {

using i18n::in_each_language;
using query::SnapshotPtr;

// ActivityStatus 1 to 6, in the register's words (model/kind_table.hpp).
constexpr std::string_view kStatuses[] = {"pipeline", "implementation", "finalisation",
                                          "closed",   "cancelled",      "suspended"};
constexpr std::size_t kMostId = 100;

/// A file to be kept, and what a body says of it.
Json add_file(Import& import, std::string name, std::string media_type, std::string content) {
    const std::string sha256 = crypto::hex(crypto::sha256(content));
    Json told{{"name", std::move(name)},
              {"sha256", sha256},
              {"size", content.size()},
              {"media_type", std::move(media_type)}};
    import.files.push_back({sha256, std::move(content)});
    return told;
}

/// The register's countries by ISO 3166-1 alpha-2.
Result<std::map<std::string, std::string>> countries_of(const query::View& view) {
    std::map<std::string, std::string> out;
    TAMGA_ASSIGN(const auto parties, view.all(Kind::party));
    for (const SnapshotPtr& party : parties)
        if (party->body.contains("iso_alpha2")) out.emplace(party->body["iso_alpha2"], party->name.id);
    return out;
}

/// A name in one language, English before others.
std::string one_of(const Json& texts) {
    if (texts.contains("en")) return texts["en"];
    return texts.empty() ? std::string() : texts.begin()->get<std::string>();
}

/// The fields of a project that an activity states.
Json fields_of(const Activity& activity, const std::map<std::string, std::string>& countries) {
    Json fields = Json::object();
    fields["title"] = activity.title.empty() ? Json{{"und", activity.identifier}} : activity.title;
    if (activity.status.size() == 1 && activity.status[0] >= '1' && activity.status[0] <= '6')
        fields["status"] = kStatuses[activity.status[0] - '1'];
    if (!activity.start().empty()) fields["start"] = activity.start();
    if (!activity.end().empty()) fields["end"] = activity.end();
    std::set<std::string> where;
    const auto add_country = [&](const std::string& code) {
        if (const auto known = countries.find(code); known != countries.end()) where.insert(known->second);
    };
    for (const Share& country : activity.countries) add_country(country.code);
    for (const std::string& code : activity.transaction_countries) add_country(code);
    if (!where.empty()) fields["countries"] = where;
    if (!activity.locations.empty()) {
        const Location& first = activity.locations.front();
        if (!first.name.empty()) fields["place"] = first.name;
        if (!first.latitude.empty()) {
            fields["latitude"] = first.latitude;
            fields["longitude"] = first.longitude;
            if (first.exactness == "1") fields["precision"] = "exact";
            if (first.exactness == "2") fields["precision"] = "approximate";
        }
    }
    std::vector<std::string> organisations;
    for (const Organisation& organisation : activity.participating) {
        std::string called = one_of(organisation.name);
        if (called.empty()) called = organisation.ref;
        if (!called.empty() && std::ranges::find(organisations, called) == organisations.end())
            organisations.push_back(std::move(called));
    }
    if (!organisations.empty()) fields["organisations"] = organisations;
    return fields;
}

/// The body of a project after an import: see read_activities().
Result<Json> merged(const query::View& view, const query::Snapshot* known, const Json& fields,
                    const std::map<std::string, std::string>& countries) {
    Json body = known ? known->body : Json::object();
    if (known && body.contains("activity")) {
        // What the activity said before, and nobody has changed since, gives way.
        TAMGA_ASSIGN(const auto before, view.file(body["activity"]["sha256"]));
        if (before)
            if (const auto kept = Kept::read(*before)) {
                const Json earlier = fields_of(tell(kept->activity()), countries);
                for (const auto& [field, value] : earlier.items())
                    if (body.contains(field) && body[field] == value) body.erase(field);
            }
    }
    for (const auto& [field, value] : fields.items()) {
        if (field == "title" && body.contains("title"))
            body["title"].update(value);  // Translations stay.
        else
            body[field] = value;
    }
    return body;
}

bool cites(const Json& body, const std::string& source) {
    const auto sources = body.find("sources");
    return sources != body.end() &&
           std::ranges::any_of(*sources, [&](const Json& citation) { return citation["source"] == source; });
}

/// Takes the citations of `source` away.
void uncite(Json& body, const std::string& source) {
    const auto sources = body.find("sources");
    if (sources == body.end()) return;
    for (std::size_t i = sources->size(); i-- > 0;)
        if ((*sources)[i]["source"] == source) sources->erase(i);
    if (sources->empty()) body.erase(sources);
}

/// Puts one citation of `source` among those of a body; last, if another file of activities `wrote` it so
/// far.
void cite(Json& body, const std::string& source, const std::string& locator, const std::string& wrote) {
    Json citation{{"source", source}, {"locator", locator}};
    if (!wrote.empty() && wrote != source) uncite(body, source);
    Json& sources = body["sources"];
    for (Json& given : sources) {
        if (given["source"] != source) continue;
        given = std::move(citation);
        return;
    }
    sources.push_back(std::move(citation));
}

/// Which sources wrote the activities of projects: see read_activities().
class Writers {
  public:
    explicit Writers(const query::View& view) : view_(&view) {}

    /// The source that wrote the activity in a body; empty if none is known.
    Result<std::string> of(const Json& body) {
        const auto sources = body.find("sources");
        if (sources == body.end() || !body.contains("activity")) return std::string();
        for (std::size_t i = sources->size(); i-- > 0;) {
            const std::string& source = (*sources)[i]["source"].get_ref<const std::string&>();
            TAMGA_ASSIGN(const bool is_file, is_file_of_activities(source));
            if (is_file) return source;
        }
        return std::string();
    }
    /// The activity (field `activity`) that a source wrote last in a project; null if it wrote none.
    Result<Json> last_of(const std::string& source, const query::Snapshot& project) {
        if (!cites(project.body, source) || !project.body.contains("activity")) return Json();
        TAMGA_ASSIGN(const std::string now, of(project.body));
        if (now == source) return project.body["activity"];
        TAMGA_ASSIGN(const auto versions, view_->history(project.name));
        for (std::size_t i = versions.size(); i-- > 0;) {
            TAMGA_ASSIGN(const std::string then, of(versions[i]->body));
            if (then == source) return versions[i]->body["activity"];
        }
        return Json();
    }

  private:
    Result<bool> is_file_of_activities(const std::string& source) {
        if (const auto known = known_.find(source); known != known_.end()) return known->second;
        TAMGA_ASSIGN(const SnapshotPtr found, view_->find({Kind::source, source}));
        return known_.emplace(source, found && found->body.contains("frame")).first->second;
    }
    const query::View* view_;
    std::map<std::string, bool> known_;
};

/// Errors: not_found, with those that there are.
Result<SnapshotPtr> find_mechanism(const query::View& view, const std::string& id) {
    TAMGA_ASSIGN(SnapshotPtr mechanism, view.find({Kind::mechanism, id}));
    if (mechanism) return mechanism;
    TAMGA_ASSIGN(const auto all, view.all(Kind::mechanism));
    std::string known;
    for (const SnapshotPtr& one : all) known += (known.empty() ? "" : ", ") + one->name.id;
    return fail(ErrorCode::not_found, "choose activities", fmt::format("there is no mechanism '{}'", id),
                known.empty() ? "import a register folder that has one first" : "write one of: " + known);
}

class Importer {
  public:
    Importer(const std::string& name, const query::View& view, const ImportOptions& options,
             std::vector<folder::Finding>& findings)
        : name_(name), view_(view), options_(options), findings_(findings), writers_(view) {}

    Result<Import> read(xml::Source& file) {
        TAMGA_TRY(look_around());
        const xml::Node* root = nullptr;
        std::vector<xml::Binding> bindings;
        TAMGA_ASSIGN(const iati::Filtered filtered, iati::each_part(
                                                        file, name_, options_.selection,
                                                        [&](const xml::Stream& stream) -> Result<void> {
                                                            root = &stream.root();
                                                            bindings = stream.bindings();
                                                            return open(stream);
                                                        },
                                                        [&](const iati::Part& part) -> Result<void> {
                                                            if (!part.activity) {
                                                                frame_.push_back(part.text);
                                                                return {};
                                                            }
                                                            return take(part, tell(*part.activity),
                                                                        keep(*root, bindings, part.text));
                                                        }));
        out_.activities = filtered.activities;
        out_.wanted = filtered.kept;
        TAMGA_TRY(add_source(filtered.epilog));
        if (options_.withdraw_missing) TAMGA_TRY(withdraw_missing());
        return std::move(out_);
    }

  private:
    /// What the register holds that the import is about.
    Result<void> look_around() {
        TAMGA_TRY(find_mechanism(view_, options_.mechanism));
        TAMGA_ASSIGN(source_, view_.find({Kind::source, options_.source}));
        if (source_ && !source_->body.contains("frame"))
            return fail(ErrorCode::conflict, "import " + name_,
                        fmt::format("the source '{}' is another document", options_.source),
                        "name another one with --source");
        TAMGA_ASSIGN(countries_, countries_of(view_));
        TAMGA_ASSIGN(const auto projects, view_.all(Kind::project));
        for (const SnapshotPtr& project : projects) {
            taken_.insert(project->name.id);
            if (project->body.contains("iati_identifier"))
                projects_.emplace(project->body["iati_identifier"].get<std::string>(), project);
        }
        return {};
    }

    void find(xml::Position where, std::string cause, std::string hint) {
        findings_.push_back({place(where), std::move(cause), std::move(hint)});
    }
    std::string place(xml::Position where) const {
        return fmt::format("{}:{}:{}", name_, where.line, where.column);
    }

    Result<void> open(const xml::Stream& stream) {
        const xml::Node& root = stream.root();
        const auto attribute = [&](iati::StandardName wanted) {
            const xml::Attribute* const found = root.attribute(wanted);
            return found ? std::string(found->value) : std::string();
        };
        if (const std::string version = attribute("version"); !iati::parse_version(version))
            find(stream.root_position(root.where),
                 fmt::format("'{}' is no version of the standard that can be imported", version),
                 "give a file of version 2.01, 2.02 or 2.03");
        frame_ = Json::array(
            {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + stream.prolog() + stream.root_tag()});
        end_ = fmt::format("</{}>", root.qualified);
        generated_ = attribute("generated-datetime");
        generated_.resize(std::min<std::size_t>(generated_.size(), 10));
        return {};
    }

    /// A new project's id: as its identifier, told apart where another has that.
    std::string new_id(const std::string& identifier) {
        std::string id = id_of(identifier);
        if (id.empty() || taken_.contains(id)) {
            const std::string hash = crypto::hex(crypto::sha256(identifier)).substr(0, 8);
            id.resize(std::min(id.size(), kMostId - 9));
            id += (id.empty() ? "" : "-") + hash;
        }
        taken_.insert(id);
        return id;
    }

    Result<void> take(const iati::Part& part, const Activity& activity, std::string kept) {
        if (activity.identifier.empty()) {
            find(part.where, "the activity has no iati-identifier", "give it one");
            return {};
        }
        if (const auto [before, is_new] = seen_.emplace(activity.identifier, part.where); !is_new) {
            find(part.where,
                 fmt::format("the identifier '{}' stands at line {} already", activity.identifier,
                             before->second.line),
                 "give each activity its own, or leave one of them out");
            return {};
        }
        const auto known = projects_.find(activity.identifier);
        const query::Snapshot* const before = known == projects_.end() ? nullptr : known->second.get();
        const RecordId id{Kind::project, before ? before->name.id : new_id(activity.identifier)};
        std::string wrote;
        if (before) {
            TAMGA_ASSIGN(wrote, writers_.of(before->body));
            if (!wrote.empty() && wrote != options_.source) {
                TAMGA_ASSIGN(const Json last, writers_.last_of(options_.source, *before));
                if (!last.is_null() && last["sha256"] == crypto::hex(crypto::sha256(kept))) {
                    // It said so before the other file was imported.
                    out_.changes.push_back({.name = id, .body = before->body});
                    out_.places.push_back(place(part.where));
                    frame_.push_back({{"project", id.id}});
                    return {};
                }
                out_.notices.push_back(
                    {place(part.where),
                     fmt::format(
                         "the activity '{}' was last written by the source '{}'; the project shows what "
                         "this file says from now on",
                         activity.identifier, wrote),
                     fmt::format("both versions are kept: tamga iati export --source {}", wrote)});
            }
        }
        TAMGA_ASSIGN(Json body, merged(view_, before, fields_of(activity, countries_), countries_));
        body["mechanism"] = options_.mechanism;
        body["iati_identifier"] = activity.identifier;
        cite(body, options_.source, activity.identifier, wrote);
        body["activity"] = add_file(out_, id.id + ".xml", "application/xml", std::move(kept));
        out_.changes.push_back({.name = id, .body = std::move(body)});
        out_.places.push_back(place(part.where));
        frame_.push_back({{"project", id.id}});
        publishers_.insert(activity.reporting.name.empty() ? activity.reporting.ref
                                                           : one_of(activity.reporting.name));
        return {};
    }

    Result<void> add_source(const std::string& epilog) {
        frame_.push_back(end_ + (xml::is_blank(epilog) ? "\n" : epilog));
        Json body = source_ ? source_->body : Json::object();
        if (!body.contains("title")) {
            const std::string file = name_.substr(name_.rfind('/') + 1);
            body["title"] = in_each_language("IATI activities: {1}", {file});
        }
        publishers_.erase("");
        if (publishers_.size() == 1) body["publisher"] = *publishers_.begin();
        body.erase("date");
        if (generated_.size() == 10 && Date::parse(generated_)) body["date"] = generated_;
        body["frame"] =
            add_file(out_, options_.source + ".frame.json", "application/json", frame_.dump(1) + "\n");
        // Before the projects, which cite it.
        out_.changes.insert(out_.changes.begin(),
                            {.name = {Kind::source, options_.source}, .body = std::move(body)});
        out_.places.insert(out_.places.begin(), name_ + ":1:1");
        return {};
    }

    Result<void> withdraw_missing() {
        for (const auto& [identifier, project] : projects_) {
            if (seen_.contains(identifier) || !cites(project->body, options_.source)) continue;
            Json body = project->body;
            uncite(body, options_.source);
            out_.places.push_back(name_ + ":1:1");
            if (!body.contains("sources")) {
                out_.changes.push_back(
                    {.verb = journal::Verb::withdraw, .name = project->name, .reason = options_.reason});
                continue;
            }
            // Others cite it: it stays, and where this file wrote what it shows, the other file's word
            // stands.
            TAMGA_ASSIGN(const std::string wrote, writers_.of(project->body));
            TAMGA_ASSIGN(const std::string other, writers_.of(body));
            if (wrote == options_.source && !other.empty()) {
                TAMGA_ASSIGN(const Json last, writers_.last_of(other, *project));
                if (!last.is_null()) TAMGA_TRY(take_up(body, *project, last));
            }
            out_.notices.push_back(
                {name_,
                 fmt::format("the activity '{}' is no longer in the file; its project stays", identifier),
                 fmt::format("it is cited from '{}' too",
                             body["sources"].back()["source"].get_ref<const std::string&>())});
            out_.changes.push_back({.name = project->name, .body = std::move(body)});
        }
        return {};
    }

    /// Puts an activity that was written earlier in place of the one that a project shows.
    Result<void> take_up(Json& body, const query::Snapshot& project, const Json& earlier) {
        TAMGA_ASSIGN(const auto file, view_.file(earlier["sha256"]));
        if (!file) return {};
        const auto kept = Kept::read(*file);
        if (!kept) return {};
        const Json sources = body["sources"];
        TAMGA_ASSIGN(body,
                     merged(view_, &project, fields_of(tell(kept->activity()), countries_), countries_));
        body["sources"] = sources;
        body["activity"] = earlier;
        return {};
    }

    const std::string& name_;
    const query::View& view_;
    const ImportOptions& options_;
    std::vector<folder::Finding>& findings_;
    Writers writers_;
    Import out_;
    SnapshotPtr source_;
    std::map<std::string, std::string> countries_;
    std::map<std::string, SnapshotPtr> projects_;  ///< By identifier.
    std::set<std::string> taken_;
    std::map<std::string, xml::Position> seen_;
    std::set<std::string> publishers_;
    Json frame_;  ///< Texts, and {"project": id} where an activity stood.
    std::string end_, generated_;
};

}  // namespace

std::string id_of(std::string_view text) {
    std::string id;
    for (const char c : text) {
        if (id.size() == kMostId) break;
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            id += upper ? static_cast<char>(c + 32) : c;
        else if (!id.empty() && id.back() != '-')
            id += '-';
    }
    if (!id.empty() && id.back() == '-') id.pop_back();
    return id;
}

Result<void> select_mechanism(iati::Selection& selection, const query::View& view,
                              const std::string& mechanism) {
    TAMGA_ASSIGN(const SnapshotPtr record, find_mechanism(view, mechanism));
    const auto parties = record->body.find("parties");
    if (parties != record->body.end())
        for (const Json& id : *parties) {
            TAMGA_ASSIGN(const SnapshotPtr party, view.find({Kind::party, id}));
            if (!party) continue;
            if (party->body.contains("iso_alpha2"))
                selection.touched_countries.push_back(party->body["iso_alpha2"]);
            if (party->body.contains("org_id"))
                selection.touched_organisations.push_back(party->body["org_id"]);
        }
    if (selection.touched_countries.empty() && selection.touched_organisations.empty())
        return fail(
            ErrorCode::not_found, "choose activities",
            fmt::format("the mechanism '{}' names no party with a country code or an organisation identifier",
                        mechanism),
            "state its parties, and their iso_alpha2 or org_id");
    return {};
}

Result<Import> read_activities(xml::Source& file, const std::string& name, const query::View& view,
                               const ImportOptions& options, std::vector<folder::Finding>& findings) {
    return Importer(name, view, options, findings).read(file);
}

Result<void> give_back(const query::View& view, const std::string& source,
                       const std::function<Result<void>(std::string_view)>& write) {
    TAMGA_ASSIGN(const SnapshotPtr record, view.find({Kind::source, source}));
    const auto missing = [&](std::string cause) {
        return fail(ErrorCode::not_found, "give a file of activities back", std::move(cause),
                    "name a source that tamga import made of an IATI file");
    };
    if (!record) return missing(fmt::format("there is no source '{}'", source));
    if (!record->body.contains("frame"))
        return missing(fmt::format("the source '{}' is no IATI file", source));
    const auto corrupt = [&](std::string cause) {
        return fail(ErrorCode::corrupt, "give a file of activities back", std::move(cause),
                    "run: tamga verify");
    };
    TAMGA_ASSIGN(const auto file, view.file(record->body["frame"]["sha256"]));
    if (!file) return corrupt("its frame is missing");
    TAMGA_ASSIGN(const Json frame, parse_json(*file));
    if (!frame.is_array()) return corrupt("its frame is not a list");
    Writers writers(view);
    for (const Json& part : frame) {
        if (part.is_string()) {
            TAMGA_TRY(write(part.get_ref<const std::string&>()));
            continue;
        }
        if (!part.is_object() || !part.contains("project") || !part["project"].is_string())
            return corrupt("its frame holds something else than texts and projects");
        TAMGA_ASSIGN(const SnapshotPtr project, view.find({Kind::project, part["project"]}));
        if (!project) continue;  // Withdrawn since.
        TAMGA_ASSIGN(const Json written, writers.last_of(source, *project));
        if (written.is_null()) continue;  // The file no longer had it when it was imported last.
        TAMGA_ASSIGN(const auto activity, view.file(written["sha256"]));
        if (!activity) return corrupt(fmt::format("the activity of {} is missing", project->name.text()));
        TAMGA_ASSIGN(const Kept kept, Kept::read(*activity));
        TAMGA_TRY(write(kept.text()));
    }
    return {};
}

}  // namespace tamga::activities
