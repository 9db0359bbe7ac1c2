// Linux socket calls that Swift's Glibc module hides: recvmmsg(2), sendmmsg(2), UDP_SEGMENT (udp(7)) and epoll.
#ifndef CSOCKETS_H
#define CSOCKETS_H

#include <stddef.h>
#include <stdint.h>

// One peer address: IPv6 in network byte order (IPv4 as ::ffff:a.b.c.d), port in host order.
struct csockets_address {
    uint8_t ip[16];
    uint16_t port;
};

// Opaque arrays of mmsghdr, iovec, sockaddr and control data, made once and used for every call.
struct csockets_receiver;
struct csockets_sender;

// A UDP socket (or TCP listener) on address:port; NULL address means every address, IPv6 and IPv4 alike.
// Returns the descriptor, or -errno.
int csockets_open_udp(const char *address, uint16_t port, int buffer_bytes);
int csockets_open_tcp_listener(const char *address, uint16_t port);
// Accepts one connection, non-blocking, with TCP_NODELAY. Returns the descriptor or -errno.
int csockets_accept(int listener, struct csockets_address *peer);
// The port that a descriptor is bound to, or -errno.
int csockets_local_port(int descriptor);

// Room for `batch` datagrams of `stride` bytes each, in memory of the caller's.
struct csockets_receiver *csockets_receiver_create(void *memory, unsigned batch, unsigned stride);
void csockets_receiver_destroy(struct csockets_receiver *receiver);
// Receives what is there without waiting. Returns the number of datagrams, 0 when none, or -errno.
int csockets_receive(struct csockets_receiver *receiver, int descriptor);
unsigned csockets_received_length(const struct csockets_receiver *receiver, unsigned index);
void csockets_received_from(const struct csockets_receiver *receiver, unsigned index, struct csockets_address *from);

struct csockets_sender *csockets_sender_create(unsigned batch);
void csockets_sender_destroy(struct csockets_sender *sender);
// Puts a run of datagrams to one destination at `index` of the batch. segment is 0 for a single datagram.
void csockets_sender_set(struct csockets_sender *sender, unsigned index, void *bytes, size_t length,
                         uint16_t segment, uint64_t high, uint64_t low, uint16_t port);
// Sends entries first ..< count; returns how many were taken, or -errno of the first.
int csockets_send(struct csockets_sender *sender, int descriptor, unsigned first, unsigned count);

// Whether this kernel sends UDP_SEGMENT runs on this socket.
int csockets_supports_segmentation(int descriptor);

int csockets_epoll_create(void);
int csockets_event_descriptor(void);
// events: 1 readable, 2 writable.
int csockets_epoll_add(int epoll, int descriptor, int events, uint64_t token);
int csockets_epoll_change(int epoll, int descriptor, int events, uint64_t token);
int csockets_epoll_remove(int epoll, int descriptor);
// Waits at most timeout_us; fills tokens and events (1 readable, 2 writable, 4 hung up). Returns the count or -errno.
int csockets_epoll_wait(int epoll, uint64_t *tokens, int *events, int capacity, int64_t timeout_us);

// CLOCK_MONOTONIC and CLOCK_REALTIME in microseconds.
int64_t csockets_monotonic_us(void);
int64_t csockets_realtime_us(void);
// Names the calling thread and asks for real-time priority; returns 0 when it was granted, or -errno.
int csockets_name_thread(const char *name);
int csockets_realtime_priority(int priority);
// Keeps the calling thread on one core: the ordinal-th of those that the process may use, counted round. 0 or -errno.
int csockets_pin_thread(unsigned ordinal);

#endif
