#pragma once

#include <fcntl.h>
#include <libpq-fe.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

// For tests only: the program that includes this is built with TAMGA_CLUSTER, the path of
// tests/postgres/cluster.

namespace tamga::store {

/// A cluster of PostgreSQL that runs for as long as this process does.
class Cluster {
  public:
    /// The address of a new database; empty if the server's programs are not installed.
    static std::string fresh_database() {
        static Cluster cluster;
        if (cluster.address_.empty()) return {};
        const std::string name = "t" + std::to_string(++cluster.databases_);
        cluster.run("CREATE DATABASE " + name);
        std::string address = cluster.address_;
        return address.replace(address.find("/postgres?") + 1, 8, name);
    }

    /// Runs SQL in a database, as somebody who is not Tamga. Ends the program where that fails.
    static void sql(const std::string& address, const std::string& text) {
        const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(address.c_str()), PQfinish);
        const std::unique_ptr<PGresult, decltype(&PQclear)> done(PQexec(connection.get(), text.c_str()),
                                                                 PQclear);
        const ExecStatusType status = PQresultStatus(done.get());
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
        std::fprintf(stderr, "%s: %s", text.c_str(), PQerrorMessage(connection.get()));
        std::abort();
    }

  private:
    Cluster() {
        int to[2], from[2];
        if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) std::abort();
        child_ = fork();
        if (child_ == 0) {
            dup2(to[0], STDIN_FILENO);
            dup2(from[1], STDOUT_FILENO);
            execl(TAMGA_CLUSTER, TAMGA_CLUSTER, nullptr);
            _exit(127);
        }
        close(to[0]);
        close(from[1]);
        until_ = to[1];
        for (char byte = 0; read(from[0], &byte, 1) == 1 && byte != '\n';) address_ += byte;
        close(from[0]);
        if (!address_.empty()) return;
        int status = 0;
        waitpid(child_, &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 77) std::abort();
    }
    ~Cluster() {
        close(until_);
        if (!address_.empty()) waitpid(child_, nullptr, 0);
    }
    void run(const std::string& text) { sql(address_, text); }

    pid_t child_ = 0;
    int until_ = -1;  ///< The cluster ends when this is closed.
    int databases_ = 0;
    std::string address_;
};

}  // namespace tamga::store
