// CSRTPCipher.h over OpenSSL, for the fuzz target alone.
#include "../../../media/shims/CSRTPCipher/include/CSRTPCipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

struct csrtp_cipher {
    uint8_t key[16], salt[16], authentication[20];
};

static int ctr(const uint8_t key[16], const uint8_t counter[16], const void *from, size_t length, void *to) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    int done = EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, key, counter) &&
               EVP_EncryptUpdate(context, to, &written, from, (int)length);
    EVP_CIPHER_CTX_free(context);
    return done;
}

int csrtp_keystream(const uint8_t key[16], const uint8_t counter[16], uint8_t *output, size_t length) {
    memset(output, 0, length);
    return ctr(key, counter, output, length, output);
}

struct csrtp_cipher *csrtp_create_gcm(const uint8_t key[16], const uint8_t salt[12]) {
    struct csrtp_cipher *cipher = calloc(1, sizeof *cipher);
    memcpy(cipher->key, key, 16);
    memcpy(cipher->salt, salt, 12);
    return cipher;
}

struct csrtp_cipher *csrtp_create_counter_mode(const uint8_t key[16], const uint8_t salt[14],
                                               const uint8_t authentication[20]) {
    struct csrtp_cipher *cipher = calloc(1, sizeof *cipher);
    memcpy(cipher->key, key, 16);
    memcpy(cipher->salt, salt, 14);
    memcpy(cipher->authentication, authentication, 20);
    return cipher;
}

void csrtp_destroy(struct csrtp_cipher *cipher) { free(cipher); }

static int gcm(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *additional,
               size_t additional_length, const void *from, size_t length, void *to, int seal) {
    uint8_t nonce[12];
    int written = 0, done;
    memcpy(nonce, cipher->salt, 12);
    for (int i = 0; i < 4; i++) nonce[2 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) nonce[6 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (seal) {
        done = EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), NULL, cipher->key, nonce) &&
               EVP_EncryptUpdate(context, NULL, &written, additional, (int)additional_length) &&
               EVP_EncryptUpdate(context, to, &written, from, (int)length) &&
               EVP_EncryptFinal_ex(context, (uint8_t *)to + length, &written) &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, (uint8_t *)to + length);
    } else {
        done = EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), NULL, cipher->key, nonce) &&
               EVP_DecryptUpdate(context, NULL, &written, additional, (int)additional_length) &&
               EVP_DecryptUpdate(context, to, &written, from, (int)length) &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, (uint8_t *)from + length) &&
               EVP_DecryptFinal_ex(context, (uint8_t *)to + length, &written);
    }
    EVP_CIPHER_CTX_free(context);
    return done == 1;
}

int csrtp_seal(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *additional,
               size_t additional_length, const void *source, size_t length, void *output) {
    return gcm(cipher, ssrc, index, additional, additional_length, source, length, output, 1);
}

int csrtp_open(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *additional,
               size_t additional_length, void *data, size_t length) {
    return gcm(cipher, ssrc, index, additional, additional_length, data, length, data, 0);
}

void csrtp_crypt(const struct csrtp_cipher *cipher, uint32_t ssrc, uint64_t index, const void *source, size_t length,
                 void *output) {
    uint8_t counter[16];
    memcpy(counter, cipher->salt, 14);
    counter[14] = counter[15] = 0;
    for (int i = 0; i < 4; i++) counter[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) counter[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    ctr(cipher->key, counter, source, length, output);
}

void csrtp_authenticate(const struct csrtp_cipher *cipher, const void *packet, size_t length,
                        const uint32_t *rollover, uint8_t digest[20]) {
    uint8_t *whole = malloc(length + 4);
    unsigned written = 20;
    memcpy(whole, packet, length);
    if (rollover)
        for (int i = 0; i < 4; i++) whole[length + (size_t)i] = (uint8_t)(*rollover >> (24 - 8 * i));
    HMAC(EVP_sha1(), cipher->authentication, 20, whole, length + (rollover ? 4 : 0), digest, &written);
    free(whole);
}

int csrtp_equal(const void *left, const void *right, size_t length) { return CRYPTO_memcmp(left, right, length) == 0; }
