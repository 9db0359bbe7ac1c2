// What Swift cannot see of OpenSSL: function-like macros and casts.
#ifndef GIAOBAN_COPENSSL_SHIM_H
#define GIAOBAN_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline EVP_PKEY *shim_generate_p256(void) { return EVP_EC_gen("P-256"); }
static inline uint64_t shim_dtls_options(void) {
    return SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
           SSL_OP_CIPHER_SERVER_PREFERENCE;
}
static inline void shim_set_min_dtls12(SSL_CTX *context) {
    SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION);
}
static inline int shim_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline void shim_no_session_cache(SSL_CTX *context) { SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); }
static inline void shim_limit_certificates(SSL_CTX *context, long bytes) { SSL_CTX_set_max_cert_list(context, bytes); }
static inline void shim_set_mtu(SSL *ssl, long mtu) { SSL_set_mtu(ssl, mtu); DTLS_set_link_mtu(ssl, mtu); }
// Microseconds until the handshake has to send again; -1 when nothing is waiting.
static inline int64_t shim_dtls_timeout(SSL *ssl) {
    struct timeval left;
    if (DTLSv1_get_timeout(ssl, &left) != 1) return -1;
    return (int64_t)left.tv_sec * 1000000 + left.tv_usec;
}
static inline int shim_dtls_handle_timeout(SSL *ssl) { return (int)DTLSv1_handle_timeout(ssl); }

// A BIO that takes one datagram to read at a time and hands over each datagram that is written.
typedef void (*shim_datagram_writer)(void *context, const uint8_t *bytes, int length);
struct shim_datagrams {
    const uint8_t *input;
    int input_length;
    shim_datagram_writer write;
    void *context;
};
static inline int shim_bio_read(BIO *bio, char *out, int length) {
    struct shim_datagrams *state = (struct shim_datagrams *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!state || !state->input) {
        BIO_set_retry_read(bio);
        return -1;
    }
    int count = state->input_length < length ? state->input_length : length;
    __builtin_memcpy(out, state->input, (size_t)count);
    state->input = NULL;
    return count;
}
static inline int shim_bio_write(BIO *bio, const char *bytes, int length) {
    struct shim_datagrams *state = (struct shim_datagrams *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (state && state->write) state->write(state->context, (const uint8_t *)bytes, length);
    return length;
}
static inline long shim_bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio; (void)number; (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP:
        return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
        return 1200;
    default:
        return 0;
    }
}
static inline BIO_METHOD *shim_datagram_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
    if (!method) return NULL;
    BIO_meth_set_read(method, shim_bio_read);
    BIO_meth_set_write(method, shim_bio_write);
    BIO_meth_set_ctrl(method, shim_bio_control);
    return method;
}
static inline BIO *shim_datagram_bio(BIO_METHOD *method, struct shim_datagrams *state) {
    BIO *bio = BIO_new(method);
    if (!bio) return NULL;
    BIO_set_data(bio, state);
    BIO_set_init(bio, 1);
    return bio;
}
// The fingerprint decides who a peer is, not a chain of trust.
static inline int shim_accept_any(int preverified, X509_STORE_CTX *store) { (void)preverified; (void)store; return 1; }
static inline void shim_verify_peer(SSL_CTX *context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, shim_accept_any);
}
static inline long shim_write_pem(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

#endif
