/* Declarations only: the tools load the library when a digest is first asked for; what is linked to it says so itself. */
#ifndef CCRYPTO_SHIM_H
#define CCRYPTO_SHIM_H
#include <openssl/evp.h>

/* The functions that make a digest, as they are looked up by name. */
typedef __typeof__(EVP_MD_CTX_new) *CCRYPTO_MD_CTX_new;
typedef __typeof__(EVP_MD_CTX_free) *CCRYPTO_MD_CTX_free;
typedef __typeof__(EVP_sha256) *CCRYPTO_sha256;
typedef __typeof__(EVP_DigestInit_ex) *CCRYPTO_DigestInit_ex;
typedef __typeof__(EVP_DigestUpdate) *CCRYPTO_DigestUpdate;
typedef __typeof__(EVP_DigestFinal_ex) *CCRYPTO_DigestFinal_ex;

#endif
