// One way of the line: packets pass a bottleneck with its queue, then losses, then a delay, and are counted.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { most_samples = 65536 };
static const int64_t second = 1000000000, millisecond = 1000000, never = INT64_MAX;

enum key { up, down, rtt, jitter, loss, burst, queue, hold, keys };
// `named`: a step changes only what it names.
struct values {
    double of[keys];
    bool named[keys];
    bool queue_in_bytes;
};

struct packet {
    struct packet *next;
    int64_t arrived, release;
    size_t size;
    uint8_t bytes[];
};
struct fifo {
    struct packet *first, *last;
};
struct way {
    const char *name;
    int from, to;
    double rate;  // kbit/s
    const struct values *values;
    struct fifo waiting, flying;
    size_t waiting_bytes;         // without the packet that is being sent
    bool sending;                 // the first of `waiting`
    int64_t ends;                 // when its last bit is sent
    uint64_t loss_seed, jitter_seed;
    bool losing;                  // in a burst of losses
    double offset;                // of the delay, in jitters: -0.5…0.5
    int64_t offset_until;
    uint64_t bytes, packets, lost, overflowed, sample_count;
    float samples[most_samples];  // waits in this second, in ms
};

// What has come from the command or from this machine joins the queue, or overflows it.
void accept_packets(struct way *way, int64_t now);
void send_until(struct way *way, int64_t now);
void deliver_until(struct way *way, int64_t now);
void set_rate(struct way *way, double rate, int64_t now);
// When there will be something to do, unless a packet comes before; `never`, unless one does.
int64_t next_event(const struct way *way);
// One line of JSON for what was since the last.
void write_figures(FILE *file, struct way *way, double time);
