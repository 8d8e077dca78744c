#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga::cli {

/// Where a command puts the file that it makes: "-" is standard output. A file is called NAME.part until it
/// is whole, and is taken away if it never gets there: what stood under the name stays.
class Output {
  public:
    explicit Output(std::string path);
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Errors: io.
    Result<void> write(std::string_view text);
    /// It is whole; nothing is written after this. Errors: io.
    Result<void> finish();

  private:
    Result<void> refused() const;

    const std::string path_, unfinished_;
    std::ofstream file_;
    std::ostream& out_;
};

}  // namespace tamga::cli
