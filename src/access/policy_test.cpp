#include "access/policy.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace tamga::access {
namespace {

constexpr std::string_view kMechanism = "m";

/// Bodies that are there.
class World {
  public:
    World() {
        put("mechanism:m", R"({"title":{"en":"M"}})");
        put("instrument:treaty", R"({"mechanism":"m"})");
        put("commitment:promise", R"({"mechanism":"m","by":["cn","kz"]})");
        put("series:kz-exports", R"({"mechanism":"m","reporter":"kz"})");
        put("series:hub-budget", R"({"mechanism":"m","centre":"hub"})");
        put("series:bank", R"({"mechanism":"m","reporter_name":"A bank"})");
    }
    void put(std::string_view name, const char* body) { bodies_[*parse_record_id(name)] = Json::parse(body); }
    LookUp look_up() const {
        return [this](const RecordId& name) -> Result<std::optional<Json>> {
            const auto found = bodies_.find(name);
            return found == bodies_.end() ? std::optional<Json>() : std::optional(found->second);
        };
    }
    Subject subject(std::string_view name, const char* body) const {
        auto made = subject_of(*parse_record_id(name), Json::parse(body), look_up());
        EXPECT_TRUE(made) << (made ? "" : made.error().message());
        return made ? *made : Subject{};
    }

  private:
    std::map<RecordId, Json> bodies_;
};

TEST(Subject, IsToldByTheRecordOrByTheOneThatItIsOf) {
    const World world;
    using Owner = std::vector<std::string>;
    EXPECT_EQ(world.subject("mechanism:m", "{}"), (Subject{"m", {}}));
    EXPECT_EQ(world.subject("provision:p", R"({"instrument":"treaty"})"), (Subject{"m", {}}));
    EXPECT_EQ(world.subject("action:a", R"({"instrument":"treaty","party":"kz"})"),
              (Subject{"m", Owner{"kz"}}));
    EXPECT_EQ(world.subject("observation:o", R"({"series":"kz-exports"})"), (Subject{"m", Owner{"kz"}}));
    EXPECT_EQ(world.subject("observation:o", R"({"series":"bank"})"), (Subject{"m", {}}));
    EXPECT_EQ(world.subject("report:r", R"({"commitment":"promise","party":"cn"})"),
              (Subject{"m", Owner{"cn"}}));
    // A centre's figure is its own word where nobody else is named as who tells it.
    const Subject hubs{"m", Owner{"hub"}, false, false, true};
    EXPECT_EQ(world.subject("series:s", R"({"mechanism":"m","centre":"hub"})"), hubs);
    EXPECT_EQ(world.subject("series:s", R"({"mechanism":"m","centre":"hub","reporter":"kz"})"),
              (Subject{"m", Owner{"kz"}}));
    EXPECT_EQ(
        world.subject("series:s", R"({"mechanism":"m","centre":"hub","reporter_name":{"en":"A paper"}})"),
        (Subject{"m", {}}));
    EXPECT_EQ(world.subject("observation:o", R"({"series":"hub-budget"})"), hubs);
    EXPECT_EQ(world.subject("claim:c", R"({"claimant_name":"A paper"})"), (Subject{"", {}}));
    EXPECT_EQ(world.subject("claim:c", R"({"claimant":"uz"})"), (Subject{"", Owner{"uz"}}));
    EXPECT_EQ(world.subject("party:kz", "{}"), (Subject{"", Owner{"kz"}}));
    EXPECT_EQ(world.subject("centre:hub", R"({"mechanism":"m"})"), (Subject{"m", Owner{"hub"}}));
    EXPECT_EQ(world.subject("project:p", R"({"mechanism":"m","centre":"hub"})"),
              (Subject{"m", Owner{"hub"}}));
    EXPECT_EQ(world.subject("update:u", R"({"mechanism":"m","party":"kz"})"), (Subject{"m", Owner{"kz"}}));
    EXPECT_EQ(world.subject("assessment:a", R"({"commitment":"promise","party":"kz","assessor":"Watch"})"),
              (Subject{"m", Owner{"Watch"}}));
    EXPECT_EQ(
        world.subject("assessment:a", R"({"commitment":"promise","assessor":{"en":"Watch","ru":"Дозор"}})"),
        (Subject{"m", Owner{"Watch", "Дозор"}}));
    EXPECT_EQ(world.subject("reply:r", R"({"under":["commitment:promise"],"party":"kz"})"),
              (Subject{"m", Owner{"kz"}}));
    EXPECT_EQ(world.subject("reply:r", R"({"under":["commitment:promise"]})"), (Subject{"m", {}}));
    EXPECT_EQ(world.subject("source:s", "{}"), Subject{});
    const auto lost =
        subject_of({Kind::report, "r"}, Json::parse(R"({"commitment":"none"})"), world.look_up());
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(lost.error().cause, "there is no commitment:none, by which it is told");
}

/// What each role may, told a second time and otherwise than in the table: kind by kind, for each role, the
/// verbs that it may on its own record, on another's, on nobody's. A verb with * also holds for a record that
/// is not there yet, where nothing else would.
struct Expected {
    std::string_view kind, role, own, other, nobodys;
};
constexpr std::string_view kWrite = "put withdraw rename", kKeep = "put withdraw rename redact";
constexpr Expected kExpected[] = {
    {"source", "party-editor", "", "", "put*"},
    {"source", "centre-editor", "", "", "put*"},
    {"source", "assessor", "", "", "put*"},
    {"source", "watcher", "", "", "put*"},
    {"source", "secretariat", kKeep, kKeep, kKeep},
    {"party", "party-signatory", "register-key", "", ""},
    {"party", "secretariat", kKeep, kKeep, kKeep},
    {"mechanism", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"mechanism", "secretariat", kKeep, kKeep, kKeep},
    {"principle", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"principle", "secretariat", kKeep, kKeep, kKeep},
    {"sector", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"sector", "secretariat", kKeep, kKeep, kKeep},
    {"meeting", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"meeting", "secretariat", kKeep, kKeep, kKeep},
    {"instrument", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"instrument", "secretariat", kKeep, kKeep, kKeep},
    {"provision", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"provision", "secretariat", kKeep, kKeep, kKeep},
    {"action", "party-editor", kWrite, "", ""},
    {"action", "party-signatory", "redact sign", "", ""},
    {"centre", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"centre", "centre-editor", "put", "", ""},
    {"centre", "secretariat", kKeep, kKeep, kKeep},
    {"series", "party-editor", kWrite, "", ""},
    {"series", "party-signatory", "redact sign", "", ""},
    {"series", "secretariat", "", "", kKeep},
    {"statement", "party-editor", kWrite, "", ""},
    {"statement", "party-signatory", "redact sign", "", ""},
    {"statement", "secretariat", "", "", kKeep},
    {"commitment", "party-editor", "answer", "answer", "answer"},
    {"commitment", "party-signatory", "assent sign", "assent sign", "assent sign"},
    {"commitment", "secretariat", kKeep, kKeep, kKeep},
    {"commitment", "moderator", "moderate", "moderate", "moderate"},
    {"project", "centre-editor", kKeep, "", ""},
    {"project", "secretariat", "", "", kKeep},
    {"observation", "party-editor", kWrite, "", ""},
    {"observation", "party-signatory", "redact sign", "", ""},
    {"observation", "secretariat", "", "", kKeep},
    {"claim", "party-editor", kWrite, "", ""},
    {"claim", "party-signatory", "redact sign", "", ""},
    {"claim", "secretariat", "", "", kKeep},
    {"report", "party-editor", kWrite, "", ""},
    {"report", "party-signatory", "redact sign", "", ""},
    {"assessment", "assessor", kKeep, "", ""},
    {"update", "party-editor", "put withdraw rename answer", "answer", "answer"},
    {"update", "party-signatory", "redact sign", "", ""},
    {"update", "secretariat", "", "", kKeep},
    {"update", "moderator", "moderate", "moderate", "moderate"},
    {"reply", "party-editor", kWrite, "", ""},
    {"reply", "party-signatory", "redact sign", "", ""},
    {"reply", "moderator", "", "", "put withdraw redact"},
    {"name", "secretariat", kKeep, kKeep, kKeep},
    {"imprint", "secretariat", kKeep, kKeep, kKeep},
};

enum class Whose { own, other, nobodys };

bool names(std::string_view list, std::string_view verb) {
    std::istringstream words{std::string(list)};
    for (std::string word; words >> word;)
        if (word == verb) return true;
    return false;
}

bool expected(Role role, Verb verb, Kind kind, Whose whose, bool is_there) {
    if (verb == Verb::reply) return kind == Kind::commitment || kind == Kind::update;  // Anybody's.
    for (const Expected& row : kExpected) {
        if (row.kind != info(kind).name || row.role != name(role)) continue;
        const std::string_view list = whose == Whose::own     ? row.own
                                      : whose == Whose::other ? row.other
                                                              : row.nobodys;
        if (names(list, name(verb))) return true;
        // What is made may be anybody's: a source has no owner.
        return !is_there && verb == Verb::put && names(row.nobodys, "put*");
    }
    return false;
}

std::string mine(Role role) {
    switch (owner_of(role)) {
        case Owner::party:
            return "kz";
        case Owner::centre:
            return "hub";
        case Owner::assessor:
            return "Watch";
        default:
            return {};
    }
}

TEST(Policy, AnswersEachRoleVerbAndKindForOwnOthersAndNobodysRecords) {
    int allowed = 0, refused = 0;
    for (int role_number = 0; role_number < kRoleCount; ++role_number)
        for (int verb_number = 0; is_of_records(static_cast<Verb>(verb_number)); ++verb_number)
            for (const KindInfo& kind : kinds())
                for (const Whose whose : {Whose::own, Whose::other, Whose::nobodys})
                    for (const bool is_there : {true, false}) {
                        const auto role = static_cast<Role>(role_number);
                        const auto verb = static_cast<Verb>(verb_number);
                        if (!is_there && verb != Verb::put) continue;
                        // Roles without an owner meet what belongs to a party.
                        const std::string own = mine(role).empty() ? "cn" : mine(role);
                        Subject subject{std::string(kMechanism), {}};
                        if (whose != Whose::nobodys) subject.owner = {whose == Whose::own ? own : "another"};
                        const Account account{"ana", {{role, std::string(kMechanism), mine(role)}}};
                        const bool changes = verb == Verb::put;
                        const Decision decision = may(account, verb, kind.kind, is_there ? &subject : nullptr,
                                                      changes ? &subject : nullptr);
                        const bool should = expected(role, verb, kind.kind, whose, is_there);
                        EXPECT_EQ(decision.allowed, should)
                            << name(role) << " " << name(verb) << " " << kind.name << " "
                            << static_cast<int>(whose) << (is_there ? " there" : " new");
                        EXPECT_EQ(decision.refusal.empty(), decision.allowed);
                        should ? ++allowed : ++refused;
                    }
    EXPECT_GT(allowed, 300);
    EXPECT_GT(refused, 3000);
}

TEST(Policy, LetsACentreWriteItsFiguresAndNobodyElse) {
    // Whatever a party or an assessor is called: here as the centre.
    const Account centre{"c", {{Role::centre_editor, "m", "hub"}}};
    Account others{"all", {}};
    for (int role = 0; role < kRoleCount; ++role)
        if (const auto one = static_cast<Role>(role); one != Role::centre_editor)
            others.grants.push_back({one, {}, mine(one).empty() ? "" : "hub"});
    const Subject its{"m", {"hub"}, true, true, true}, another{"m", {"other"}, true, true, true},
        partys{"m", {"hub"}, true, true}, nobodys{"m", {}, true};
    for (const Kind kind : {Kind::series, Kind::observation}) {
        for (const Verb verb : {Verb::put, Verb::withdraw, Verb::rename, Verb::redact}) {
            const Subject* const after = verb == Verb::put ? &its : nullptr;
            EXPECT_TRUE(may(centre, verb, kind, &its, after));
            EXPECT_EQ(may({}, verb, kind, &its, after).could,
                      (std::vector<Grant>{{Role::centre_editor, "m", "hub"}}));
            EXPECT_FALSE(may(others, verb, kind, &its, after)) << name(verb);
            EXPECT_FALSE(may(centre, verb, kind, &another, verb == Verb::put ? &another : nullptr));
            EXPECT_FALSE(may(centre, verb, kind, &partys, verb == Verb::put ? &partys : nullptr));
            EXPECT_FALSE(may(centre, verb, kind, &nobodys, verb == Verb::put ? &nobodys : nullptr));
        }
        EXPECT_FALSE(may(others, Verb::sign, kind, &its, nullptr));
        for (const Subject* const other : {&another, &partys, &nobodys}) {
            EXPECT_FALSE(may(centre, Verb::put, kind, &its, other)) << "it is not given away";
            EXPECT_FALSE(may(centre, Verb::put, kind, other, &its)) << "nor taken";
            EXPECT_FALSE(may(others, Verb::put, kind, &its, other));
        }
    }
}

TEST(Policy, LetsWhoeverARefusalNamesDoIt) {
    for (int verb_number = 0; is_of_records(static_cast<Verb>(verb_number)); ++verb_number)
        for (const KindInfo& kind : kinds())
            for (const char* const owner : {"", "kz"}) {
                const auto verb = static_cast<Verb>(verb_number);
                Subject subject{"m", {}};
                if (*owner != '\0') subject.owner = {owner};
                const Decision refusal = may({}, verb, kind.kind, &subject, &subject);
                for (const Grant& grant : refusal.could)
                    EXPECT_TRUE(may({"x", {grant}}, verb, kind.kind, &subject, &subject))
                        << grant.text() << " " << name(verb) << " " << kind.name;
                EXPECT_EQ(refusal.refusal.find("nobody may") == 0, !refusal.allowed && refusal.could.empty());
            }
}

TEST(Policy, NeverLetsOneWriteWhatAPartySays) {
    const Subject theirs{"m", {"cn"}};
    // Every role at once, in all mechanisms, for another party.
    Account all{"all", {}};
    for (int role = 0; role < kRoleCount; ++role)
        all.grants.push_back({static_cast<Role>(role), {}, mine(static_cast<Role>(role))});
    for (const Kind kind : {Kind::action, Kind::series, Kind::statement, Kind::observation, Kind::claim,
                            Kind::report, Kind::update, Kind::reply})
        for (const Verb verb : {Verb::put, Verb::withdraw, Verb::rename, Verb::redact, Verb::sign}) {
            const Subject ours{"m", {"kz"}}, nobodys{"m", {}};
            EXPECT_FALSE(may(all, verb, kind, &theirs, nullptr)) << info(kind).name;
            // Nor is it taken, given away, or made nobody's and back.
            EXPECT_FALSE(may(all, verb, kind, &theirs, &ours));
            EXPECT_FALSE(may(all, verb, kind, &ours, &theirs));
            EXPECT_FALSE(may(all, verb, kind, &theirs, &nobodys));
            EXPECT_FALSE(may(all, verb, kind, &nobodys, &theirs));
            EXPECT_FALSE(may(all, verb, kind, &nobodys, &ours));
            EXPECT_FALSE(may(all, verb, kind, nullptr, &theirs));
        }
}

TEST(Policy, LetsAWatcherRecordWhatAPartySaysElsewhereAndNothingThatItSaysItself) {
    const World world;
    Account watcher{"w", {{Role::watcher, "m"}}};
    const Json bare = Json::parse(R"({"commitment":"promise","party":"kz"})");
    Json sourced = bare, of_other;
    sourced["sources"] = Json::parse(R"([{"source":"paper"}])");
    of_other = sourced;
    of_other["party"] = "cn";
    const RecordId report{Kind::report, "r"};
    const auto put = [&](const Json* before, const Json* after, std::optional<std::string_view> written_for) {
        return may(watcher, Verb::put, report, before, after, world.look_up(), written_for)->allowed;
    };
    EXPECT_TRUE(put(nullptr, &sourced, {}));
    EXPECT_FALSE(put(nullptr, &bare, {})) << "without a source";
    EXPECT_TRUE(put(&sourced, &sourced, ""));
    EXPECT_TRUE(put(&sourced, &sourced, "cn")) << "written for another party than its own";
    EXPECT_FALSE(put(&sourced, &sourced, "kz")) << "what the party wrote itself";
    EXPECT_FALSE(put(&sourced, &sourced, {})) << "nor where nobody knows who wrote it";
    EXPECT_FALSE(put(&sourced, &of_other, "")) << "from one party to another";
    EXPECT_FALSE(may(watcher, Verb::withdraw, report, &sourced, nullptr, world.look_up(), "kz")->allowed);
    EXPECT_TRUE(may(watcher, Verb::withdraw, report, &sourced, nullptr, world.look_up(), "")->allowed);
    for (const Verb verb : {Verb::redact, Verb::sign, Verb::rename, Verb::assent})
        EXPECT_FALSE(may(watcher, verb, report, &sourced, &sourced, world.look_up(), "")->allowed);
    const Json reply =
        Json::parse(R"({"under":["commitment:promise"],"party":"kz","sources":[{"source":"paper"}]})");
    EXPECT_FALSE(may(watcher, Verb::put, {Kind::reply, "r"}, nullptr, &reply, world.look_up())->allowed);
    // Once the party has an editor, it speaks for itself.
    watcher.speaking = {"kz"};
    EXPECT_FALSE(put(nullptr, &sourced, {}));
    EXPECT_FALSE(put(&sourced, &sourced, ""));
    EXPECT_TRUE(put(nullptr, &of_other, {}));
    watcher.grants = {{Role::watcher, "n"}};
    EXPECT_FALSE(put(nullptr, &of_other, {})) << "of another mechanism";
    // A refusal names a watcher only where one could.
    const Account nobody{"x", {}};
    EXPECT_EQ(may(nobody, Verb::put, report, nullptr, &bare, world.look_up())->refusal,
              "only a party editor of kz in m may write this report");
    EXPECT_EQ(may(nobody, Verb::put, report, nullptr, &sourced, world.look_up())->refusal,
              "only a party editor of kz in m or a watcher in m may write this report");
}

TEST(Policy, KeepsRolesInTheirMechanism) {
    const Account account{"ana", {{Role::secretariat, "m"}, {Role::party_editor, "m", "kz"}}};
    const Subject here{"m", {}}, there{"n", {}}, none{"", {}}, own_there{"n", {"kz"}};
    EXPECT_TRUE(may(account, Verb::put, Kind::meeting, &here, &here));
    EXPECT_TRUE(may(account, Verb::put, Kind::meeting, &none, &here));
    EXPECT_FALSE(may(account, Verb::put, Kind::meeting, &here, &there));
    EXPECT_FALSE(may(account, Verb::put, Kind::meeting, &there, &here));
    EXPECT_FALSE(may(account, Verb::put, Kind::statement, nullptr, &own_there));
    const Account everywhere{"ben", {{Role::secretariat}}};
    EXPECT_TRUE(may(everywhere, Verb::put, Kind::meeting, &here, &there));
}

TEST(Policy, WantsAllOfAnAssessorsNames) {
    const Account account{"w", {{Role::assessor, "m", "Watch;Дозор"}}};
    const Subject both{"m", {"Watch", "Дозор"}}, one{"m", {"Дозор"}}, mixed{"m", {"Watch", "Другой"}};
    EXPECT_TRUE(may(account, Verb::put, Kind::assessment, nullptr, &both));
    EXPECT_TRUE(may(account, Verb::put, Kind::assessment, &both, &one));
    EXPECT_FALSE(may(account, Verb::put, Kind::assessment, nullptr, &mixed));
}

TEST(Policy, LetsTheOperatorKeepAccountsAndNothingElse) {
    const Account keeper{"op", {{Role::operator_}}}, secretary{"s", {{Role::secretariat}}};
    for (const Verb verb : {Verb::manage_accounts, Verb::read_events, Verb::operate}) {
        EXPECT_TRUE(may(keeper, verb));
        EXPECT_FALSE(may(secretary, verb));
        EXPECT_FALSE(may({}, verb));
    }
    EXPECT_EQ(may(secretary, Verb::manage_accounts).refusal, "only an operator may manage accounts");
    EXPECT_FALSE(may(keeper, Verb::put)) << "a verb of records";
    Account reader = keeper;
    reader.read_only = true;
    EXPECT_FALSE(may(reader, Verb::operate));
}

TEST(Policy, SaysWhichRoleCould) {
    const World world;
    const Account account{"ana", {{Role::party_editor, "m", "cn"}}};
    const auto refusal = [&](Verb verb, std::string_view name, const char* before, const char* after) {
        const Json was = before ? Json::parse(before) : Json(), becomes = after ? Json::parse(after) : Json();
        const auto decision = may(account, verb, *parse_record_id(name), before ? &was : nullptr,
                                  after ? &becomes : nullptr, world.look_up());
        EXPECT_TRUE(decision);
        return decision->refusal;
    };
    EXPECT_EQ(refusal(Verb::put, "report:r", nullptr, R"({"commitment":"promise","party":"cn"})"), "");
    EXPECT_EQ(refusal(Verb::put, "report:r", nullptr, R"({"commitment":"promise","party":"kz"})"),
              "only a party editor of kz in m may write this report");
    EXPECT_EQ(refusal(Verb::put, "observation:o", nullptr, R"({"series":"bank"})"),
              "only the secretariat in m may write this observation");
    EXPECT_EQ(refusal(Verb::put, "report:r", R"({"commitment":"promise","party":"kz"})",
                      R"({"commitment":"promise","party":"cn"})"),
              "nobody may write this report: a record does not pass from one owner to another");
    EXPECT_EQ(refusal(Verb::put, "centre:hub", nullptr, R"({"mechanism":"m"})"),
              "only a centre editor of hub in m or the secretariat in m may write this centre");
    EXPECT_EQ(refusal(Verb::withdraw, "project:p", R"({"mechanism":"m","centre":"hub"})", nullptr),
              "only a centre editor of hub in m may withdraw this project");
    EXPECT_EQ(refusal(Verb::assent, "report:r", R"({"commitment":"promise","party":"cn"})", nullptr),
              "nobody may assent to this report");
    EXPECT_EQ(refusal(Verb::reply, "update:u", "{}", nullptr), "");
}

TEST(Policy, LetsATokenThatReadsChangeNothing) {
    const Account reader{"ana", {{Role::secretariat, "m"}}, true};
    const Subject here{"m", {}};
    const Decision decision = may(reader, Verb::put, Kind::meeting, nullptr, &here);
    EXPECT_FALSE(decision);
    EXPECT_EQ(decision.refusal,
              "a token that only reads may not write this meeting; the secretariat in m could");
}

TEST(Policy, TellsByWhichRole) {
    const Account account{"ana", {{Role::secretariat, "m"}, {Role::party_editor, "m", "kz"}}};
    const Subject own{"m", {"kz"}};
    EXPECT_EQ(may(account, Verb::put, Kind::report, nullptr, &own).by,
              (Grant{Role::party_editor, "m", "kz"}));
    EXPECT_EQ(may(account, Verb::reply, Kind::update, &own, nullptr).by, Grant{Role::public_});
}

TEST(Policy, IsDocumented) {
    std::ifstream file(TAMGA_DOCS "/permissions.md");
    ASSERT_TRUE(file);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_NE(text.str().find(permissions_markdown()), std::string::npos) << permissions_markdown();
}

TEST(Roles, HaveNames) {
    std::set<std::string_view> seen;
    for (int number = 0; number < kRoleCount; ++number) {
        const auto role = static_cast<Role>(number);
        EXPECT_EQ(role_named(name(role)), role);
        EXPECT_TRUE(seen.insert(name(role)).second);
    }
    EXPECT_FALSE(role_named("king"));
    EXPECT_EQ((Grant{Role::party_editor, "m", "kz"}).text(), "party-editor of kz in m");
}

}  // namespace
}  // namespace tamga::access
