#include "way.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "stop.h"

enum { batch = 64 };

// MARK: Packets

static void append(struct fifo *fifo, struct packet *packet) {
    packet->next = NULL;
    if (fifo->first) fifo->last->next = packet;
    else fifo->first = packet;
    fifo->last = packet;
}

static struct packet *take_first(struct fifo *fifo) {
    struct packet *packet = fifo->first;
    fifo->first = packet->next;
    return packet;
}

// SplitMix64: any seed will do, also 0 and neighbours.
static double draw(uint64_t *seed) {
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

// Gilbert's two states: everything is lost in the bad one. It ends with probability 1/burst and begins so that `loss`
// of all packets are in it. One draw a packet: which packets of a run are lost follows from the seed, not from the time.
static bool is_lost(struct way *way) {
    double share = way->values->of[loss] / 100, length = way->values->of[burst], chance = draw(&way->loss_seed);
    if (length <= 1 || share >= 1 || share <= 0) return way->losing = chance < share;
    return way->losing = way->losing ? chance >= 1 / length : chance < share / (1 - share) / length;
}

// A real line's delay wanders: packets of the same few milliseconds meet the same one. Drawn for each packet, kept
// order would make every burst as late as its unluckiest packet.
static int64_t delay_at(struct way *way, int64_t at) {
    if (at >= way->offset_until) {
        way->offset = draw(&way->jitter_seed) - 0.5;
        way->offset_until = at + (int64_t)(way->values->of[hold] * (double)millisecond);
    }
    double delay = way->values->of[rtt] / 2 + way->values->of[jitter] * way->offset;
    return delay > 0 ? (int64_t)(delay * (double)millisecond) : 0;
}

static void start_sending(struct way *way, int64_t at) {
    struct packet *packet = way->waiting.first;
    way->sending = packet != NULL;
    if (!packet) return;
    way->waiting_bytes -= packet->size;
    way->ends = at + (int64_t)((double)packet->size * 8e6 / way->rate);
    float wait = (float)(at - packet->arrived) / (float)millisecond;
    if (way->sample_count < most_samples) way->samples[way->sample_count++] = wait;
}

// Everything up to `now`, at the times at which it was due: being woken late must not slow the line down. A lost packet
// has used the line like any other.
void send_until(struct way *way, int64_t now) {
    while (way->sending && way->ends <= now) {
        struct packet *packet = take_first(&way->waiting);
        if (is_lost(way)) {
            way->lost++;
            free(packet);
        } else {
            packet->release = way->ends + delay_at(way, way->ends);
            append(&way->flying, packet);
        }
        start_sending(way, way->ends);
    }
}

// First in, first out: a packet whose delay is shorter than its predecessor's waits for that one, so order is kept.
void deliver_until(struct way *way, int64_t now) {
    while (way->flying.first && way->flying.first->release <= now) {
        struct packet *packet = take_first(&way->flying);
        // A device that takes nothing (its namespace ends) is no reason to stop the other way.
        if (write(way->to, packet->bytes, packet->size) == (ssize_t)packet->size) {
            way->packets++;
            way->bytes += packet->size;
        }
        free(packet);
    }
}

// The queue's limit holds for the wait and the sending of a packet together; one packet always fits.
static bool has_room(const struct way *way, size_t size, int64_t now) {
    if (!way->sending) return true;
    double ahead = (double)(way->ends - now) * way->rate / 8e6 + (double)way->waiting_bytes;
    double limit = way->values->of[queue];
    if (!way->values->queue_in_bytes) limit *= way->rate / 8;
    return ahead + (double)size <= limit;
}

void accept_packets(struct way *way, int64_t now) {
    static uint8_t bytes[65536];
    for (int i = 0; i < batch; i++) {
        ssize_t size = read(way->from, bytes, sizeof bytes);
        if (size <= 0) return;
        if (!has_room(way, (size_t)size, now)) {
            way->overflowed++;
            continue;
        }
        struct packet *packet = malloc(sizeof *packet + (size_t)size);
        if (!packet) stop("No memory.");
        memcpy(packet->bytes, bytes, (size_t)size);
        packet->size = (size_t)size;
        packet->arrived = now;
        append(&way->waiting, packet);
        way->waiting_bytes += packet->size;
        if (!way->sending) start_sending(way, now);
    }
}

// The packet that is on its way through the bottleneck takes the new rate for what is left of it.
void set_rate(struct way *way, double rate, int64_t now) {
    if (way->sending) way->ends = now + (int64_t)((double)(way->ends - now) * way->rate / rate);
    way->rate = rate;
}

// Nobody sees when a packet leaves the bottleneck: the next that shows is that one arrives.
int64_t next_event(const struct way *way) {
    int64_t next = way->flying.first ? way->flying.first->release : never;
    if (!way->sending) return next;
    double least = (way->values->of[rtt] - way->values->of[jitter]) / 2;
    int64_t arrival = way->ends + (least > 0 ? (int64_t)(least * (double)millisecond) : 0);
    return arrival < next ? arrival : next;
}

// MARK: Figures

static int by_size(const void *a, const void *b) {
    float first = *(const float *)a, other = *(const float *)b;
    return (first > other) - (first < other);
}

void write_figures(FILE *file, struct way *way, double time) {
    double sum = 0, percentile = 0, most = 0;
    uint64_t count = way->sample_count;
    if (count) {
        qsort(way->samples, count, sizeof *way->samples, by_size);
        for (uint64_t i = 0; i < count; i++) sum += (double)way->samples[i];
        sum /= (double)count;
        percentile = (double)way->samples[(count - 1) * 95 / 100];
        most = (double)way->samples[count - 1];
    }
    fprintf(file,
            "{\"t\":%.3f,\"way\":\"%s\",\"bytes\":%" PRIu64 ",\"packets\":%" PRIu64 ",\"lost\":%" PRIu64
            ",\"overflowed\":%" PRIu64 ","
            "\"queue_mean_ms\":%.3f,\"queue_p95_ms\":%.3f,\"queue_max_ms\":%.3f}\n",
            time, way->name, way->bytes, way->packets, way->lost, way->overflowed, sum, percentile, most);
    way->bytes = way->packets = way->lost = way->overflowed = way->sample_count = 0;
}
