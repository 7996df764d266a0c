#include "emulator/certificate.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace envlink::emulator {
namespace {

const Time now = parse_rfc3339("2026-11-23T21:17:00.5Z").value();

struct Read {
  explicit Read(const std::string& pem)
      : bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free),
        certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free) {
    REQUIRE(certificate != nullptr);
  }
  /// Whether it is valid at that time, and trusted because it is in the store of the client.
  bool verifies(Time at) const {
    const std::unique_ptr<X509_STORE, void (*)(X509_STORE*)> store(X509_STORE_new(), X509_STORE_free);
    X509_STORE_add_cert(store.get(), certificate.get());
    const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> context(X509_STORE_CTX_new(),
                                                                             X509_STORE_CTX_free);
    X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
    X509_STORE_CTX_set_default(context.get(), "ssl_server");
    X509_VERIFY_PARAM* how = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_time(how, std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
    return X509_verify_cert(context.get()) == 1;
  }

  std::unique_ptr<BIO, int (*)(BIO*)> bio;
  std::unique_ptr<X509, void (*)(X509*)> certificate;
};

TEST_CASE("a client that has the certificate trusts it from a day before until 30 days after it was made") {
  const Read read(make_certificate(now).pem);
  const auto day = std::chrono::hours(24);
  const auto second = std::chrono::seconds(1);
  CHECK(read.verifies(now));
  CHECK(read.verifies(now - day));
  CHECK(read.verifies(now + 30 * day - second));
  CHECK_FALSE(read.verifies(now - day - second));
  CHECK_FALSE(read.verifies(now + 30 * day + second));
}

TEST_CASE("the certificate is for localhost, 127.0.0.1 and ::1 alone, and not an authority's") {
  const Read read(make_certificate(now).pem);
  X509* certificate = read.certificate.get();
  CHECK(X509_check_host(certificate, "localhost", 0, 0, nullptr) == 1);
  CHECK(X509_check_ip_asc(certificate, "127.0.0.1", 0) == 1);
  CHECK(X509_check_ip_asc(certificate, "::1", 0) == 1);
  CHECK(X509_check_host(certificate, "api.render.com", 0, 0, nullptr) == 0);
  CHECK(X509_check_ip_asc(certificate, "127.0.0.2", 0) == 0);
  CHECK(X509_check_ca(certificate) == 0);
}

TEST_CASE("each certificate has its own key and number, and its text has no key") {
  const Certificate one = make_certificate(now);
  const Certificate other = make_certificate(now);
  const Read read(one.pem);
  CHECK(X509_check_private_key(read.certificate.get(), one.key.get()) == 1);
  CHECK(X509_check_private_key(read.certificate.get(), other.key.get()) == 0);
  CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(read.certificate.get()),
                         X509_get0_serialNumber(Read(other.pem).certificate.get())) != 0);
  CHECK(one.pem.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(one.pem.ends_with("-----END CERTIFICATE-----\n"));
  CHECK(one.pem.find("KEY") == std::string::npos);
}

/// Self-signed, of an organization; with none if empty.
std::string another(const std::string& organization) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_set_pubkey(certificate.get(), key.get());
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), 0);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), 1);
  if (!organization.empty()) {
    X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_organizationName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(organization.data()),
                               static_cast<int>(organization.size()), -1, 0);
  }
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(bio.get(), certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

TEST_CASE("only a certificate of the emulator is recognized as one") {
  CHECK(is_emulator_certificate(make_certificate(now).pem));
  CHECK(is_emulator_certificate(another("envlink emulator")));
  CHECK_FALSE(is_emulator_certificate(another("envlink emulator of another")));
  CHECK_FALSE(is_emulator_certificate(another("envlink")));
  CHECK_FALSE(is_emulator_certificate(another("")));
  CHECK_FALSE(is_emulator_certificate(make_certificate(now).pem + another("")));
  CHECK_FALSE(is_emulator_certificate(make_certificate(now).pem + "junk"));
  CHECK_FALSE(is_emulator_certificate(""));
  CHECK_FALSE(is_emulator_certificate("version: 1\n"));
  CHECK_FALSE(is_emulator_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

}  // namespace
}  // namespace envlink::emulator
