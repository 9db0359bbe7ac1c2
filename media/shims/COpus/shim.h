// What Swift cannot see of libopus: functions with a variable number of arguments. The relay never encodes or decodes;
// the settings are for its tests, which make real packets.
#ifndef GIAOBAN_COPUS_SHIM_H
#define GIAOBAN_COPUS_SHIM_H

#include <opus/opus.h>

// Sets one of the encoder's values: OPUS_SET_BITRATE_REQUEST, OPUS_SET_DTX_REQUEST and their like.
static inline int shim_opus_set(OpusEncoder *encoder, int request, opus_int32 value) {
    return opus_encoder_ctl(encoder, request, value);
}

#endif
