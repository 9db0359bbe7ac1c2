// zlib: DEFLATE (RFC 1951) and CRC-32.
#ifndef GIAOBAN_CZLIB_SHIM_H
#define GIAOBAN_CZLIB_SHIM_H

#include <zlib.h>

// A macro that Swift cannot see. Raw DEFLATE, without zlib's header, as ZIP wants it.
static inline int shim_deflate_init(z_stream *stream) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

static inline int shim_inflate_init(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }

#endif
