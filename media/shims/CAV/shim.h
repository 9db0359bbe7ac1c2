// libav: pictures decoded, scaled and encoded, films written. What Swift cannot see of it: macros with casts, and planes
// reached by an offset.
#ifndef GIAOBAN_CAV_SHIM_H
#define GIAOBAN_CAV_SHIM_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <string.h>

// What a decoder or encoder answers that wants more before it gives anything.
static inline int shim_av_again(void) { return AVERROR(EAGAIN); }
static inline int shim_av_end(void) { return AVERROR_EOF; }
static inline int64_t shim_av_no_time(void) { return AV_NOPTS_VALUE; }

// Scales a picture into a part of a YUV 4:2:0 one; x and y are even, and the context's target size fits.
static inline int shim_av_scale(struct SwsContext *context, const AVFrame *from, AVFrame *to, int x, int y) {
    uint8_t *planes[4] = {
        to->data[0] + (ptrdiff_t)y * to->linesize[0] + x,
        to->data[1] + (ptrdiff_t)(y / 2) * to->linesize[1] + x / 2,
        to->data[2] + (ptrdiff_t)(y / 2) * to->linesize[2] + x / 2,
        NULL,
    };
    return sws_scale(context, (const uint8_t *const *)from->data, from->linesize, 0, from->height, planes, to->linesize);
}

// Copies the bytes that a decoder needs beforehand. Returns 0, or -1 where memory ran out.
static inline int shim_av_set_extradata(AVCodecParameters *parameters, const uint8_t *bytes, int count) {
    parameters->extradata = av_mallocz((size_t)count + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!parameters->extradata) return -1;
    memcpy(parameters->extradata, bytes, (size_t)count);
    parameters->extradata_size = count;
    return 0;
}

// Adds a chapter, times in milliseconds. The format's context owns it. Returns 0, or -1 where memory ran out.
static inline int shim_av_add_chapter(AVFormatContext *format, int64_t start, int64_t end, const char *title) {
    AVChapter *chapter = av_mallocz(sizeof *chapter);
    if (!chapter) return -1;
    chapter->id = format->nb_chapters + 1;
    chapter->time_base = (AVRational){1, 1000};
    chapter->start = start;
    chapter->end = end;
    av_dict_set(&chapter->metadata, "title", title, 0);
    int count = (int)format->nb_chapters;
    av_dynarray_add(&format->chapters, &count, chapter);
    if (!format->chapters) return -1;
    format->nb_chapters = (unsigned)count;
    return 0;
}

#endif
