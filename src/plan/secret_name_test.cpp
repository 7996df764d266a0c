#include "plan/secret_name.h"

#include <doctest/doctest.h>

using namespace envlink::plan;

TEST_CASE("a name for a secret counts, and a name about a secret does not") {
  for (const char* key :
       {"STRIPE_SECRET_KEY", "API_KEY", "DB_PASSWORD", "token", "GITHUB_TOKEN", "SESSION_SECRET",
        "JWT_SECRET_V2", "file:server.key", "file:id-rsa-key.pem", "SMTP_PASS", "APIKEY"}) {
    CAPTURE(key);
    CHECK(name_says_secret(key));
  }
  for (const char* key :
       {"", "_", "LOG_LEVEL", "DATABASE_URL", "TOKEN_TTL", "AWS_ACCESS_KEY_ID", "STRIPE_PUBLISHABLE_KEY",
        "VITE_MAPS_KEY", "NEXT_PUBLIC_SENTRY_KEY", "TOKEN_URL", "MAX_TOKENS", "MONKEY", "KEYBOARD",
        "file:ca.pem", "PASSWORD_RESET_ENABLED", "SUPABASE_ANON_KEY"}) {
    CAPTURE(key);
    CHECK_FALSE(name_says_secret(key));
  }
}
