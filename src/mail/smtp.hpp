#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"

namespace tamga::mail {

/// Where messages are given to be delivered.
struct SmtpSettings {
    /// "smtps://host:465" (TLS from the start), "smtp://host:587" or "smtp://localhost:25".
    std::string url;
    std::string user = {}, password = {};  ///< Both empty: none is asked for.
    /// Certificates in PEM that vouch for the server, in place of the system's; empty: those.
    std::string ca_file = {};
    int connect_seconds = 20, send_seconds = 120;  ///< How long one message may take.
};

/// What became of a message.
enum class Fate : unsigned char {
    taken,    ///< The server took it.
    later,    ///< It surely was not taken: try again.
    refused,  ///< It surely was not taken, and it will not be: the recipient, or what it says.
    unknown,  ///< It was sent whole, and no answer came: it may have been taken.
};

struct Sent {
    Fate fate = Fate::later;
    int code = 0;  ///< The server's last answer (RFC 5321 4.2); 0: there was none.
    /// What happened, for a log: without the address, and without the server's words, which may have it.
    std::string what = {};
};

/// Gives messages to a server, by libcurl. A connection is made for each, so that none is sent again behind
/// our back over one that had died.
///
/// To another machine nothing is sent without TLS whose certificate is checked; to this machine (localhost,
/// 127.0.0.1, ::1) it may be, unless `ca_file` is named. Threads: one at a time. Errors are fates.
class Smtp {
  public:
    /// Errors: invalid_usage for an address that is none, or that holds a user or a password: others see what
    /// stands on a command line.
    static Result<Smtp> open(SmtpSettings settings);

    /// `from` and `to` are addresses, `message` what compose() gives. While `give_up` gives true, what was
    /// not sent whole is not: the fate is `later`.
    Sent send(const std::string& from, const std::string& to, const std::string& message,
              const std::function<bool()>& give_up = {}) const;

  private:
    explicit Smtp(SmtpSettings settings, bool needs_tls);
    SmtpSettings settings_;
    bool needs_tls_;
};

}  // namespace tamga::mail
