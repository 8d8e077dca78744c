// Rulesets that users bring, and the XPath in them: any bytes at all are read or refused, and what is read
// checks a file.

#include <cstdint>
#include <cstdlib>

#include "iati/rules/rules.hpp"
#include "iati/schema/names.hpp"
#include "xml/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    xml::Names names = iati::standard_names();
    const auto rules = iati::Ruleset::from_json(bytes, false, names);
    if (!rules) return 0;
    xml::Reader reader(names, {.keep_space = false});
    const xml::Node* root = reader.document(
        "<iati-activities version='2.03'><iati-activity default-currency='EUR'>"
        "<iati-identifier>XM-DAC-1</iati-identifier><recipient-country code='KZ' percentage='60'/>"
        "<recipient-country code='UZ' percentage='40.5'/><activity-date type='1' iso-date='2025-01-31'/>"
        "<transaction><value value-date='2025-02-30' currency=''>-1 000</value></transaction>"
        "</iati-activity></iati-activities>");
    if (!root) std::abort();
    iati::RuleInputs inputs;
    iati::XPathScratch scratch;
    rules->check(*root->first, inputs, 1'764'547'200'000, scratch, [](const iati::RuleFailure&) {});
    return 0;
}
