#pragma once

#include "access/accounts.hpp"
#include "web/desk/visit.hpp"

namespace tamga::web {

/// Where one signs in; where nobody can, it says what the operator does.
Answer login_page(Services& services, const Visit& visit, Page& page);
/// Account and password; then, where the account has a second factor, a code. Or a passkey in place of all.
Answer log_in(Services& services, const Visit& visit, Page& page);
Answer log_out(Services& services, const Visit& visit, Page& page);

/// What the form to sign in shows.
struct LoginForm {
    std::string account = {};
    std::string problem = {};
    std::string carried = {};  ///< Who they are, sealed: a code is wanted.
};
Answer login_form(const Services& services, const Visit& visit, Page& page, const LoginForm& form,
                  int status = 200);
/// The same after a code, for a result that is no session.
Answer code_refused(const Services& services, const Visit& visit, Page& page,
                    const access::LoginResult& result, LoginForm form);

/// What a session begins with.
struct Begun {
    access::LoginResult result;
    std::string language;  ///< Of the account.
};
/// By an identity that its provider vouches for (Accounts::log_in).
Result<Begun> begin_session(Desk& desk, const access::Identity& identity, const access::Credentials& shown,
                            const access::Client& client);
/// With its cookie to `next`, if that is an address here, else to the desk; `language`: where the account has
/// none of ours.
Answer into_session(const Desk& desk, const Begun& begun, std::string_view language, std::string_view next);

}  // namespace tamga::web
