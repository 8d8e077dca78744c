#include "iati/schema/schema.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "iati/schema/names.hpp"
#include "xml/read.hpp"

namespace tamga::iati::schema {
namespace {

std::vector<std::string> faults(std::string_view text, int version = 2, bool organisations = false) {
    const xml::Names& names = standard_names();
    const Schema schema(kTables[version], organisations, names);
    xml::Reader reader(names);
    const xml::Node* root = reader.document(text);
    if (!root) return {"not well-formed: " + reader.fault().what};
    std::vector<std::string> out;
    schema.check(*root, [&](const Fault& fault) { out.push_back(fault.message); });
    return out;
}

const std::string kGood =
    "<iati-activities version='2.03'><iati-activity><iati-identifier>A-1</iati-identifier>"
    "<reporting-org ref='A' "
    "type='10'><narrative>A</narrative></reporting-org><title><narrative>t</narrative></title>"
    "<description><narrative>d</narrative></description><participating-org role='1'/><activity-status "
    "code='2'/>"
    "<activity-date type='1' iso-date='2020-01-01'/></iati-activity></iati-activities>";

std::string with(std::string_view what, std::string_view instead) {
    std::string text = kGood;
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), instead);
}

using Faults = std::vector<std::string>;

TEST(Schema, TakesAGoodFile) {
    EXPECT_EQ(faults(kGood), Faults{});
}

TEST(Schema, FindsWhatIsMissing) {
    EXPECT_EQ(faults(with("<activity-date type='1' iso-date='2020-01-01'/>", "")),
              Faults{"Element 'iati-activity': child elements are missing. Expected: activity-date."});
    EXPECT_EQ(faults(with("<title><narrative>t</narrative></title>", "<title/>")),
              Faults{"Element 'title': child elements are missing. Expected: narrative."});
    EXPECT_EQ(faults(with(" ref='A'", "")),
              Faults{"Element 'reporting-org': the attribute 'ref' is required but missing."});
}

TEST(Schema, FindsWhatStandsInTheWrongPlaceOnceAParent) {
    EXPECT_EQ(faults(with("<activity-status code='2'/>", "<title/><zzz/><activity-status/>")),
              Faults{"Element 'title' is not expected here. Expected: participating-org, other-identifier, "
                     "activity-status."});
    EXPECT_EQ(faults(with("<narrative>t</narrative>", "<narrative><b/></narrative>")),
              Faults{"Element 'narrative' holds text alone, no element may stand in it."});
}

TEST(Schema, FindsTextWhereNoneBelongs) {
    EXPECT_EQ(faults(with("<title>", "<title>loose")),
              Faults{"Element 'title' holds elements alone, no text may stand in it."});
}

TEST(Schema, ChecksValues) {
    EXPECT_EQ(faults(with("2020-01-01", "01/01/2020")),
              Faults{"Element 'activity-date', attribute 'iso-date': '01/01/2020' is not xs:date."});
    EXPECT_EQ(faults(with("<title>", "<title foo='1'>")),
              Faults{"Element 'title', attribute 'foo': the attribute is not allowed."});
    EXPECT_EQ(
        faults(with("<narrative>t", "<narrative xml:lang='e n'>t")),
        Faults{"Element 'narrative', attribute '{http://www.w3.org/XML/1998/namespace}lang': 'e n' is not "
               "xs:language."});
}

TEST(Schema, SaysWhatToDo) {
    const auto hints = [](std::string_view text) {
        const xml::Names& names = standard_names();
        const Schema schema(kTables[2], false, names);
        xml::Reader reader(names);
        const xml::Node* const root = reader.document(text);
        EXPECT_TRUE(root) << reader.fault().what;
        Faults out;
        schema.check(*root, [&](const Fault& fault) { out.push_back(fault.hint); });
        return out;
    };
    const auto behind = [](const std::string& more) {
        return with("iso-date='2020-01-01'/>", "iso-date='2020-01-01'/>" + more);
    };
    EXPECT_EQ(
        hints(behind("<document-link format='application/pdf' url='https://example.org/'><title><narrative>T"
                     "</narrative></title><language code='en'/></document-link>")),
        Faults{"add 'category' before it, which 'document-link' must have"});
    EXPECT_EQ(
        hints(
            with("<title><narrative>t</narrative></title><description><narrative>d</narrative></description>",
                 "")),
        Faults{"add 'title', 'description' before it, which 'iati-activity' must have"});
    EXPECT_EQ(hints(behind("<recipient-contry code='KZ'/>")),
              Faults{"write 'recipient-country', if that is meant"});
    EXPECT_EQ(hints(behind("<something-else/>")), Faults{"'iati-activity' holds no such element"});
    EXPECT_EQ(hints(behind("<recipient-country cod='KZ' code='KZ'/>")),
              Faults{"write 'code', if that is meant"});
    EXPECT_EQ(hints(behind("<recipient-country surprise='KZ' code='KZ'/>")),
              Faults{"take it away, or put it in a namespace of your own"});
    EXPECT_EQ(hints(behind("<activity-status code='2'/>")),
              Faults{"keep one of them: 'iati-activity' may have it once"});
    EXPECT_EQ(hints(with("<activity-status code='2'/>",
                         "<activity-status code='2'/><participating-org role='2'/>")),
              Faults{"put it in its place: the order of elements in 'iati-activity' is fixed"});
}

TEST(Schema, LetsExtensionsStandWhereTheStandardDoes) {
    EXPECT_EQ(faults(with("</iati-activity>", "<x:a xmlns:x='urn:x' any='1'><b/>text</x:a></iati-activity>")),
              Faults{});
    EXPECT_EQ(faults(with("<title>", "<x:a xmlns:x='urn:x'/><title>")),
              Faults{"Element '{urn:x}a' is not expected here. Expected: title."});
    EXPECT_EQ(faults(with("</iati-activity>", "<x:a xmlns:x='urn:x'><title/></x:a></iati-activity>")),
              Faults{"Element 'title': child elements are missing. Expected: narrative."})
        << "what is declared is checked in an extension too";
}

// -- against xmllint: documents made at random from the tables, most of them then spoilt.

struct Made {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<Made> children;
    std::string text;  ///< Of a text (name empty).
};

class Maker {
  public:
    Maker(const Tables& tables, bool organisations, unsigned seed)
        : tables_(tables),
          globals_(organisations ? tables.organisation_globals : tables.activity_globals),
          organisations_(organisations),
          random_(seed) {}

    std::string document() {
        const char* const name = organisations_ ? "iati-organisations" : "iati-activities";
        Made root = element(name, type_of(name), 0);
        for (std::size_t i = 0, count = chance(15) ? 0 : 1 + pick(3); i < count; ++i) spoil(root);
        root.attributes.emplace_back("xmlns:x", "urn:x");
        return write(root);
    }

  private:
    std::size_t pick(std::size_t below) { return random_() % below; }
    bool chance(unsigned percent) { return pick(100) < percent; }
    template <typename List>
    std::string one_of(const List& list) {
        return std::string(list[pick(std::size(list))]);
    }

    std::uint16_t type_of(std::string_view name) const {
        for (const Global& entry : globals_)
            if (entry.name == name) return entry.type;
        std::abort();
    }

    std::string good(Text kind) {
        static const std::vector<std::vector<std::string>> values{
            {"x", "", "1", " a b ", "2", "\u043c"},
            {"true", "0", " 1 "},
            {"1", "-2.50", "+.5", "1.", " 7 ", "000012345678901234567890"},
            {"2020-01-01", "2020-02-29", "2021-12-31Z", "2020-01-01-05:00", "12020-01-01"},
            {"2020-01-01T00:00:00", "2020-01-01T24:00:00Z", "2020-01-01T10:00:00.5+01:00"},
            {"http://a.org/x?y#z", "", "a b", "www.x.org", "mailto:a@b", "http://h:80/", "//a",
             "http://[::1]/", "#x"},
            {"0", "-12", "+7", "2147483647"},
            {"0", "12", "-0"},
            {"1", "+12"},
            {"a", "-1", "a:b"},
            {"en", "", "zh-Hans", " fr "},
            {"default", "preserve"},
            {"id"},
        };
        return one_of(values[static_cast<std::size_t>(kind)]);
    }
    std::string odd() {
        static const std::vector<std::string> values{"",
                                                     " ",
                                                     "x",
                                                     "1,000",
                                                     "2020-13-01",
                                                     "2020-1-1",
                                                     " 2020-01-01",
                                                     "01/02/2020",
                                                     "2020-01-01T10:00",
                                                     "-",
                                                     "+",
                                                     ".",
                                                     "1e3",
                                                     "99999999999",
                                                     "-1",
                                                     "0",
                                                     "1.0",
                                                     "TRUE",
                                                     "yes",
                                                     "%",
                                                     "http://a/%zz",
                                                     "a_b:c",
                                                     "::",
                                                     "http://h:x",
                                                     "http://a#b#c",
                                                     "en_US",
                                                     "englishlanguage",
                                                     "e n",
                                                     "NaN",
                                                     "2020-02-30",
                                                     "2020-01-01+15:00",
                                                     "2020-01-01T24:00:01",
                                                     "\t1\n",
                                                     "1234567890123456789012345",
                                                     "0.1234567890123456789012345",
                                                     "\u0661",
                                                     "http://[x",
                                                     "1:a",
                                                     "2147483648",
                                                     "$",
                                                     "0000-01-01",
                                                     "-0001-02-29",
                                                     "-0004-02-29",
                                                     "http://a b/ c",
                                                     "http://a@b@c",
                                                     "2020-01-01Z ",
                                                     "\u00a0",
                                                     "--1",
                                                     "http://a:80a/"};
        return one_of(values);
    }

    Made element(std::string name, std::uint16_t number, int depth) {
        const Type& type = tables_.types[number];
        Made made{std::move(name), {}, {}, {}};
        for (const AttributeRule& rule :
             tables_.attributes.subspan(type.first_attribute, type.attribute_count))
            if (rule.required || chance(25)) made.attributes.emplace_back(rule.name, good(rule.text));
        if (type.content == Content::text) {
            const std::string text = good(type.text);
            if (!text.empty()) made.children.push_back({"", {}, {}, text});
        }
        for (const Particle& particle : tables_.particles.subspan(type.first_particle, type.particle_count)) {
            std::size_t count = particle.required ? 1 : chance(depth < 2 ? 10 : 30);
            if (count && particle.repeats && chance(30)) ++count;
            if (particle.name.empty() && chance(90)) continue;
            for (std::size_t i = 0; i < count; ++i) {
                if (chance(20)) made.children.push_back({"", {}, {}, "\n  "});
                made.children.push_back(particle.name.empty()
                                            ? foreign(depth)
                                            : element(std::string(particle.name), particle.type, depth + 1));
            }
        }
        return made;
    }
    Made foreign(int depth) {
        Made made{"x:f", {}, {}, {}};
        if (chance(40))
            made.attributes.emplace_back(chance(50)   ? "x:g"
                                         : chance(30) ? "value-date"
                                                      : "g",
                                         good(Text::date));
        if (chance(30)) made.children.push_back({"", {}, {}, "text"});
        if (chance(40) && depth < 4) {
            const Global& entry = globals_[pick(globals_.size())];
            if (!entry.name.starts_with("iati-"))
                made.children.push_back(element(std::string(entry.name), entry.type, depth + 2));
        }
        if (chance(20) && depth < 4) made.children.push_back(foreign(depth + 1));
        if (chance(20)) made.children.push_back({"unknown", {}, {}, {}});
        return made;
    }

    void collect(Made& made, std::vector<Made*>& all) {
        all.push_back(&made);
        for (Made& child : made.children)
            if (!child.name.empty()) collect(child, all);
    }
    void spoil(Made& root) {
        std::vector<Made*> all;
        collect(root, all);
        Made& made = *all[pick(all.size())];
        auto& children = made.children;
        const auto some = [&] {
            return children.begin() + static_cast<std::ptrdiff_t>(pick(children.size()));
        };
        switch (pick(16)) {
            case 0:  // drop
                if (!children.empty()) children.erase(some());
                break;
            case 1:  // repeat
                if (!children.empty()) {
                    const Made copy = *some();
                    children.insert(some(), copy);
                }
                break;
            case 2:  // reorder
                if (children.size() > 1) std::iter_swap(some(), some());
                break;
            case 3:
            case 4:
            case 5:  // another value
                if (!made.attributes.empty()) made.attributes[pick(made.attributes.size())].second = odd();
                break;
            case 6:  // drop an attribute
                if (!made.attributes.empty() && made.name != root.name)
                    made.attributes.erase(made.attributes.begin() +
                                          static_cast<std::ptrdiff_t>(pick(made.attributes.size())));
                break;
            case 7: {  // an attribute from elsewhere
                const AttributeRule& rule = tables_.attributes[pick(tables_.attributes.size())];
                add(made, std::string(rule.name), chance(50) ? good(rule.text) : odd());
                break;
            }
            case 8:  // a foreign attribute
                add(made, "x:a", odd());
                break;
            case 9:  // text
                children.insert(children.empty() ? children.begin() : some(),
                                {"", {}, {}, chance(30) ? " \n\t" : odd()});
                break;
            case 10:  // a foreign element
                children.insert(children.empty() ? children.begin() : some(), foreign(1));
                break;
            case 11: {  // an element from elsewhere
                const Particle& particle = tables_.particles[pick(tables_.particles.size())];
                if (particle.name.empty()) break;
                children.insert(children.empty() ? children.begin() : some(),
                                element(std::string(particle.name), particle.type, 3));
                break;
            }
            case 12:  // another name
                if (&made != &root && made.name.find(':') == std::string::npos)
                    made.name = chance(50) ? made.name + "s" : "x:" + made.name;
                break;
            case 13: {  // attributes of XML itself
                static const std::vector<std::string> names{"xml:lang", "xml:space", "xml:base"};
                const std::string name = one_of(names);
                add(made, name, name == "xml:space" ? "preserve" : chance(50) ? "en" : odd());
                break;
            }
            case 14:  // empty it
                children.clear();
                break;
            default:  // text of another kind
                for (Made& child : children)
                    if (child.name.empty()) child.text = odd();
        }
    }
    void add(Made& made, const std::string& name, const std::string& value) {
        for (const auto& [known, unused] : made.attributes)
            if (known == name) return;
        made.attributes.emplace_back(name, value);
    }

    static std::string escaped(std::string_view text) {
        std::string out;
        for (char c : text) {
            if (c == '&') {
                out += "&amp;";
            } else if (c == '<') {
                out += "&lt;";
            } else if (c == '\'') {
                out += "&#39;";
            } else if (c == '\n' || c == '\t') {
                out += fmt::format("&#{};", static_cast<int>(c));
            } else {
                out += c;
            }
        }
        return out;
    }
    static std::string write(const Made& made) {
        if (made.name.empty()) return escaped(made.text);
        std::string out = "<" + made.name;
        for (const auto& [name, value] : made.attributes)
            out += fmt::format(" {}='{}'", name, escaped(value));
        if (made.children.empty()) return out + "/>";
        out += ">";
        for (const Made& child : made.children) out += write(child);
        return out + "</" + made.name + ">";
    }

    const Tables& tables_;
    std::span<const Global> globals_;
    bool organisations_;
    std::mt19937 random_;
};

/// How many documents a version and kind; more in a longer run: TAMGA_MUTATIONS=100000.
std::size_t documents() {
    const char* const asked = std::getenv("TAMGA_MUTATIONS");
    return asked ? static_cast<std::size_t>(std::atoll(asked)) : 2000;
}

class AgainstXmllint : public testing::TestWithParam<std::tuple<int, bool>> {};

TEST_P(AgainstXmllint, AgreesOnMadeAndSpoiltDocuments) {
    const std::string standard = TAMGA_IATI_STANDARD;
    if (standard.empty())
        GTEST_SKIP() << "the public XML Schemas are not here: set TAMGA_IATI_STANDARD to their folder";
    if (std::system("xmllint --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "xmllint is not installed";
    const auto [version, organisations] = GetParam();
    const std::string schema = fmt::format("{}/schemas/2.0{}/iati-{}-schema.xsd", standard, version + 1,
                                           organisations ? "organisations" : "activities");
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() /
        fmt::format("tamga-schema-{}-{}-{}", ::getpid(), version, organisations);
    std::filesystem::create_directories(folder);
    Maker maker(kTables[version], organisations, static_cast<unsigned>(version * 2 + organisations + 1));
    std::size_t valid = 0;
    std::size_t done = 0;
    while (done < documents()) {
        std::vector<std::string> batch;
        for (int i = 0; i < 500; ++i) {
            batch.push_back(maker.document());
            std::ofstream(folder / fmt::format("{}.xml", i)) << batch.back();
        }
        std::system(
            fmt::format(
                "cd '{}' && xmllint --noout --schema '{}' $(seq -f %g.xml 0 499) 2>answers >/dev/null",
                folder.string(), schema)
                .c_str());
        std::ifstream answers(folder / "answers");
        std::vector<int> theirs(batch.size(), -1);
        std::vector<std::string> words(batch.size());
        std::vector<std::vector<std::string>> their_faults(batch.size());
        for (std::string line; std::getline(answers, line);) {
            const std::size_t number = std::strtoul(line.c_str(), nullptr, 10);
            if (number >= batch.size() || line.find(".xml") > 3) continue;  // a line of the document, shown
            if (line.ends_with(" validates")) theirs[number] = 1;
            if (line.ends_with(" fails to validate")) theirs[number] = 0;
            if (const auto at = line.find("Schemas validity error"); at != std::string::npos)
                their_faults[number].push_back(line.substr(at));
            words[number] += line + "\n";
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const Faults ours = faults(batch[i], version, organisations);
            ASSERT_NE(theirs[i], -1) << words[i] << batch[i];
            ASSERT_EQ(ours.empty(), theirs[i] == 1) << batch[i] << "\n"
                                                    << (ours.empty() ? words[i] : "we say: " + ours.front());
            ASSERT_EQ(ours.size(), their_faults[i].size())
                << batch[i] << "\n"
                << words[i] << "we say: " << testing::PrintToString(ours);
            // Reports count equal messages of one activity once: so what is equal must be equal for both.
            ASSERT_EQ(std::set(ours.begin(), ours.end()).size(),
                      std::set(their_faults[i].begin(), their_faults[i].end()).size())
                << batch[i] << "\n"
                << words[i] << "we say: " << testing::PrintToString(ours);
            valid += ours.empty();
        }
        done += batch.size();
    }
    std::filesystem::remove_all(folder);
    EXPECT_GT(valid, done / 20);
    EXPECT_LT(valid, done * 3 / 4);
    RecordProperty("documents", static_cast<int>(done));
}

INSTANTIATE_TEST_SUITE_P(Schema, AgainstXmllint, testing::Combine(testing::Values(0, 1, 2), testing::Bool()));

}  // namespace
}  // namespace tamga::iati::schema
