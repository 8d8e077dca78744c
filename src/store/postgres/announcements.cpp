#include "store/announcements.hpp"

#include <poll.h>

#include <utility>

#include "store/postgres/address.hpp"
#include "store/postgres/postgres.hpp"
#include "store/postgres/session.hpp"

namespace tamga::store {

namespace {

class Listening final : public Announcements {
  public:
    explicit Listening(Session session) : session_(std::move(session)) {}

    Result<bool> wait(std::chrono::milliseconds most) override {
        pollfd socket{.fd = PQsocket(session_.get()), .events = POLLIN, .revents = 0};
        // What came may be something else, such as a word of the server's before it ends the session.
        while (!take()) {
            if (poll(&socket, 1, static_cast<int>(most.count())) <= 0) return false;
            if (PQconsumeInput(session_.get()) == 0 || session_.is_lost())
                return session_.failure("listen to the database", nullptr);
        }
        return true;
    }

  private:
    bool take() {
        bool any = false;
        while (PGnotify* const told = PQnotifies(session_.get())) {
            PQfreemem(told);
            any = true;
        }
        return any;
    }

    Session session_;
};

}  // namespace

Result<std::unique_ptr<Announcements>> listen(const std::string& database) {
    if (!is_postgres(database)) return nullptr;
    TAMGA_ASSIGN(Session session, Session::open(database, Session::Use::read));
    TAMGA_ASSIGN(const std::string standby, session.ask("SELECT pg_is_in_recovery()"));
    if (standby == "t") return nullptr;
    TAMGA_TRY(session.run(kListen));
    return std::make_unique<Listening>(std::move(session));
}

}  // namespace tamga::store
