// What the load generator and the instruction counter need of Linux that Swift's Glibc module hides.
#ifndef CBENCH_H
#define CBENCH_H

#include <stddef.h>
#include <stdint.h>

// A UDP socket on any port that stamps what it receives when the kernel takes it from the (loopback)
// device: the receiving program's own waits are not in the figure. Returns the descriptor, or -errno.
int cbench_open(uint16_t *port);
// From now on it talks to this IPv4 address (text) and port only. Returns 0 or -errno.
int cbench_connect(int descriptor, const char *address, uint16_t port);
// 1: a filter in the kernel throws RTP away at this socket, after the sender has paid for the whole way; STUN, DTLS
// and RTCP still pass. 0: everything passes.
int cbench_drop_media(int descriptor, int on);
// Datagrams that the kernel dropped at this socket since it was opened (a full buffer, or the filter).
uint32_t cbench_drops(int descriptor);

// Room for a batch of datagrams of up to 2,048 bytes, for receiving and for sending.
struct cbench_batch;
struct cbench_batch *cbench_batch_create(unsigned capacity);
void cbench_batch_destroy(struct cbench_batch *batch);
// Receives what is there without waiting; returns the number of datagrams, 0 when none.
int cbench_receive(struct cbench_batch *batch, int descriptor);
uint8_t *cbench_bytes(struct cbench_batch *batch, unsigned index);
unsigned cbench_length(const struct cbench_batch *batch, unsigned index);
// When the kernel took datagram `index`, CLOCK_REALTIME in µs.
int64_t cbench_stamp(const struct cbench_batch *batch, unsigned index);
// Sends the first `count` places, whose lengths are given, to the connected peer. Returns the number sent.
int cbench_send(struct cbench_batch *batch, int descriptor, const uint16_t *lengths, unsigned count);

// Sends one datagram to the connected peer.
int cbench_write(int descriptor, const void *bytes, size_t length);

int64_t cbench_now(void);
void cbench_sleep(int64_t microseconds);
// Pins the calling thread to a core and gives it real-time priority (SCHED_FIFO); 0 when both were granted.
int cbench_pin(int core, int priority);
int cbench_epoll_create(void);
int cbench_epoll_add(int epoll, int descriptor, uint32_t token);
// Waits at most `wait` µs; returns the number of ready tokens, 0 on a timeout.
int cbench_epoll_wait(int epoll, uint32_t *tokens, int capacity, int64_t wait);

// Between two calls of this the tracer counts; without a tracer the program must not call it.
void cbench_mark(void);
// Address of a function in this process, 0 when there is none of that name.
uint64_t cbench_symbol(const char *name);
// Tells the tracer on descriptor 3 where cbench_mark is: first of all. Addresses to watch follow, one a line.
void cbench_tell_mark(void);
// Runs arguments[0] (NULL-terminated arguments) and single-steps it between each two marks. counts[k] is the number of
// instructions of region k, and calls[k * watched + j] how often it entered the j-th watched address. Returns the number
// of regions, or -errno.
int cbench_trace(char *const arguments[], int watched, uint64_t *counts, uint64_t *calls, int capacity);

#endif
