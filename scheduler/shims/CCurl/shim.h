// libcurl, whose options are variadic: one function for each kind of value.
#ifndef GIAOBAN_CCURL_SHIM_H
#define GIAOBAN_CCURL_SHIM_H

#include <curl/curl.h>

static inline CURLcode shim_curl_set_long(CURL *curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode shim_curl_set_text(CURL *curl, CURLoption option, const char *value) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode shim_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode shim_curl_set_callback(CURL *curl, CURLoption option, size_t (*value)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode shim_curl_get_long(CURL *curl, CURLINFO info, long *value) {
    return curl_easy_getinfo(curl, info, value);
}
static inline CURLcode shim_curl_set_size(CURL *curl, CURLoption option, long long value) {
    return curl_easy_setopt(curl, option, (curl_off_t)value);
}
static inline CURLcode shim_curl_get_socket(CURL *curl, curl_socket_t *value) {
    return curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, value);
}
static inline CURLcode shim_curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

#endif
