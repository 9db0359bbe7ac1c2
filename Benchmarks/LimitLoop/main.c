// The machine's limit: what remains when a relay only encrypts and sends. One publisher's packets, sealed with one key
// for each receiver (the same cipher as the relay's), sent to as many UDP destinations by the best system call, at the
// same instants and in the same bursts as the load. It receives nothing, looks nothing up, answers nobody.
//
// limit PROFILE MODE SECONDS VIDEO_FPS VIDEO_KBPS PACKET_BYTES AUDIO_VOICES AUDIO_BYTES < ports
//   PROFILE  gcm | cm      MODE  gso | plain (sendmmsg)      VIDEO_FPS 0: no video
//   SECONDS  0: as fast as it goes; -1: one burst between the tracer's marks, to as many receivers as a tenth
//            argument says
// Prints one line of JSON.
#define _GNU_SOURCE
#include <CBench.h>
#include <CSRTPCipher.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { most_receivers = 1024, batch = 512, header_bytes = 12, place = 1600, most_segments = 16 };

struct receiver {
    struct csrtp_cipher *cipher;
    struct sockaddr_in address;
    uint64_t index;
};

static struct receiver receivers[most_receivers];
static unsigned receiver_count;
static int is_gcm, has_gso, descriptor;
static uint8_t plain[most_segments][place];
static uint8_t *memory;
static struct mmsghdr messages[batch];
static struct iovec vectors[batch];
static uint8_t controls[batch][CMSG_SPACE(sizeof(uint16_t))];
static unsigned entries;
static size_t used;
static uint64_t packets, calls, refused;

static int64_t nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static void flush(void) {
    unsigned sent = 0;
    while (sent < entries) {
        int done = sendmmsg(descriptor, messages + sent, entries - sent, 0);
        calls++;
        if (done <= 0) {
            refused++;
            sent++;
        } else {
            sent += (unsigned)done;
        }
    }
    entries = 0;
    used = 0;
}

static void append(struct receiver *to, uint8_t *bytes, size_t length, uint16_t segment) {
    struct msghdr *header = &messages[entries].msg_hdr;
    vectors[entries] = (struct iovec){.iov_base = bytes, .iov_len = length};
    header->msg_name = &to->address;
    header->msg_namelen = sizeof to->address;
    header->msg_iov = &vectors[entries];
    header->msg_iovlen = 1;
    header->msg_control = NULL;
    header->msg_controllen = 0;
    if (segment) {
        struct cmsghdr *control = (struct cmsghdr *)controls[entries];
        control->cmsg_level = SOL_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof segment);
        memcpy(CMSG_DATA(control), &segment, sizeof segment);
        header->msg_control = control;
        header->msg_controllen = sizeof controls[entries];
    }
    entries++;
}

static size_t seal(struct receiver *to, uint8_t *output, const uint8_t *source, size_t payload) {
    uint32_t ssrc = (uint32_t)(to - receivers) + 1000;
    uint16_t sequence = htons((uint16_t)to->index);
    memcpy(output, source, header_bytes);
    memcpy(output + 2, &sequence, 2);
    if (is_gcm) {
        csrtp_seal(to->cipher, ssrc, to->index, output, header_bytes, source + header_bytes, payload,
                   output + header_bytes);
        to->index++;
        return header_bytes + payload + 16;
    }
    uint8_t digest[20];
    uint32_t rollover = (uint32_t)(to->index >> 16);
    csrtp_crypt(to->cipher, ssrc, to->index, source + header_bytes, payload, output + header_bytes);
    csrtp_authenticate(to->cipher, output, header_bytes + payload, &rollover, digest);
    memcpy(output + header_bytes + payload, digest, 10);
    to->index++;
    return header_bytes + payload + 10;
}

static void send_frame(unsigned count, size_t payload) {
    for (unsigned r = 0; r < receiver_count; r++) {
        if (entries + count > batch || used + count * place > (size_t)batch * place) flush();
        uint8_t *start = memory + used;
        size_t length = 0;
        for (unsigned p = 0; p < count; p++) {
            size_t one = seal(&receivers[r], memory + used, plain[p], payload);
            if (!has_gso) append(&receivers[r], memory + used, one, 0);
            used += one;
            length = one;
        }
        if (has_gso) append(&receivers[r], start, (size_t)(memory + used - start), count > 1 ? (uint16_t)length : 0);
        packets += count;
    }
    flush();
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int count, char **arguments) {
    if (count != 9 && count != 10) {
        fprintf(stderr, "usage: see the head of LimitLoop/main.c\n");
        return 2;
    }
    is_gcm = strcmp(arguments[1], "gcm") == 0;
    has_gso = strcmp(arguments[2], "gso") == 0;
    double duration = atof(arguments[3]), fps = atof(arguments[4]), kbps = atof(arguments[5]);
    size_t video_payload = (size_t)atoi(arguments[6]) - header_bytes;
    int voices = atoi(arguments[7]);
    size_t audio_payload = (size_t)atoi(arguments[8]) - header_bytes;
    if (video_payload > 1400 || audio_payload > 1400) return 2;

    unsigned port;
    uint8_t key[16], salt[14], authentication[20];
    unsigned traced = count == 10 ? (unsigned)atoi(arguments[9]) : 0;
    while (receiver_count < most_receivers && (traced ? (port = 9, receiver_count < traced) : scanf("%u", &port) == 1)) {
        struct receiver *one = &receivers[receiver_count];
        memset(key, (int)receiver_count + 1, sizeof key);
        memset(salt, (int)receiver_count + 7, sizeof salt);
        memset(authentication, (int)receiver_count + 3, sizeof authentication);
        one->cipher = is_gcm ? csrtp_create_gcm(key, salt) : csrtp_create_counter_mode(key, salt, authentication);
        one->address = (struct sockaddr_in){.sin_family = AF_INET,
                                            .sin_port = htons((uint16_t)port),
                                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        receiver_count++;
    }
    memory = aligned_alloc(64, (size_t)batch * place);
    descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (!memory || descriptor < 0 || receiver_count == 0) return 1;
    int buffer = 8 << 20;
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    for (unsigned p = 0; p < most_segments; p++) {
        plain[p][0] = 0x80;
        plain[p][1] = 96;
        for (size_t i = header_bytes; i < place; i++) plain[p][i] = (uint8_t)(i * 31 + p);
    }

    struct sched_param parameters = {.sched_priority = 10};
    sched_setscheduler(0, SCHED_FIFO, &parameters);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    int64_t start = nanoseconds(CLOCK_MONOTONIC), end = start + (int64_t)(duration * 1e9);
    double frame_packets = fps > 0 ? kbps * 125 / fps / (double)(video_payload + header_bytes) : 0, owed = 0;
    if (duration < 0) {
        cbench_tell_mark();
        close(3);
        for (int burst = 0; burst < 11; burst++) {
            if (burst >= 10) cbench_mark();
            send_frame(fps > 0 ? (unsigned)(frame_packets + 0.5) : 1, fps > 0 ? video_payload : audio_payload);
            if (burst >= 10) cbench_mark();
        }
    } else if (duration == 0) {
        end = start + 2000000000ll;
        unsigned whole = fps > 0 ? (unsigned)(frame_packets + 0.5) : 1;
        while (nanoseconds(CLOCK_MONOTONIC) < end) send_frame(whole, fps > 0 ? video_payload : audio_payload);
    } else {
        int64_t next_frame = fps > 0 ? start : INT64_MAX, next_voice = voices > 0 ? start : INT64_MAX;
        for (;;) {
            int64_t next = next_frame < next_voice ? next_frame : next_voice;
            if (next >= end) break;
            struct timespec until = {.tv_sec = next / 1000000000, .tv_nsec = next % 1000000000};
            while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {}
            if (next == next_frame) {
                owed += frame_packets;
                unsigned whole = (unsigned)owed;
                if (whole > most_segments) whole = most_segments;
                owed -= whole;
                if (whole > 0) send_frame(whole, video_payload);
                next_frame += (int64_t)(1e9 / fps);
            } else {
                send_frame(1, audio_payload);
                next_voice += 20000000 / voices;
            }
        }
    }
    double wall = (double)(nanoseconds(CLOCK_MONOTONIC) - start) / 1e9;
    getrusage(RUSAGE_SELF, &after);
    printf("{\"packets\": %llu, \"calls\": %llu, \"refused\": %llu, \"user\": %.6f, \"system\": %.6f, \"wall\": %.3f}\n",
           (unsigned long long)packets, (unsigned long long)calls, (unsigned long long)refused,
           seconds(after.ru_utime) - seconds(before.ru_utime), seconds(after.ru_stime) - seconds(before.ru_stime), wall);
    return 0;
}
