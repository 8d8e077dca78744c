#pragma once

// For tests: an authenticator whose keys are OpenSSL's, and what a browser would send of its answers.

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "access/passkeys.hpp"
#include "crypto/sha256.hpp"

namespace tamga::access {

class Authenticator {
  public:
    enum class Algorithm { es256, eddsa, rs256 };
    static constexpr unsigned kPresent = 0x01, kVerified = 0x04, kHasKey = 0x40;

    explicit Authenticator(Algorithm algorithm = Algorithm::es256)
        : id_(crypto::random_bytes(32)), algorithm_(algorithm) {
        key_.reset(algorithm == Algorithm::es256   ? EVP_EC_gen("P-256")
                   : algorithm == Algorithm::eddsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                                   : EVP_RSA_gen(2048));
        EXPECT_TRUE(key_);
    }

    // What a test may spoil.
    std::string id_, handle_ = "a handle";
    unsigned flags_ = kPresent | kVerified;
    std::uint32_t counter_ = 0;
    nlohmann::json more_ = nlohmann::json::object();  ///< Set in what the browser tells.

    Registration make(const RelyingParty& site, const std::string& challenge) const {
        std::string data = head(site, kHasKey) + std::string(16, '\0');
        data += static_cast<char>(id_.size() >> 8);
        data += static_cast<char>(id_.size() & 0xff);
        return {client_data("webauthn.create", site, challenge), data + id_ + cose()};
    }
    Assertion sign(const RelyingParty& site, const std::string& challenge) const {
        Assertion made{id_, client_data("webauthn.get", site, challenge), head(site, 0), {}, handle_};
        made.signature =
            signature(made.authenticator_data + std::string(crypto::bytes(crypto::sha256(made.client_data))));
        return made;
    }

  private:
    std::string client_data(const char* type, const RelyingParty& site, const std::string& challenge) const {
        nlohmann::json told{
            {"type", type}, {"challenge", challenge}, {"origin", site.origin}, {"crossOrigin", false}};
        told.update(more_);
        return told.dump();
    }
    std::string head(const RelyingParty& site, unsigned more) const {
        std::string data(crypto::bytes(crypto::sha256(site.id)));
        data += static_cast<char>(flags_ | more);
        for (const int shift : {24, 16, 8, 0}) data += static_cast<char>(counter_ >> shift & 0xff);
        return data;
    }
    /// The public key as COSE has it (RFC 9053), in CBOR.
    std::string cose() const {
        std::array<unsigned char, 300> bytes{};
        std::size_t size = bytes.size();
        const auto part = [&](std::size_t from, std::size_t count) {
            return std::string(reinterpret_cast<const char*>(bytes.data()) + from, count);
        };
        switch (algorithm_) {
            case Algorithm::es256:
                EXPECT_EQ(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes.data(),
                                                          bytes.size(), &size),
                          1);
                EXPECT_EQ(size, 65u) << "a point that is not compressed";
                return std::string("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10) + part(1, 32) +
                       "\x22\x58\x20" + part(33, 32);
            case Algorithm::eddsa:
                EXPECT_EQ(EVP_PKEY_get_raw_public_key(key_.get(), bytes.data(), &size), 1);
                return std::string("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10) + part(0, 32);
            case Algorithm::rs256:
                break;
        }
        BIGNUM* modulus = nullptr;
        EXPECT_EQ(EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_RSA_N, &modulus), 1);
        EXPECT_EQ(BN_bn2binpad(modulus, bytes.data(), 256), 256);
        BN_free(modulus);
        return std::string("\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00", 11) + part(0, 256) +
               std::string("\x21\x43\x01\x00\x01", 5);
    }
    std::string signature(const std::string& text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
        std::string out(512, '\0');
        std::size_t size = out.size();
        EXPECT_EQ(
            EVP_DigestSignInit(context.get(), nullptr,
                               algorithm_ == Algorithm::eddsa ? nullptr : EVP_sha256(), nullptr, key_.get()),
            1);
        EXPECT_EQ(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                                 reinterpret_cast<const unsigned char*>(text.data()), text.size()),
                  1);
        out.resize(size);
        return out;
    }

    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    std::unique_ptr<EVP_PKEY, Free> key_;
    Algorithm algorithm_;
};

}  // namespace tamga::access
