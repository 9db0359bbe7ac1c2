#define _GNU_SOURCE
#include "CBench.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { stride = 2048 };

int cbench_open(uint16_t *port) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t length = sizeof own;
    int on = 1, buffer = 4 << 20;
    if (bind(descriptor, (struct sockaddr *)&own, sizeof own) != 0 ||
        getsockname(descriptor, (struct sockaddr *)&own, &length) != 0 ||
        setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
        int failure = errno;
        close(descriptor);
        return -failure;
    }
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    *port = ntohs(own.sin_port);
    return descriptor;
}

int cbench_connect(int descriptor, const char *address, uint16_t port) {
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &peer.sin_addr) != 1) return -EINVAL;
    return connect(descriptor, (struct sockaddr *)&peer, sizeof peer) == 0 ? 0 : -errno;
}

int cbench_drop_media(int descriptor, int on) {
    if (!on) return setsockopt(descriptor, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof on) == 0 ? 0 : -errno;
    // The filter sees the UDP header (8 bytes) first. RTP: version 2 and no RTCP packet type (RFC 5761 §4).
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xC0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x80, 0, 3),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xE0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xC0, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFF),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0 ? 0 : -errno;
}

uint32_t cbench_drops(int descriptor) {
    uint32_t values[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof values;
    if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, values, &length) != 0) return 0;
    return values[SK_MEMINFO_DROPS];
}

struct cbench_batch {
    unsigned capacity;
    uint8_t *memory;
    struct mmsghdr *messages;
    struct iovec *vectors;
    uint8_t (*controls)[64];
};

struct cbench_batch *cbench_batch_create(unsigned capacity) {
    struct cbench_batch *batch = calloc(1, sizeof *batch);
    if (!batch) return NULL;
    batch->capacity = capacity;
    batch->memory = calloc(capacity, stride);
    batch->messages = calloc(capacity, sizeof *batch->messages);
    batch->vectors = calloc(capacity, sizeof *batch->vectors);
    batch->controls = calloc(capacity, sizeof *batch->controls);
    if (!batch->memory || !batch->messages || !batch->vectors || !batch->controls) {
        cbench_batch_destroy(batch);
        return NULL;
    }
    for (unsigned i = 0; i < capacity; i++) {
        batch->vectors[i].iov_base = batch->memory + (size_t)i * stride;
        batch->messages[i].msg_hdr.msg_iov = &batch->vectors[i];
        batch->messages[i].msg_hdr.msg_iovlen = 1;
    }
    return batch;
}

void cbench_batch_destroy(struct cbench_batch *batch) {
    if (!batch) return;
    free(batch->memory);
    free(batch->messages);
    free(batch->vectors);
    free(batch->controls);
    free(batch);
}

int cbench_receive(struct cbench_batch *batch, int descriptor) {
    for (unsigned i = 0; i < batch->capacity; i++) {
        batch->vectors[i].iov_len = stride;
        batch->messages[i].msg_hdr.msg_control = batch->controls[i];
        batch->messages[i].msg_hdr.msg_controllen = sizeof batch->controls[i];
    }
    int count = recvmmsg(descriptor, batch->messages, batch->capacity, MSG_DONTWAIT, NULL);
    return count > 0 ? count : 0;
}

uint8_t *cbench_bytes(struct cbench_batch *batch, unsigned index) { return batch->memory + (size_t)index * stride; }

unsigned cbench_length(const struct cbench_batch *batch, unsigned index) { return batch->messages[index].msg_len; }

int64_t cbench_stamp(const struct cbench_batch *batch, unsigned index) {
    struct msghdr *header = &batch->messages[index].msg_hdr;
    for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec stamp;
        memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
        return (int64_t)stamp.tv_sec * 1000000 + stamp.tv_nsec / 1000;
    }
    return cbench_now();
}

int cbench_send(struct cbench_batch *batch, int descriptor, const uint16_t *lengths, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        batch->vectors[i].iov_len = lengths[i];
        batch->messages[i].msg_hdr.msg_control = NULL;
        batch->messages[i].msg_hdr.msg_controllen = 0;
    }
    unsigned sent = 0;
    while (sent < count) {
        int done = sendmmsg(descriptor, batch->messages + sent, count - sent, MSG_DONTWAIT);
        if (done <= 0) break;
        sent += (unsigned)done;
    }
    return (int)sent;
}

int cbench_write(int descriptor, const void *bytes, size_t length) {
    return (int)send(descriptor, bytes, length, MSG_DONTWAIT);
}

int64_t cbench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void cbench_sleep(int64_t microseconds) {
    struct timespec time = {.tv_sec = microseconds / 1000000, .tv_nsec = (microseconds % 1000000) * 1000};
    if (microseconds > 0) clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

int cbench_pin(int core, int priority) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    int failure = sched_setaffinity(0, sizeof set, &set) != 0;
    struct sched_param parameters = {.sched_priority = priority};
    if (priority > 0 && sched_setscheduler(0, SCHED_FIFO, &parameters) != 0) failure = 1;
    return failure;
}

int cbench_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cbench_epoll_add(int epoll, int descriptor, uint32_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : -errno;
}

int cbench_epoll_wait(int epoll, uint32_t *tokens, int capacity, int64_t wait) {
    struct epoll_event ready[256];
    if (capacity > 256) capacity = 256;
    if (wait < 0) wait = 0;
    struct timespec timeout = {.tv_sec = wait / 1000000, .tv_nsec = (wait % 1000000) * 1000};
    int count = epoll_pwait2(epoll, ready, capacity, &timeout, NULL);
    for (int i = 0; i < count; i++) tokens[i] = ready[i].data.u32;
    return count > 0 ? count : 0;
}

__attribute__((noinline)) void cbench_mark(void) { __asm__ volatile("int3"); }

uint64_t cbench_symbol(const char *name) { return (uint64_t)dlsym(RTLD_DEFAULT, name); }

// Reads the addresses that the program writes to its descriptor 3 before its first mark: cbench_mark's, then the
// watched ones.
static void read_addresses(int descriptor, uint64_t *addresses, int count) {
    FILE *file = fdopen(descriptor, "r");
    for (int i = 0; file && i < count; i++) {
        unsigned long long value = 0;
        if (fscanf(file, "%llx", &value) == 1) addresses[i] = value;
    }
    if (file) fclose(file);
}

// Steps until the program enters its next mark. Returns 0, or -1 when it ended.
static int step_region(pid_t child, int watched, const uint64_t *addresses, uint64_t *count, uint64_t *calls) {
    // Leaving the mark in which we are is not counted.
    int isLeaving = 1;
    for (;;) {
        int status;
        if (ptrace(PTRACE_SINGLESTEP, child, 0, 0) != 0 || waitpid(child, &status, 0) != child) return -1;
        if (!WIFSTOPPED(status)) return -1;
        uint64_t place = (uint64_t)ptrace(PTRACE_PEEKUSER, child, offsetof(struct user_regs_struct, rip), 0);
        int isMark = place >= addresses[0] && place < addresses[0] + 16;
        if (isMark && isLeaving) continue;
        if (isMark) return 0;
        isLeaving = 0;
        *count += 1;
        for (int i = 0; i < watched; i++)
            if (place == addresses[i + 1]) calls[i] += 1;
    }
}

static int64_t trace(pid_t child, int pipe, int watched, uint64_t *counts, uint64_t *calls, int capacity) {
    int status, regions = 0, signal = 0;
    uint64_t *addresses = calloc((size_t)watched + 2, sizeof *addresses);
    if (!addresses) return -ENOMEM;
    // The first stop is exec's own.
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) regions = -ECHILD;
    while (regions >= 0 && regions < capacity) {
        if (ptrace(PTRACE_CONT, child, 0, signal) != 0 || waitpid(child, &status, 0) != child) break;
        if (!WIFSTOPPED(status)) break;
        signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        if (signal) continue;
        if (!addresses[0]) read_addresses(pipe, addresses, watched + 1);
        if (step_region(child, watched, addresses, &counts[regions], calls + (size_t)regions * watched) != 0) break;
        regions += 1;
        // On to the trap inside the second mark.
        if (ptrace(PTRACE_CONT, child, 0, 0) != 0 || waitpid(child, &status, 0) != child) break;
    }
    free(addresses);
    return regions;
}

int cbench_trace(char *const arguments[], int watched, uint64_t *counts, uint64_t *calls, int capacity) {
    int ends[2], status;
    if (pipe(ends) != 0) return -errno;
    // On one core the two take turns; on two, each step would wake the other.
    cbench_pin(0, 0);
    pid_t child = fork();
    if (child < 0) return -errno;
    if (child == 0) {
        // The only end that stays open is 3.
        if (ends[1] != 3) {
            dup2(ends[1], 3);
            close(ends[1]);
        }
        if (ends[0] != 3) close(ends[0]);
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(arguments[0], arguments);
        _exit(127);
    }
    close(ends[1]);
    int regions = (int)trace(child, ends[0], watched, counts, calls, capacity);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return regions;
}

void cbench_tell_mark(void) { dprintf(3, "%llx\n", (unsigned long long)(uintptr_t)cbench_mark); }
