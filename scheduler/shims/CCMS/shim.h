// libcrypto's signed messages (RFC 5652), time-stamps (RFC 3161) and key files (RFC 7292), and what Swift cannot see of
// them: lists of a type are macros.
#ifndef GIAOBAN_CCMS_SHIM_H
#define GIAOBAN_CCMS_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline STACK_OF(X509) *shim_certificates_new(void) { return sk_X509_new_null(); }
static inline int shim_certificates_count(const STACK_OF(X509) *list) { return list ? sk_X509_num(list) : 0; }
static inline X509 *shim_certificates_at(const STACK_OF(X509) *list, int index) { return sk_X509_value(list, index); }
// Takes the certificate over where it returns above 0.
static inline int shim_certificates_push(STACK_OF(X509) *list, X509 *one) { return sk_X509_push(list, one); }
static inline void shim_certificates_free(STACK_OF(X509) *list) { sk_X509_pop_free(list, X509_free); }
static inline int shim_signers_count(const STACK_OF(CMS_SignerInfo) *list) { return list ? sk_CMS_SignerInfo_num(list) : 0; }
static inline CMS_SignerInfo *shim_signers_at(const STACK_OF(CMS_SignerInfo) *list, int index) {
    return sk_CMS_SignerInfo_value(list, index);
}
// Bytes of a time of X.509 as Unix seconds. Returns 1 where it is one.
static inline int shim_unix_time(const ASN1_TIME *time, int64_t *seconds) {
    struct tm parts;
    if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
    *seconds = (int64_t)timegm(&parts);
    return 1;
}
// Copies the address at a place of the list of those where a certificate says that revocation lists are (RFC 5280
// §4.2.1.13). Returns its length; 0 where there is none or it is longer than `room`.
static inline int shim_revocation_address(X509 *certificate, int wanted, char *out, int room) {
    CRL_DIST_POINTS *points = X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
    int length = 0, seen = 0;
    for (int i = 0; points && i < sk_DIST_POINT_num(points) && !length; i++) {
        DIST_POINT *point = sk_DIST_POINT_value(points, i);
        if (!point->distpoint || point->distpoint->type != 0) continue;
        GENERAL_NAMES *names = point->distpoint->name.fullname;
        for (int j = 0; j < sk_GENERAL_NAME_num(names); j++) {
            GENERAL_NAME *name = sk_GENERAL_NAME_value(names, j);
            if (name->type != GEN_URI || seen++ != wanted) continue;
            int count = ASN1_STRING_length(name->d.uniformResourceIdentifier);
            if (count <= 0 || count > room) break;
            __builtin_memcpy(out, ASN1_STRING_get0_data(name->d.uniformResourceIdentifier), (size_t)count);
            length = count;
            break;
        }
    }
    CRL_DIST_POINTS_free(points);
    return length;
}

#endif
