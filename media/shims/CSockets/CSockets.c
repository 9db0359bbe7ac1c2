#define _GNU_SOURCE
#include "CSockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

// A dual-stack socket speaks IPv4 as mapped addresses; where the kernel has no IPv6, a plain IPv4 socket does.
// Which of the two a socket is shows in its own address family.
static int bind_socket(const char *address, uint16_t port, int type) {
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    int wants_four = address && inet_pton(AF_INET, address, &four.sin_addr) == 1;
    if (address && !wants_four && inet_pton(AF_INET6, address, &six.sin6_addr) != 1) return -EINVAL;

    int descriptor = -1;
    if (!wants_four) {
        descriptor = socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (descriptor >= 0) {
            int off = 0, on = 1;
            setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
            if (type == SOCK_STREAM) setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
            if (bind(descriptor, (struct sockaddr *)&six, sizeof six) == 0) return descriptor;
            int failure = errno;
            close(descriptor);
            if (failure != EADDRNOTAVAIL && failure != EAFNOSUPPORT) return -failure;
        }
    }
    descriptor = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    if (type == SOCK_STREAM) setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(descriptor, (struct sockaddr *)&four, sizeof four) != 0) {
        int failure = errno;
        close(descriptor);
        return -failure;
    }
    return descriptor;
}

int csockets_open_udp(const char *address, uint16_t port, int buffer_bytes) {
    int descriptor = bind_socket(address, port, SOCK_DGRAM);
    if (descriptor < 0) return descriptor;
    // The FORCE forms pass net.core.*mem_max where the process may; the plain ones take what is allowed.
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    return descriptor;
}

int csockets_open_tcp_listener(const char *address, uint16_t port) {
    int descriptor = bind_socket(address, port, SOCK_STREAM);
    if (descriptor < 0) return descriptor;
    if (listen(descriptor, 256) != 0) {
        int failure = errno;
        close(descriptor);
        return -failure;
    }
    return descriptor;
}

static void to_address(const struct sockaddr_storage *from, struct csockets_address *to) {
    memset(to, 0, sizeof *to);
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;
        memcpy(to->ip, &six->sin6_addr, 16);
        to->port = ntohs(six->sin6_port);
    } else if (from->ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)from;
        to->ip[10] = to->ip[11] = 0xff;
        memcpy(to->ip + 12, &four->sin_addr, 4);
        to->port = ntohs(four->sin_port);
    }
}

int csockets_accept(int listener, struct csockets_address *peer) {
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    int descriptor = accept4(listener, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return -errno;
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    to_address(&from, peer);
    return descriptor;
}

int csockets_local_port(int descriptor) {
    struct sockaddr_storage own;
    socklen_t length = sizeof own;
    if (getsockname(descriptor, (struct sockaddr *)&own, &length) != 0) return -errno;
    struct csockets_address address;
    to_address(&own, &address);
    return address.port;
}

struct csockets_receiver {
    unsigned batch;
    struct mmsghdr *messages;
    struct iovec *vectors;
    struct sockaddr_storage *addresses;
};

struct csockets_receiver *csockets_receiver_create(void *memory, unsigned batch, unsigned stride) {
    struct csockets_receiver *receiver = calloc(1, sizeof *receiver);
    if (!receiver) return NULL;
    receiver->batch = batch;
    receiver->messages = calloc(batch, sizeof *receiver->messages);
    receiver->vectors = calloc(batch, sizeof *receiver->vectors);
    receiver->addresses = calloc(batch, sizeof *receiver->addresses);
    if (!receiver->messages || !receiver->vectors || !receiver->addresses) {
        csockets_receiver_destroy(receiver);
        return NULL;
    }
    for (unsigned i = 0; i < batch; i++) {
        receiver->vectors[i].iov_base = (uint8_t *)memory + (size_t)i * stride;
        receiver->vectors[i].iov_len = stride;
        receiver->messages[i].msg_hdr.msg_iov = &receiver->vectors[i];
        receiver->messages[i].msg_hdr.msg_iovlen = 1;
        receiver->messages[i].msg_hdr.msg_name = &receiver->addresses[i];
    }
    return receiver;
}

void csockets_receiver_destroy(struct csockets_receiver *receiver) {
    if (!receiver) return;
    free(receiver->messages);
    free(receiver->vectors);
    free(receiver->addresses);
    free(receiver);
}

int csockets_receive(struct csockets_receiver *receiver, int descriptor) {
    for (unsigned i = 0; i < receiver->batch; i++)
        receiver->messages[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_storage);
    int count = recvmmsg(descriptor, receiver->messages, receiver->batch, MSG_DONTWAIT, NULL);
    if (count >= 0) return count;
    return (errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED) ? 0 : -errno;
}

unsigned csockets_received_length(const struct csockets_receiver *receiver, unsigned index) {
    return receiver->messages[index].msg_len;
}

void csockets_received_from(const struct csockets_receiver *receiver, unsigned index, struct csockets_address *from) {
    to_address(&receiver->addresses[index], from);
}

// Control data of one UDP_SEGMENT message, aligned as cmsg(3) wants it.
union segment_control {
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
    struct cmsghdr align;
};

struct csockets_sender {
    unsigned batch;
    struct mmsghdr *messages;
    struct iovec *vectors;
    struct sockaddr_in6 *addresses;
    union segment_control *controls;
};

struct csockets_sender *csockets_sender_create(unsigned batch) {
    struct csockets_sender *sender = calloc(1, sizeof *sender);
    if (!sender) return NULL;
    sender->batch = batch;
    sender->messages = calloc(batch, sizeof *sender->messages);
    sender->vectors = calloc(batch, sizeof *sender->vectors);
    sender->addresses = calloc(batch, sizeof *sender->addresses);
    sender->controls = calloc(batch, sizeof *sender->controls);
    if (!sender->messages || !sender->vectors || !sender->addresses || !sender->controls) {
        csockets_sender_destroy(sender);
        return NULL;
    }
    for (unsigned i = 0; i < batch; i++) {
        struct cmsghdr *control = (struct cmsghdr *)sender->controls[i].bytes;
        control->cmsg_level = SOL_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
        sender->messages[i].msg_hdr.msg_iov = &sender->vectors[i];
        sender->messages[i].msg_hdr.msg_iovlen = 1;
        sender->messages[i].msg_hdr.msg_name = &sender->addresses[i];
        sender->messages[i].msg_hdr.msg_control = control;
    }
    return sender;
}

void csockets_sender_destroy(struct csockets_sender *sender) {
    if (!sender) return;
    free(sender->messages);
    free(sender->vectors);
    free(sender->addresses);
    free(sender->controls);
    free(sender);
}

void csockets_sender_set(struct csockets_sender *sender, unsigned index, void *bytes, size_t length,
                         uint16_t segment, uint64_t high, uint64_t low, uint16_t port) {
    struct sockaddr_in6 *to = &sender->addresses[index];
    struct msghdr *header = &sender->messages[index].msg_hdr;
    sender->vectors[index].iov_base = bytes;
    sender->vectors[index].iov_len = length;
    uint64_t words[2] = {htobe64(high), htobe64(low)};
    to->sin6_family = AF_INET6;
    to->sin6_port = htons(port);
    memcpy(&to->sin6_addr, words, 16);
    header->msg_namelen = sizeof *to;
    if (segment) {
        memcpy(CMSG_DATA((struct cmsghdr *)sender->controls[index].bytes), &segment, sizeof segment);
        header->msg_control = sender->controls[index].bytes;
        header->msg_controllen = sizeof sender->controls[index].bytes;
    } else {
        header->msg_control = NULL;
        header->msg_controllen = 0;
    }
}

// An IPv4-only socket takes sockaddr_in: the mapped address is rewritten in place.
static void to_four(struct csockets_sender *sender, unsigned first, unsigned count) {
    for (unsigned i = first; i < count; i++) {
        struct sockaddr_in6 six = sender->addresses[i];
        if (six.sin6_family != AF_INET6) continue;
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = six.sin6_port};
        memcpy(&four.sin_addr, six.sin6_addr.s6_addr + 12, 4);
        memcpy(&sender->addresses[i], &four, sizeof four);
        sender->messages[i].msg_hdr.msg_namelen = sizeof four;
    }
}

int csockets_send(struct csockets_sender *sender, int descriptor, unsigned first, unsigned count) {
    if (first >= count) return 0;
    int sent = sendmmsg(descriptor, sender->messages + first, count - first, MSG_DONTWAIT);
    if (sent < 0 && errno == EAFNOSUPPORT) {
        to_four(sender, first, count);
        sent = sendmmsg(descriptor, sender->messages + first, count - first, MSG_DONTWAIT);
    }
    return sent >= 0 ? sent : -errno;
}

int csockets_supports_segmentation(int descriptor) {
    int size = 0;
    socklen_t length = sizeof size;
    return getsockopt(descriptor, SOL_UDP, UDP_SEGMENT, &size, &length) == 0;
}

int csockets_epoll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int csockets_event_descriptor(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

static int control(int epoll, int operation, int descriptor, int events, uint64_t token) {
    struct epoll_event event = {.data.u64 = token};
    if (events & 1) event.events |= EPOLLIN;
    if (events & 2) event.events |= EPOLLOUT;
    return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : -errno;
}

int csockets_epoll_add(int epoll, int descriptor, int events, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, events, token);
}

int csockets_epoll_change(int epoll, int descriptor, int events, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, events, token);
}

int csockets_epoll_remove(int epoll, int descriptor) { return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0); }

int csockets_epoll_wait(int epoll, uint64_t *tokens, int *events, int capacity, int64_t timeout_us) {
    struct epoll_event ready[64];
    if (capacity > 64) capacity = 64;
    struct timespec timeout = {.tv_sec = timeout_us / 1000000, .tv_nsec = (timeout_us % 1000000) * 1000};
    int count = epoll_pwait2(epoll, ready, capacity, timeout_us < 0 ? NULL : &timeout, NULL);
    if (count < 0 && errno == ENOSYS)
        count = epoll_wait(epoll, ready, capacity, timeout_us < 0 ? -1 : (int)((timeout_us + 999) / 1000));
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        tokens[i] = ready[i].data.u64;
        events[i] = (ready[i].events & EPOLLIN ? 1 : 0) | (ready[i].events & EPOLLOUT ? 2 : 0) |
                    (ready[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP) ? 4 : 0);
    }
    return count;
}

static int64_t microseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t csockets_monotonic_us(void) { return microseconds(CLOCK_MONOTONIC); }
int64_t csockets_realtime_us(void) { return microseconds(CLOCK_REALTIME); }

int csockets_name_thread(const char *name) { return -pthread_setname_np(pthread_self(), name); }

int csockets_realtime_priority(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    return -pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
}

int csockets_pin_thread(unsigned ordinal) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -errno;
    unsigned count = (unsigned)CPU_COUNT(&allowed);
    if (count == 0) return -EINVAL;
    ordinal %= count;
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (!CPU_ISSET(core, &allowed) || ordinal-- > 0) continue;
        CPU_ZERO(&one);
        CPU_SET(core, &one);
        return sched_setaffinity(0, sizeof one, &one) == 0 ? 0 : -errno;
    }
    return -EINVAL;
}
