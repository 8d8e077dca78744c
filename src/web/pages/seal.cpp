#include "web/pages/seal.hpp"

#include <fmt/format.h>

#include "crypto/ed25519.hpp"
#include "query/seals.hpp"

namespace tamga::web {

using query::JournalPos;
using query::Moment;
using query::Sealed;
using query::Snapshot;

namespace {

std::vector<Sealed> seals_of(Page& page, JournalPos entry) {
    auto seals = page.view().seals_of(entry);
    if (seals) return *std::move(seals);
    page.failed(seals.error());
    return {};
}

/// For a shell: a text between single quotes.
std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (const char byte : text) out += byte == '\'' ? "'\\''" : std::string(1, byte);
    return out + "'";
}

/// What checks it on any machine, without Tamga.
std::string command(const Sealed& seal) {
    return fmt::format(
        "printf %s {} > key.pem\nprintf %s {} > signed\nprintf %s {} | xxd -r -p > seal\n"
        "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed -sigfile seal",
        in_quotes(crypto::public_pem(crypto::from_hex(seal.key))), in_quotes(seal.text), seal.signature);
}

Json moment_data(const Moment& moment) {
    return {{"position", moment.pos.value}, {"time", utc_text(moment.time)}};
}

}  // namespace

JournalPos sealed_entry(const Snapshot& version) {
    // A renaming says nothing: what is signed is the entry that holds the text, or that withdraws it.
    return version.withdrawn ? version.from : version.payload;
}

Json seals_context(Page& page, JournalPos entry) {
    Json rows = Json::array();
    for (const Sealed& seal : seals_of(page, entry)) {
        const auto told = [&](std::string_view message, const Moment& moment) {
            return page.language().format(
                message,
                {page.time_text(moment.time), page.language().number(std::to_string(moment.pos.value))});
        };
        rows.push_back(
            {{"sealed_by", page.link({Kind::party, seal.party})},
             {"sealed_text", told(TAMGA_MSG("Sealed on {1} (journal position {2})."), seal.at)},
             {"signed_header", seal.text},
             {"seal_key", seal.key},
             {"seal_signature", seal.signature},
             {"seal_command", command(seal)},
             {"key_since",
              told(TAMGA_MSG("The key is the party's since {1} (journal position {2})."), seal.registered)},
             {"key_until", seal.revoked ? told(TAMGA_MSG("It was revoked on {1} (journal position {2}); what "
                                                         "it sealed before stays valid."),
                                               *seal.revoked)
                                        : std::string()}});
    }
    return rows;
}

Json seals_data(Page& page, JournalPos entry) {
    Json rows = Json::array();
    for (const Sealed& seal : seals_of(page, entry)) {
        Json key{{"hex", seal.key},
                 {"pem", crypto::public_pem(crypto::from_hex(seal.key))},
                 {"registered", moment_data(seal.registered)}};
        if (seal.revoked) key["revoked"] = moment_data(*seal.revoked);
        rows.push_back({{"party", seal.party},
                        {"position", seal.at.pos.value},
                        {"time", utc_text(seal.at.time)},
                        {"signed", seal.text},
                        {"signature", seal.signature},
                        {"key", std::move(key)}});
    }
    return rows;
}

std::string sealed_text(Page& page, JournalPos entry) {
    std::vector<std::string> parties;
    for (const Sealed& seal : seals_of(page, entry))
        parties.push_back(page.link({Kind::party, seal.party})["text"].get<std::string>());
    if (parties.empty()) return {};
    return page.language().format("This version is sealed by {1}.", {page.language().list(parties)});
}

}  // namespace tamga::web
