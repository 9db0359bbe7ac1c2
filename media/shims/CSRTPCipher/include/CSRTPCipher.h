// The ciphers of SRTP from BoringSSL, behind plain types: its headers and OpenSSL's cannot meet in one Swift module.
// BoringSSL has AES-GCM with VAES for AVX2 machines, and encrypts from one place to another in one pass.
#ifndef CSRTPCIPHER_H
#define CSRTPCIPHER_H

#include <stddef.h>
#include <stdint.h>

// One session key of one direction: its key schedule, its salt and, for counter mode, its HMAC states.
struct csrtp_cipher;

// AES-CM (RFC 3711 §4.1.1) over zeros from a 128-bit initial counter: key derivation. Returns 1 on success.
int csrtp_keystream(const uint8_t key[16], const uint8_t counter[16], uint8_t *output, size_t length);

// AEAD_AES_128_GCM (RFC 7714) with a 12-byte salt.
struct csrtp_cipher *csrtp_create_gcm(const uint8_t key[16], const uint8_t salt[12]);
// AES_128_CM_HMAC_SHA1_80 (RFC 3711) with a 14-byte salt and a 20-byte authentication key.
struct csrtp_cipher *csrtp_create_counter_mode(const uint8_t key[16], const uint8_t salt[14],
                                               const uint8_t authentication[20]);
void csrtp_destroy(struct csrtp_cipher *cipher);

// GCM: encrypts source into output, 16 bytes of tag behind it. Returns 1 on success.
int csrtp_seal(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *additional,
               size_t additional_length, const void *source, size_t length, void *output);
// GCM: decrypts in place; the tag stands behind the length bytes. Returns 1 when the tag is right.
int csrtp_open(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *additional,
               size_t additional_length, void *data, size_t length);

// Counter mode: en- or decrypts with the keystream of (ssrc, index).
void csrtp_crypt(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *source, size_t length,
                 void *output);
// Counter mode: HMAC-SHA1 over the packet and, when rollover is not NULL, that number in network order.
void csrtp_authenticate(const struct csrtp_cipher *cipher, const void *packet, size_t length,
                        const uint32_t *rollover, uint8_t digest[20]);
// Compares in constant time; 1 when equal.
int csrtp_equal(const void *left, const void *right, size_t length);

#endif
