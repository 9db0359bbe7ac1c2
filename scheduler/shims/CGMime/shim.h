// GMime: letters (RFC 5322, MIME) written and read.
#ifndef GIAOBAN_CGMIME_SHIM_H
#define GIAOBAN_CGMIME_SHIM_H

#include <gmime/gmime.h>

// What GLib has as macros.
static inline int shim_is_multipart(void *object) { return GMIME_IS_MULTIPART(object); }
static inline int shim_is_part(void *object) { return GMIME_IS_PART(object); }
static inline int shim_is_message_part(void *object) { return GMIME_IS_MESSAGE_PART(object); }
static inline int shim_is_message(void *object) { return GMIME_IS_MESSAGE(object); }
static inline int shim_is_mailbox(void *object) { return INTERNET_ADDRESS_IS_MAILBOX(object); }

#endif
