#pragma once

#include <iterator>

#include "model/kind.hpp"

// The one table of what a register holds: every kind of record and every field of it. It stands in a header
// so that a field's name can be looked up while the program is compiled (field_name.hpp).
namespace tamga::kind_table {

using enum FieldType;
using Codes = std::string_view;

inline constexpr bool kRequired = true;
inline constexpr bool kOptional = false;

// Lists of codes. Where a public list has the meaning, its words are used: IATI ActivityStatus for projects,
// the UN Treaty Handbook's participant actions, IMTS 2010 for trade system and valuation.
inline constexpr Codes kPartyTypes[] = {"state", "organisation"};
inline constexpr Codes kMeetingLevels[] = {"summit", "ministerial", "working-group",
                                           "forum",  "ceremony",    "other"};
inline constexpr Codes kMeetingFormats[] = {"in-person", "video", "hybrid"};
inline constexpr Codes kMeetingStatuses[] = {"planned", "announced", "held", "cancelled"};
// The terms that the UN Treaty Collection defines for instruments come first, then those of mechanisms.
inline constexpr Codes kInstrumentTypes[] = {
    "treaty",        "agreement",       "convention",  "charter",
    "protocol",      "declaration",     "memorandum",  "exchange-of-notes",
    "modus-vivendi", "joint-statement", "communique",  "action-plan",
    "outcome-list",  "initiative",      "regulations", "other"};
inline constexpr Codes kActionTypes[] = {"signature",
                                         "definitive-signature",
                                         "adoption",
                                         "ratification",
                                         "acceptance",
                                         "approval",
                                         "accession",
                                         "succession",
                                         "formal-confirmation",
                                         "provisional-application",
                                         "notification",
                                         "reservation",
                                         "declaration",
                                         "objection",
                                         "denunciation",
                                         "withdrawal"};
inline constexpr Codes kCentreTypes[] = {"cooperation-centre", "platform", "secretariat", "alliance",
                                         "institute",          "council",  "other"};
inline constexpr Codes kPrecisions[] = {"exact", "approximate"};
inline constexpr Codes kProjectStatuses[] = {"pipeline", "implementation", "finalisation",
                                             "closed",   "cancelled",      "suspended"};
inline constexpr Codes kFlows[] = {"exports",   "imports", "turnover", "investment-stock", "investment-flow",
                                   "contracts", "grants",  "budget",   "spending",         "people",
                                   "count",     "share",   "other"};
inline constexpr Codes kValuations[] = {"fob", "cif", "mixed"};
inline constexpr Codes kTradeSystems[] = {"general", "special"};
inline constexpr Codes kPartnerBases[] = {"origin", "consignment", "destination"};
inline constexpr Codes kQualifiers[] = {"exact", "about", "over", "under", "almost"};
inline constexpr Codes kObservationStatuses[] = {"preliminary", "revised", "final"};
// In the order of Missing (model/figure.hpp); SDMX's CL_OBS_STATUS has the same as L, M or O, and Q.
inline constexpr Codes kMissing[] = {"not-reported", "not-available", "confidential"};
inline constexpr Codes kClaimTypes[] = {"record", "growth", "level", "reached", "count", "share", "other"};
// What a claim says of its series, where its type leaves that open.
inline constexpr Codes kAssertions[] = {"highest", "lowest", "equals", "at-least", "at-most",   "change",
                                        "rises",   "falls",  "share",  "rank",     "reached-by"};
inline constexpr Codes kProgress[] = {"not-started", "limited", "substantial", "complete"};
inline constexpr Codes kScores[] = {"-1", "0", "+1"};
inline constexpr Codes kAssentRules[] = {"all", "majority", "number"};
inline constexpr Codes kAims[] = {"at-least", "at-most"};
inline constexpr Codes kTargetForms[] = {"value", "change", "change-percent"};
inline constexpr Codes kDueBases[] = {"stated", "computed", "standing"};

inline constexpr Field kTitle{
    "title", text, kRequired,
    {},      {},   "What the record is called, in each language that a source or an editor gives."};
inline constexpr Field kMechanism{"mechanism",     link, kOptional,
                                  Kind::mechanism, {},   "The mechanism that it belongs to."};
inline constexpr Field kNote{"note", text, kOptional,
                             {},     {},   "What a reader must know: a conflict, an inference, a gap."};
inline constexpr Field kSources{"sources", citations,
                                kOptional, {},
                                {},        "Where it is stated: source ids, each with its locator after #."};

inline constexpr Field kSourceFields[] = {
    kTitle,
    {"publisher", name, kOptional, {}, {}, "Who published it."},
    {"url", url, kOptional, {}, {}, "Where it was published."},
    {"date", date, kOptional, {}, {}, "The day it was published."},
    {"language", string, kOptional, {}, {}, "The language of the document (BCP 47)."},
    {"retrieved",
     text,
     kOptional,
     {},
     {},
     "How it was read: in full, as an excerpt, from a mirror, in translation."},
    {"frame",
     file,
     kOptional,
     {},
     {},
     "Of an IATI file: what stands around its activities, so that it can be given back whole."},
    kNote,
};
inline constexpr Field kPartyFields[] = {
    kTitle,
    {"official_name", text, kOptional, {}, {}, "The full official name."},
    {"type", code, kRequired, {}, kPartyTypes, "A state, or an organisation."},
    {"iso_alpha2", string, kOptional, {}, {}, "ISO 3166-1 alpha-2 code of a state."},
    {"iso_alpha3", string, kOptional, {}, {}, "ISO 3166-1 alpha-3 code of a state."},
    {"country", link, kOptional, Kind::party, {}, "The state that an organisation belongs to or sits in."},
    {"org_id", string, kOptional, {}, {}, "Identifier of an organisation, as org-id.guide has it."},
    {"capital", text, kOptional, {}, {}, "The capital of a state."},
    {"latitude", decimal, kOptional, {}, {}, "Degrees north of the capital, WGS 84."},
    {"longitude", decimal, kOptional, {}, {}, "Degrees east of the capital, WGS 84."},
    kNote,
    kSources,
};
inline constexpr Field kMechanismFields[] = {
    kTitle,
    {"summary", text, kOptional, {}, {}, "What it is, in a few sentences."},
    {"parent", link, kOptional, Kind::mechanism, {}, "The wider mechanism that it stands in."},
    {"proposed", date, kOptional, {}, {}, "When it was first proposed."},
    {"established", date, kOptional, {}, {}, "When it came to be."},
    {"parties", links, kOptional, Kind::party, {}, "Its parties, all equal; shown in alphabetical order."},
    {"assent_rule",
     code,
     kOptional,
     {},
     kAssentRules,
     "How many parties must agree to what they share; without it all must. To the mechanism itself all must, "
     "whatever the rule."},
    {"assent_number", integer, kOptional, {}, {}, "Where the rule is a number: how many parties must agree."},
    {"publisher_id",
     string,
     kOptional,
     {},
     {},
     "Who publishes it as IATI: identifier, as org-id.guide has it."},
    {"publisher_name", text, kOptional, {}, {}, "Who publishes it as IATI: the name."},
    {"publisher_type",
     string,
     kOptional,
     {},
     {},
     "Who publishes it as IATI: code of OrganisationType; 90 (other) if not stated."},
    kNote,
    kSources,
};
inline constexpr Field kPrincipleFields[] = {
    kTitle,
    {"mechanism", link, kRequired, Kind::mechanism, {}, "The mechanism that it belongs to."},
    {"summary", text, kOptional, {}, {}, "What it means, as its source puts it."},
    {"position", integer, kOptional, {}, {}, "Its place among the principles."},
    kNote,
    kSources,
};
inline constexpr Field kSectorFields[] = {
    kTitle,
    {"mechanism", link, kRequired, Kind::mechanism, {}, "The mechanism that it belongs to."},
    {"summary", text, kOptional, {}, {}, "What it covers."},
    {"parent", link, kOptional, Kind::sector, {}, "The wider sector."},
    {"dac_code", string, kOptional, {}, {}, "The OECD DAC's five-digit purpose code, where one is stated."},
    kNote,
    kSources,
};
inline constexpr Field kMeetingFields[] = {
    kTitle,
    kMechanism,
    {"level", code, kRequired, {}, kMeetingLevels, "Who met."},
    {"body", text, kOptional, {}, {}, "The body in its own words: foreign ministers, heads of state."},
    {"start", date, kOptional, {}, {}, "The first day."},
    {"end", date, kOptional, {}, {}, "The last day."},
    {"place", text, kOptional, {}, {}, "The city."},
    {"country", link, kOptional, Kind::party, {}, "The host state."},
    {"format", code, kOptional, {}, kMeetingFormats, "How it was held."},
    {"status", code, kOptional, {}, kMeetingStatuses, "Whether it was held, as the sources say."},
    {"chair", name, kOptional, {}, {}, "Who chaired or hosted."},
    {"parties", links, kOptional, Kind::party, {}, "Who took part."},
    {"outcome", text, kOptional, {}, {}, "What it decided or adopted, in a phrase."},
    kNote,
    kSources,
};
inline constexpr Field kInstrumentFields[] = {
    kTitle,
    kMechanism,
    {"type", code, kRequired, {}, kInstrumentTypes, "What sort of instrument it is."},
    {"date", date, kOptional, {}, {}, "When it was signed or adopted."},
    {"place", text, kOptional, {}, {}, "Where it was signed or adopted."},
    {"meeting", link, kOptional, Kind::meeting, {}, "The meeting that adopted it."},
    {"parties", links, kOptional, Kind::party, {}, "Its parties."},
    {"entry_into_force", date, kOptional, {}, {}, "The day it entered into force."},
    {"entry_rule", text, kOptional, {}, {}, "By which rule it enters into force, as the instrument says."},
    {"depositary", link, kOptional, Kind::party, {}, "The depositary."},
    {"size", text, kOptional, {}, {}, "How long it is: 15 articles."},
    {"articles", integer, kOptional, {}, {}, "How many articles or points it has, numbered from 1."},
    {"status", text, kOptional, {}, {}, "Its status in the source's words."},
    {"authentic_languages", strings, kOptional, {}, {}, "Languages of the authentic texts (BCP 47)."},
    {"original", file, kOptional, {}, {}, "The signed original or its copy, kept by its SHA-256."},
    kNote,
    kSources,
};
inline constexpr Field kProvisionFields[] = {
    {"title", text, kOptional, {}, {}, "Its heading."},
    {"instrument", link, kRequired, Kind::instrument, {}, "The instrument that it stands in."},
    {"number", name, kRequired, {}, {}, "Its number in the instrument: Article 3, point 2."},
    {"position", integer, kOptional, {}, {}, "Its place in the instrument, from 1."},
    {"text", text, kOptional, {}, {}, "What it says: its text, or a paraphrase marked so in the note."},
    kNote,
    kSources,
};
inline constexpr Field kActionFields[] = {
    {"instrument", link, kRequired, Kind::instrument, {}, "The instrument."},
    {"party", link, kRequired, Kind::party, {}, "The party that acts."},
    {"type", code, kRequired, {}, kActionTypes, "What the party did (UN Treaty Handbook's terms)."},
    {"date", date, kOptional, {}, {}, "When."},
    {"effective", date, kOptional, {}, {}, "From which day it has effect for the party."},
    {"signatory", name, kOptional, {}, {}, "Who signed for the party."},
    {"text", text, kOptional, {}, {}, "The text of a reservation, declaration or objection."},
    kNote,
    kSources,
};
inline constexpr Field kCentreFields[] = {
    kTitle,
    kMechanism,
    {"type", code, kRequired, {}, kCentreTypes, "What sort of centre it is."},
    {"announced", date, kOptional, {}, {}, "When it was announced."},
    {"opened", date, kOptional, {}, {}, "When it was opened."},
    {"host", text, kOptional, {}, {}, "Who hosts it."},
    {"place", text, kOptional, {}, {}, "Where it sits."},
    {"country", link, kOptional, Kind::party, {}, "The state in which it sits."},
    {"latitude", decimal, kOptional, {}, {}, "Degrees north, WGS 84."},
    {"longitude", decimal, kOptional, {}, {}, "Degrees east, WGS 84."},
    {"precision", code, kOptional, {}, kPrecisions, "How exact the coordinates are."},
    {"head", name, kOptional, {}, {}, "Who heads it."},
    {"programme", text, kOptional, {}, {}, "What it is to do, as sources tell it."},
    {"countries", links, kOptional, Kind::party, {}, "The states in which sources tell of its work."},
    {"partners", text, kOptional, {}, {}, "Whom it works with, as sources tell it."},
    {"figures", text, kOptional, {}, {}, "Figures that sources give of it."},
    {"sector", link, kOptional, Kind::sector, {}, "The sector that it works in."},
    {"meeting", link, kOptional, Kind::meeting, {}, "The meeting at which it was announced."},
    kNote,
    kSources,
};
inline constexpr Field kSeriesFields[] = {
    kTitle,
    kMechanism,
    {"indicator",
     string,
     kRequired,
     {},
     {},
     "What is measured, as a key: series with the same key measure the same thing as told by different "
     "reporters."},
    {"flow", code, kRequired, {}, kFlows, "The kind of figure."},
    {"reporter", link, kOptional, Kind::party, {}, "Who reports it, where that is a party of the register."},
    {"reporter_name", name, kOptional, {}, {}, "Who reports it, in the source's words."},
    {"area", links, kOptional, Kind::party, {}, "The party or parties whose figure it is."},
    {"partner", links, kOptional, Kind::party, {}, "The counterparts."},
    {"unit", string, kRequired, {}, {}, "The unit: an ISO 4217 currency code, percent, companies."},
    {"valuation", code, kOptional, {}, kValuations, "FOB or CIF, where stated (IMTS 2010)."},
    {"trade_system", code, kOptional, {}, kTradeSystems, "General or special, where stated (IMTS 2010)."},
    {"partner_basis",
     code,
     kOptional,
     {},
     kPartnerBases,
     "How the partner is told, where stated (IMTS 2010)."},
    {"coverage", text, kOptional, {}, {}, "What is in the figure and what is not."},
    {"sector", link, kOptional, Kind::sector, {}, "The sector."},
    {"centre",
     link,
     kOptional,
     Kind::centre,
     {},
     "The centre whose figure it is: its budget, its spending, the people it reached, what else it counts."},
    {"sdg_target",
     string,
     kOptional,
     {},
     {},
     "The target of the Sustainable Development Goals that it speaks to, such as 15.3."},
    kNote,
    kSources,
};
inline constexpr Field kStatementFields[] = {
    kTitle,
    kMechanism,
    {"speaker", name, kRequired, {}, {}, "Who said it."},
    {"role", text, kOptional, {}, {}, "As what."},
    {"party", link, kOptional, Kind::party, {}, "For which party."},
    {"date", date, kOptional, {}, {}, "When."},
    {"meeting", link, kOptional, Kind::meeting, {}, "At which meeting."},
    {"occasion", text, kOptional, {}, {}, "On what occasion."},
    {"quote",
     text,
     kOptional,
     {},
     {},
     "What was said in the words of the first of its sources: a short quotation, in its language."},
    {"about", any_links, kOptional, {}, {}, "The records that it speaks of."},
    kNote,
    kSources,
};
inline constexpr Field kCommitmentFields[] = {
    kTitle,
    kMechanism,
    {"by", links, kRequired, Kind::party, {}, "Who promised."},
    {"to", links, kOptional, Kind::party, {}, "To whom."},
    {"made", date, kOptional, {}, {}, "When it was promised."},
    {"meeting", link, kOptional, Kind::meeting, {}, "The meeting whose decision it is."},
    {"instrument", link, kOptional, Kind::instrument, {}, "The instrument that it stands in."},
    {"provision", link, kOptional, Kind::provision, {}, "The article or point that it comes from."},
    {"statement", link, kOptional, Kind::statement, {}, "The statement that it comes from."},
    {"sector", link, kOptional, Kind::sector, {}, "The sector."},
    {"quote",
     text,
     kOptional,
     {},
     {},
     "The promise in the words of the first of its sources: a short quotation, in its language."},
    {"target", decimal, kOptional, {}, {}, "The number promised."},
    {"unit", string, kOptional, {}, {}, "What the target counts."},
    {"aim",
     code,
     kOptional,
     {},
     kAims,
     "Whether the number is to be at least the target, as it is without a word, or at most."},
    {"target_form",
     code,
     kOptional,
     {},
     kTargetForms,
     "Whether the target is the number itself, as it is without a word, or a change against the base: by so "
     "much in the unit, or by so many percent of it; a decrease is below zero."},
    {"base", decimal, kOptional, {}, {}, "The figure that the promise is measured from, where it is stated."},
    {"base_period",
     date,
     kOptional,
     {},
     {},
     "The period of that figure. Without a base, each reporter is measured from its own figure of just this "
     "period."},
    {"due", date, kOptional, {}, {}, "By when; without it the due date is not stated."},
    {"due_basis",
     code,
     kOptional,
     {},
     kDueBases,
     "Whether the due date is stated, or computed from words such as 'next three years'; standing: a promise "
     "without end, such as a permanent one, which never falls due."},
    {"due_text", text, kOptional, {}, {}, "The due date in the source's words."},
    {"results",
     any_links,
     kOptional,
     {},
     {},
     "What came of it: centres, projects, meetings, instruments, series."},
    kNote,
    kSources,
};
inline constexpr Field kProjectFields[] = {
    kTitle,
    kMechanism,
    {"status", code, kOptional, {}, kProjectStatuses, "Its state in IATI's words (ActivityStatus)."},
    {"status_text", text, kOptional, {}, {}, "Its state in the source's words."},
    {"status_date", date, kOptional, {}, {}, "The day that the state is told for."},
    {"start", date, kOptional, {}, {}, "When it began."},
    {"end", date, kOptional, {}, {}, "When it ended or is to end."},
    {"countries", links, kOptional, Kind::party, {}, "Where it is."},
    {"place", text, kOptional, {}, {}, "The place in words."},
    {"latitude", decimal, kOptional, {}, {}, "Degrees north, WGS 84."},
    {"longitude", decimal, kOptional, {}, {}, "Degrees east, WGS 84."},
    {"precision", code, kOptional, {}, kPrecisions, "How exact the coordinates are."},
    {"route",
     strings,
     kOptional,
     {},
     {},
     "Of a railway, a road or a line: the places that it joins, from one end to the other, each as degrees "
     "north and degrees east with a space between."},
    {"sector", link, kOptional, Kind::sector, {}, "The sector."},
    {"centre", link, kOptional, Kind::centre, {}, "The centre that runs it."},
    {"commitments", links, kOptional, Kind::commitment, {}, "The commitments that it serves."},
    {"organisations", strings, kOptional, {}, {}, "Who takes part."},
    {"capacity", text, kOptional, {}, {}, "What it can do, in the source's words."},
    {"length_km", decimal, kOptional, {}, {}, "Length in kilometres."},
    {"amount", decimal, kOptional, {}, {}, "What it costs."},
    {"currency", string, kOptional, {}, {}, "ISO 4217 code of the amount."},
    {"iati_identifier", string, kOptional, {}, {}, "Its identifier as an IATI activity."},
    {"activity",
     file,
     kOptional,
     {},
     {},
     "The activity as its publisher gives it (IATI XML): budgets, transactions, results are read from it."},
    kNote,
    kSources,
};
inline constexpr Field kObservationFields[] = {
    {"series", link, kRequired, Kind::series, {}, "The series that it is a value of."},
    {"period",
     period,
     kRequired,
     {},
     {},
     "The period that it covers, or the day at whose end a stock is told."},
    {"value",
     decimal,
     kOptional,
     {},
     {},
     "The value, in the series' unit; 0 is a value. It or why it is missing must be stated."},
    {"missing",
     code,
     kOptional,
     {},
     kMissing,
     "Why there is no value, where the source says so: not reported, not available, confidential."},
    {"qualifier", code, kOptional, {}, kQualifiers, "How the source words it: about, over, almost."},
    {"status", code, kOptional, {}, kObservationStatuses, "Preliminary, revised or final, where stated."},
    kNote,
    kSources,
};
inline constexpr Field kClaimFields[] = {
    kTitle,
    kMechanism,
    {"type", code, kRequired, {}, kClaimTypes, "What sort of claim it is."},
    {"claimant", link, kOptional, Kind::party, {}, "The party that claims it."},
    {"claimant_name", name, kOptional, {}, {}, "Who claims it, in the source's words."},
    {"date", date, kOptional, {}, {}, "When it was claimed."},
    {"value", decimal, kOptional, {}, {}, "The number claimed."},
    {"qualifier", code, kOptional, {}, kQualifiers, "How the claim words the number: about, over, almost."},
    {"unit", string, kOptional, {}, {}, "Its unit."},
    {"period", period, kOptional, {}, {}, "The period that it speaks of."},
    {"series", links, kOptional, Kind::series, {}, "The series that it can be checked on."},
    {"assertion", code, kOptional, {}, kAssertions, "What it says of them, where its type leaves that open."},
    {"base", period, kOptional, {}, {}, "The period that it compares with, where stated."},
    {"years", integer, kOptional, {}, {}, "Over how many years a change is told, where stated."},
    {"against",
     links,
     kOptional,
     Kind::series,
     {},
     "The series that it compares with: the whole of a share, the others of a rank, one that tells the "
     "base."},
    {"statement", link, kOptional, Kind::statement, {}, "The statement that makes it."},
    kNote,
    kSources,
};
inline constexpr Field kReportFields[] = {
    {"title", text, kRequired, {}, {}, "What the party reports, in a sentence."},
    {"commitment", link, kRequired, Kind::commitment, {}, "The commitment."},
    {"party", link, kRequired, Kind::party, {}, "The party whose own account it is."},
    {"date", date, kOptional, {}, {}, "When it was given."},
    {"progress", code, kOptional, {}, kProgress, "How far the party says it has come."},
    {"value", decimal, kOptional, {}, {}, "The figure reached so far, in the commitment's unit."},
    {"qualifier", code, kOptional, {}, kQualifiers, "How the party words the figure: about, over, almost."},
    kNote,
    kSources,
};
inline constexpr Field kAssessmentFields[] = {
    {"title", text, kRequired, {}, {}, "The finding, in a sentence."},
    {"commitment", link, kRequired, Kind::commitment, {}, "The commitment."},
    {"assessor", name, kRequired, {}, {}, "Who assessed it, independent of the parties."},
    {"date", date, kOptional, {}, {}, "When."},
    {"party",
     link,
     kOptional,
     Kind::party,
     {},
     "The party whose delivery is scored, where it is one of several."},
    {"score",
     code,
     kRequired,
     {},
     kScores,
     "-1 not delivered, 0 in progress or partly delivered, +1 delivered."},
    kNote,
    kSources,
};
inline constexpr Field kUpdateFields[] = {
    kTitle,
    kMechanism,
    {"party",
     link,
     kOptional,
     Kind::party,
     {},
     "The party whose news it is; without one it is the register's."},
    {"date", date, kRequired, {}, {}, "The day of the news."},
    {"text",
     text,
     kOptional,
     {},
     {},
     "The news in a few sentences; paragraphs are separated by an empty line."},
    {"about", any_links, kOptional, {}, {}, "The records that it is about."},
    kNote,
    kSources,
};
inline constexpr Field kReplyFields[] = {
    {"title", text, kOptional, {}, {}, "Its heading, if it has one."},
    {"under", any_links, kRequired, {}, {}, "The commitment or the update that it answers: one."},
    {"name", name, kRequired, {}, {}, "Who wrote it, as they call themselves."},
    {"party",
     link,
     kOptional,
     Kind::party,
     {},
     "The party whose official answer it is; without one its writer speaks for nobody else."},
    {"date", date, kOptional, {}, {}, "The day on which it was written."},
    {"text", text, kRequired, {}, {}, "What it says; paragraphs are separated by an empty line."},
    {"closes",
     boolean,
     kOptional,
     {},
     {},
     "Whether it is a moderator's last word: from its day on no more replies are taken there."},
};
inline constexpr Field kNameFields[] = {
    {"title", text, kRequired, {}, {}, "The name as the source gives it."},
    {"of", any_links, kRequired, {}, {}, "The record that the source calls so."},
    kNote,
    kSources,
};

inline constexpr Field kImprintFields[] = {
    {"title", text, kRequired, {}, {}, "What this register is called."},
    {"operator", text, kOptional, {}, {}, "Who runs it."},
    {"contact", string, kOptional, {}, {}, "How to reach them: an e-mail address or a page."},
    {"licence", text, kOptional, {}, {}, "Under what terms its data may be used."},
    {"licence_url", url, kOptional, {}, {}, "Where these terms stand."},
    kNote,
    kSources,
};

inline constexpr KindInfo kKinds[] = {
    {Kind::source, "source", "sources", "The documents that state what the register holds.", kSourceFields},
    {Kind::party, "party", "parties", "States and organisations.", kPartyFields},
    {Kind::mechanism, "mechanism", "mechanisms", "Standing frameworks between parties.", kMechanismFields},
    {Kind::principle, "principle", "principles", "The principles that sources attribute to a mechanism.",
     kPrincipleFields},
    {Kind::sector, "sector", "sectors", "Fields of cooperation.", kSectorFields},
    {Kind::meeting, "meeting", "meetings", "Summits, ministerial meetings, working groups.", kMeetingFields},
    {Kind::instrument, "instrument", "instruments",
     "Treaties, declarations, agreements, memorandums, communiqués.", kInstrumentFields},
    {Kind::provision, "provision", "provisions", "Articles and paragraphs of instruments.", kProvisionFields},
    {Kind::action, "action", "actions",
     "What each party did about an instrument: signature, ratification, reservation.", kActionFields},
    {Kind::centre, "centre", "centres", "Cooperation centres, platforms and other standing bodies.",
     kCentreFields},
    {Kind::series, "series", "series", "Figures over time, each as one reporter gives it.", kSeriesFields},
    {Kind::statement, "statement", "statements", "Who said what, when and where.", kStatementFields},
    {Kind::commitment, "commitment", "commitments",
     "What was promised, by whom, by when, and what became of it.", kCommitmentFields},
    {Kind::project, "project", "projects", "What is done, where and by whom.", kProjectFields},
    {Kind::observation, "observation", "observations", "The values of the series, each with its source.",
     kObservationFields},
    {Kind::claim, "claim", "claims", "Sentences about figures that can be checked, and who claims them.",
     kClaimFields},
    {Kind::report, "report", "reports", "The parties' own accounts of progress.", kReportFields},
    {Kind::assessment, "assessment", "assessments", "Scores by someone independent of the parties.",
     kAssessmentFields},
    {Kind::update, "update", "updates", "News of the mechanisms, newest first.", kUpdateFields},
    {Kind::reply, "reply", "replies",
     "What readers, and parties officially, answer to commitments and updates.", kReplyFields},
    {Kind::name, "name", "names", "Other names that sources give to records.", kNameFields},
    {Kind::imprint, "imprint", "imprints",
     "Who runs this register, how to reach them, under what licence: the record whose id is register.",
     kImprintFields},
};
static_assert(std::size(kKinds) == kKindCount);
// info() goes by the place in the table.
static_assert([] {
    for (int i = 0; i < kKindCount; ++i)
        if (static_cast<int>(kKinds[i].kind) != i) return false;
    return true;
}());

}  // namespace tamga::kind_table
