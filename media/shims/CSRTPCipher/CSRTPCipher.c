#include "CSRTPCipher.h"

#include <stdlib.h>
#include <string.h>

#include <CNIOBoringSSL.h>

struct csrtp_cipher {
    EVP_AEAD_CTX *gcm;
    AES_KEY schedule;
    SHA_CTX inner;
    SHA_CTX outer;
    uint8_t salt[16];
};

int csrtp_keystream(const uint8_t key[16], const uint8_t counter[16], uint8_t *output, size_t length) {
    AES_KEY schedule;
    uint8_t block[16] = {0}, running[16];
    unsigned used = 0;
    memcpy(running, counter, 16);
    if (AES_set_encrypt_key(key, 128, &schedule) != 0) return 0;
    memset(output, 0, length);
    AES_ctr128_encrypt(output, output, length, &schedule, running, block, &used);
    OPENSSL_cleanse(&schedule, sizeof schedule);
    return 1;
}

struct csrtp_cipher *csrtp_create_gcm(const uint8_t key[16], const uint8_t salt[12]) {
    struct csrtp_cipher *cipher = calloc(1, sizeof *cipher);
    if (!cipher) return NULL;
    memcpy(cipher->salt, salt, 12);
    cipher->gcm = EVP_AEAD_CTX_new(EVP_aead_aes_128_gcm(), key, 16, 16);
    if (!cipher->gcm) {
        free(cipher);
        return NULL;
    }
    return cipher;
}

struct csrtp_cipher *csrtp_create_counter_mode(const uint8_t key[16], const uint8_t salt[14],
                                               const uint8_t authentication[20]) {
    struct csrtp_cipher *cipher = calloc(1, sizeof *cipher);
    if (!cipher) return NULL;
    memcpy(cipher->salt, salt, 14);
    if (AES_set_encrypt_key(key, 128, &cipher->schedule) != 0) {
        free(cipher);
        return NULL;
    }
    // HMAC (RFC 2104 §4): the states after the padded key, made once.
    uint8_t pad[64];
    memset(pad, 0x36, 64);
    for (int i = 0; i < 20; i++) pad[i] ^= authentication[i];
    SHA1_Init(&cipher->inner);
    SHA1_Update(&cipher->inner, pad, 64);
    memset(pad, 0x5c, 64);
    for (int i = 0; i < 20; i++) pad[i] ^= authentication[i];
    SHA1_Init(&cipher->outer);
    SHA1_Update(&cipher->outer, pad, 64);
    OPENSSL_cleanse(pad, 64);
    return cipher;
}

void csrtp_destroy(struct csrtp_cipher *cipher) {
    if (!cipher) return;
    if (cipher->gcm) EVP_AEAD_CTX_free(cipher->gcm);
    OPENSSL_cleanse(cipher, sizeof *cipher);
    free(cipher);
}

// RFC 7714 §8.1 and §9.1: salt XOR (two zero bytes, SSRC, 48-bit index).
static inline void make_nonce(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, uint8_t nonce[12]) {
    memcpy(nonce, cipher->salt, 12);
    for (int i = 0; i < 4; i++) nonce[2 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) nonce[6 + i] ^= (uint8_t)(index >> (40 - 8 * i));
}

int csrtp_seal(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *additional,
               size_t additional_length, const void *source, size_t length, void *output) {
    uint8_t nonce[12];
    size_t written;
    make_nonce(cipher, ssrc, index, nonce);
    return EVP_AEAD_CTX_seal_scatter(cipher->gcm, output, (uint8_t *)output + length, &written, 16, nonce, 12, source,
                                     length, NULL, 0, additional, additional_length);
}

int csrtp_open(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *additional,
               size_t additional_length, void *data, size_t length) {
    uint8_t nonce[12];
    make_nonce(cipher, ssrc, index, nonce);
    int opened = EVP_AEAD_CTX_open_gather(cipher->gcm, data, nonce, 12, data, length, (uint8_t *)data + length, 16,
                                          additional, additional_length);
    // A packet that is refused is an everyday thing on an open port: nothing is to pile up in the error queue.
    if (!opened) ERR_clear_error();
    return opened;
}

// RFC 3711 §4.1.1: IV = salt·2^16 XOR SSRC·2^64 XOR index·2^16.
void csrtp_crypt(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *source, size_t length,
                 void *output) {
    uint8_t counter[16], block[16];
    unsigned used = 0;
    memcpy(counter, cipher->salt, 14);
    counter[14] = counter[15] = 0;
    for (int i = 0; i < 4; i++) counter[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) counter[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    AES_ctr128_encrypt(source, output, length, &cipher->schedule, counter, block, &used);
}

void csrtp_authenticate(const struct csrtp_cipher *cipher, const void *packet, size_t length,
                        const uint32_t *rollover, uint8_t digest[20]) {
    SHA_CTX context = cipher->inner;
    SHA1_Update(&context, packet, length);
    if (rollover) {
        uint8_t bytes[4] = {(uint8_t)(*rollover >> 24), (uint8_t)(*rollover >> 16), (uint8_t)(*rollover >> 8),
                            (uint8_t)*rollover};
        SHA1_Update(&context, bytes, 4);
    }
    SHA1_Final(digest, &context);
    context = cipher->outer;
    SHA1_Update(&context, digest, 20);
    SHA1_Final(digest, &context);
}

int csrtp_equal(const void *left, const void *right, size_t length) { return CRYPTO_memcmp(left, right, length) == 0; }
