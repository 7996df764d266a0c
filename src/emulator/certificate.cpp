#include "emulator/certificate.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace envlink::emulator {
namespace {

constexpr std::string_view organization = "envlink emulator";

template <auto release>
struct Free {
  template <class T>
  void operator()(T* what) const {
    release(what);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using X509Certificate = std::unique_ptr<X509, Free<X509_free>>;

void check(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot make a certificate");
}

void name(X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto add = [&](int field, std::string_view text) {
    check(X509_NAME_add_entry_by_NID(subject, field, MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()), -1, 0) == 1);
  };
  add(NID_organizationName, organization);
  add(NID_commonName, "localhost");
  check(X509_set_issuer_name(certificate, subject) == 1);
}

/// Some clients refuse a second certificate with the same issuer and number.
void number(X509* certificate) {
  const Number serial(BN_new());
  check(serial && BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1);
  check(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void limit(X509* certificate, Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  check(ASN1_TIME_adj(X509_getm_notBefore(certificate), seconds, -1, 0) != nullptr);
  check(ASN1_TIME_adj(X509_getm_notAfter(certificate), seconds, 30, 0) != nullptr);
}

/// Not an authority, because some clients refuse an authority's certificate as a server's. Without a key
/// usage, because OpenSSL 1.1.1 trusts no self-signed certificate whose key may not sign certificates.
void extend(X509* certificate) {
  constexpr std::array<std::pair<int, const char*>, 4> extensions = {
      {{NID_basic_constraints, "critical,CA:FALSE"},
       {NID_ext_key_usage, "serverAuth"},
       {NID_subject_key_identifier, "hash"},
       {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"}}};
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  for (const auto& [kind, text] : extensions) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, text));
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
  }
}

std::string pem_of(X509* certificate) {
  const Bio memory(BIO_new(BIO_s_mem()));
  check(memory && PEM_write_bio_X509(memory.get(), certificate) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

Certificate make_certificate(Time now) {
  Certificate made{.pem = {}, .key = {EVP_EC_gen("P-256"), EVP_PKEY_free}};
  const X509Certificate certificate(X509_new());
  check(made.key && certificate);
  check(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  check(X509_set_pubkey(certificate.get(), made.key.get()) == 1);
  name(certificate.get());
  number(certificate.get());
  limit(certificate.get(), now);
  extend(certificate.get());
  check(X509_sign(certificate.get(), made.key.get(), EVP_sha256()) > 0);
  made.pem = pem_of(certificate.get());
  return made;
}

bool is_emulator_certificate(std::string_view pem) {
  constexpr std::string_view last_line = "-----END CERTIFICATE-----";
  const std::size_t last = pem.find(last_line);
  if (last == std::string_view::npos) return false;
  const std::size_t end = last + last_line.size();
  const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  check(memory != nullptr);
  // With a passphrase, OpenSSL does not ask for one on the terminal.
  char passphrase[] = "";
  const X509Certificate certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, passphrase));
  if (!certificate || pem.find_first_not_of(" \r\n", end) != std::string_view::npos) return false;
  std::array<char, organization.size() + 2> text{};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_organizationName,
                                             text.data(), static_cast<int>(text.size()));
  return size >= 0 && std::string_view(text.data(), static_cast<std::size_t>(size)) == organization;
}

}  // namespace envlink::emulator
