#include "cli/output.hpp"

#include <cstdio>
#include <iostream>

namespace tamga::cli {

Output::Output(std::string path)
    : path_(std::move(path)),
      unfinished_(path_ == "-" ? "" : path_ + ".part"),
      out_(unfinished_.empty() ? std::cout : static_cast<std::ostream&>(file_)) {
    if (!unfinished_.empty()) file_.open(unfinished_, std::ios::binary);
}

Output::~Output() {
    if (file_.is_open()) std::remove(unfinished_.c_str());
}

Result<void> Output::refused() const {
    return fail(ErrorCode::io, "write", "it cannot be written", "look at the disk and the folder",
                path_ == "-" ? "standard output" : path_);
}

Result<void> Output::write(std::string_view text) {
    out_ << text;
    return out_ ? Result<void>() : refused();
}

Result<void> Output::finish() {
    out_.flush();
    if (!out_) return refused();
    if (unfinished_.empty()) return {};
    file_.close();
    if (file_ && std::rename(unfinished_.c_str(), path_.c_str()) == 0) return {};
    std::remove(unfinished_.c_str());
    return refused();
}

}  // namespace tamga::cli
