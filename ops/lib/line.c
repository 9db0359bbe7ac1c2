// An access line in user space: runs a command in network, process and mount namespaces of its own, whose only way out
// is a TUN device; what comes out of it goes through a bottleneck, a queue, a delay and losses to a TUN device of this
// machine, and back. ops/line calls it and explains it. Nothing outlives it: the devices are not persistent (they go
// with their descriptors), and when it is killed, so is the first process of its process namespace, and with that all
// others (pid_namespaces(7)).
//   line VALUES [--step SECONDS:VALUES]… [--stats FILE] [--seed N] [--net X] -- COMMAND…
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { mtu = 1500, most_steps = 64, most_samples = 65536, batch = 64 };
static const int64_t second = 1000000000, millisecond = 1000000, never = INT64_MAX;

// MARK: Values

enum key { up, down, rtt, jitter, loss, burst, queue, hold, keys };
static const char *const names[keys] = {"up", "down", "rtt", "jitter", "loss", "burst", "queue", "hold"};
// A step changes only what it names.
struct values {
    double of[keys];
    bool named[keys];
    bool queue_in_bytes;
};
struct step {
    int64_t at;
    struct values values;
};

static _Noreturn void stop(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fputc('\n', stderr);
    exit(1);
}

static void check(int result, const char *what) {
    if (result < 0) stop("%s: %s", what, strerror(errno));
}

static void parse_value(struct values *values, const char *text) {
    for (int key = 0; key < keys; key++) {
        size_t length = strlen(names[key]);
        if (strncmp(text, names[key], length) != 0 || text[length] != '=') continue;
        char *end;
        double value = strtod(text + length + 1, &end);
        bool bytes = key == queue && strcmp(end, "B") == 0;
        if (end == text + length + 1 || (*end != 0 && !bytes)) break;
        if (!(value >= 0 && value <= 1e9) || (key == loss && value > 100)) break;
        if ((key == up || key == down) && value < 1) stop("%s: 1 kbit/s is least; loss=100 cuts a line.", text);
        values->of[key] = value;
        values->named[key] = true;
        if (key == queue) values->queue_in_bytes = bytes;
        return;
    }
    stop("'%s' is not a value of a line: ops/line --help tells which there are.", text);
}

static struct values parse_values(char *text) {
    struct values values = {0};
    char *rest;
    for (char *one = strtok_r(text, ",", &rest); one; one = strtok_r(NULL, ",", &rest)) parse_value(&values, one);
    return values;
}

// MARK: One way of the line

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
static void send_until(struct way *way, int64_t now) {
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
static void deliver_until(struct way *way, int64_t now) {
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

static void accept_packets(struct way *way, int64_t now) {
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
static void set_rate(struct way *way, double rate, int64_t now) {
    if (way->sending) way->ends = now + (int64_t)((double)(way->ends - now) * way->rate / rate);
    way->rate = rate;
}

// Nobody sees when a packet leaves the bottleneck: the next that shows is that one arrives.
static int64_t next_event(const struct way *way) {
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

static void write_figures(FILE *file, struct way *way, double time) {
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

// MARK: Devices and namespaces

// A TUN device of this name, or -1 when there is one. See Documentation/networking/tuntap.rst of the kernel.
static int open_device(const char *name) {
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    check(device, "/dev/net/tun");
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_TUN_EXCL};
    snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
    if (ioctl(device, TUNSETIFF, &request) == 0) return device;
    if (errno != EBUSY && errno != EEXIST) check(-1, "A TUN device");
    close(device);
    return -1;
}

static struct sockaddr address_of(uint32_t address) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    struct sockaddr to;
    memcpy(&to, &from, sizeof to);
    return to;
}

// netdevice(7). A queue longer than any burst: what does not fit there would be lost unseen.
static void bring_up(const char *name, uint32_t address) {
    char path[96];
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
    // An IPv6 address that appears a second later is a changed network to a browser, which then starts over.
    int setting = open(path, O_WRONLY | O_CLOEXEC);
    if (setting >= 0) check((int)write(setting, "1", 1), path);
    if (setting >= 0) close(setting);
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {0};
    snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
    if (address) {
        request.ifr_addr = address_of(address);
        check(ioctl(any, SIOCSIFADDR, &request), "An address");
        request.ifr_netmask = address_of(0xfffffffc);
        check(ioctl(any, SIOCSIFNETMASK, &request), "A netmask");
        request.ifr_mtu = mtu;
        check(ioctl(any, SIOCSIFMTU, &request), "An MTU");
        request.ifr_qlen = 5000;
        check(ioctl(any, SIOCSIFTXQLEN, &request), "A queue length");
    }
    check(ioctl(any, SIOCGIFFLAGS, &request), "Flags");
    request.ifr_flags |= IFF_UP;
    check(ioctl(any, SIOCSIFFLAGS, &request), "A device");
    close(any);
}

static void route_everything_to(uint32_t gateway) {
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
    route.rt_dst = route.rt_genmask = address_of(0);
    route.rt_gateway = address_of(gateway);
    check(ioctl(any, SIOCADDRT, &route), "A route");
    close(any);
}

static bool is_taken(uint32_t network) {
    struct ifaddrs *all;
    bool taken = false;
    check(getifaddrs(&all), "The addresses of this machine");
    for (struct ifaddrs *one = all; one; one = one->ifa_next) {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET) continue;
        struct sockaddr_in address;
        memcpy(&address, one->ifa_addr, sizeof address);
        taken |= (ntohl(address.sin_addr.s_addr) & 0xffffff00) == network;
    }
    freeifaddrs(all);
    return taken;
}

// This machine's end, at the first free 10.99.x.1. The device's name is the claim: two lines cannot both make it.
static int open_host_end(uint32_t wanted, uint32_t *address) {
    for (uint32_t x = wanted ? wanted : 1; x <= (wanted ? wanted : 254); x++) {
        uint32_t network = 10U << 24 | 99U << 16 | x << 8;
        char name[IFNAMSIZ];
        snprintf(name, sizeof name, "gbline%u", x);
        int device = is_taken(network) ? -1 : open_device(name);
        if (device < 0) continue;
        *address = network + 1;
        bring_up(name, *address);
        return device;
    }
    if (wanted) stop("The network 10.99.%u.0/24 is in use.", wanted);
    stop("No network 10.99.x.0/24 is free.");
}

// From here on this process is in the new network namespace; the device of the old one stays open.
static int open_command_end(uint32_t host) {
    check(unshare(CLONE_NEWNET | CLONE_NEWPID), "Namespaces (this needs root)");
    bring_up("lo", 0);
    int device = open_device("eth0");  // the name tells a browser that this is not a VPN
    if (device < 0) stop("The namespace has an eth0 already.");
    bring_up("eth0", host + 1);
    route_everything_to(host);
    return device;
}

// MARK: The command

static void export_address(const char *name, uint32_t address) {
    struct in_addr in = {.s_addr = htonl(address)};
    setenv(name, inet_ntoa(in), 1);
}

// What a terminal sends goes to the command by itself; what was meant for us alone is passed on.
static bool should_pass_on(int code) { return code <= 0; }

// The first process of the process namespace: passes signals on, collects orphans, and ends with the command, upon
// which the kernel kills what is left. It hears of signals only because they are blocked (pid_namespaces(7)).
static _Noreturn void wait_for(pid_t command, const sigset_t *signals) {
    while (true) {
        siginfo_t info;
        if (sigwaitinfo(signals, &info) < 0) continue;
        if (info.si_signo != SIGCHLD && should_pass_on(info.si_code)) kill(command, info.si_signo);
        int status;
        for (pid_t one; (one = waitpid(-1, &status, WNOHANG)) > 0;)
            if (one == command) _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
}

static _Noreturn void run_first_process(char **arguments, const sigset_t *signals, const sigset_t *before, int parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Had the parent died before that line, nobody would tell; but its end of this pipe would be closed.
    if (poll(&(struct pollfd){.fd = parent}, 1, 0) != 0) _exit(1);
    // /proc and /sys that show these namespaces, for this command only: mount_namespaces(7).
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("proc", "/proc", "proc", 0, NULL) < 0 || mount("sysfs", "/sys", "sysfs", 0, NULL) < 0)
        stop("/proc and /sys of the namespace: %s", strerror(errno));
    pid_t command = fork();
    check(command, "A process");
    if (command > 0) wait_for(command, signals);
    sigprocmask(SIG_SETMASK, before, NULL);
    execvp(arguments[0], arguments);
    fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

static pid_t start_command(char **arguments, const sigset_t *signals, const sigset_t *before) {
    int pipes[2];
    check(pipe2(pipes, O_CLOEXEC), "A pipe");
    pid_t first = fork();
    check(first, "A process");
    if (first == 0) {
        close(pipes[1]);
        run_first_process(arguments, signals, before, pipes[0]);
    }
    close(pipes[0]);  // the other end stays open as long as this process lives
    return first;
}

// MARK: The line

struct line {
    struct values values;
    struct step steps[most_steps];
    int step_count, steps_done;
    FILE *figures;
    struct way *ways[2];
    int signals;
    pid_t first;
    int64_t start, next_figures, kill_at;
    uint64_t seed;
    uint32_t net;  // 0: any
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * second + now.tv_nsec;
}

static void take_steps(struct line *line, int64_t now) {
    while (line->steps_done < line->step_count && line->start + line->steps[line->steps_done].at <= now) {
        const struct values *new = &line->steps[line->steps_done++].values;
        for (int key = 0; key < keys; key++)
            if (new->named[key]) line->values.of[key] = new->of[key];
        if (new->named[queue]) line->values.queue_in_bytes = new->queue_in_bytes;
        set_rate(line->ways[up], line->values.of[up], now);
        set_rate(line->ways[down], line->values.of[down], now);
    }
}

static void write_all_figures(struct line *line, int64_t now) {
    if (!line->figures) return;
    double time = (double)(now - line->start) / (double)second;
    for (int i = 0; i < 2; i++) write_figures(line->figures, line->ways[i], time);
    fflush(line->figures);
    line->next_figures += second;
}

// The first signal is passed on; a command that has not ended 3 s later is killed with all that it started.
static void hear_signals(struct line *line, int64_t now) {
    struct signalfd_siginfo info;
    while (read(line->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD) continue;
        if (should_pass_on(info.ssi_code)) kill(line->first, (int)info.ssi_signo);
        if (line->kill_at == never) line->kill_at = now + 3 * second;
    }
    if (now < line->kill_at) return;
    kill(line->first, SIGKILL);
    line->kill_at = now + second;
}

static int64_t earliest_event(const struct line *line) {
    int64_t next = line->kill_at;
    if (line->figures && line->next_figures < next) next = line->next_figures;
    if (line->steps_done < line->step_count && line->start + line->steps[line->steps_done].at < next)
        next = line->start + line->steps[line->steps_done].at;
    for (int i = 0; i < 2; i++)
        if (next_event(line->ways[i]) < next) next = next_event(line->ways[i]);
    return next;
}

static void sleep_until_event(struct line *line) {
    struct pollfd fds[3] = {{.fd = line->ways[0]->from, .events = POLLIN},
                            {.fd = line->ways[1]->from, .events = POLLIN},
                            {.fd = line->signals, .events = POLLIN}};
    int64_t next = earliest_event(line), left = next == never ? second : next - now_ns();
    if (left < 0) left = 0;
    ppoll(fds, 3, &(struct timespec){left / second, left % second}, NULL);
    // A device that the command has deleted would keep this from sleeping.
    for (int i = 0; i < 2; i++)
        if (fds[i].revents & (POLLERR | POLLHUP | POLLNVAL)) line->ways[i]->from = -1;
}

static int run(struct line *line) {
    int status;
    while (waitpid(line->first, &status, WNOHANG) == 0) {
        sleep_until_event(line);
        int64_t now = now_ns();
        hear_signals(line, now);
        for (int i = 0; i < 2; i++) send_until(line->ways[i], now);
        take_steps(line, now);
        for (int i = 0; i < 2; i++) {
            accept_packets(line->ways[i], now);
            deliver_until(line->ways[i], now);
        }
        if (now >= line->next_figures) write_all_figures(line, now);
    }
    write_all_figures(line, now_ns());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void add_step(struct line *line, char *text) {
    char *colon;
    double at = strtod(text, &colon);
    if (line->step_count == most_steps || colon == text || *colon != ':' || !(at >= 0 && at < 1e6))
        stop("--step takes SECONDS:VALUES, %d times at most.", most_steps);
    struct step step = {(int64_t)(at * (double)second), parse_values(colon + 1)};
    if (line->step_count && step.at < line->steps[line->step_count - 1].at) stop("Steps are named in order of time.");
    line->steps[line->step_count++] = step;
}

static void parse_option(struct line *line, const char *name, char *value) {
    if (strcmp(name, "--step") == 0) add_step(line, value);
    else if (strcmp(name, "--seed") == 0) line->seed = strtoull(value, NULL, 10);
    else if (strcmp(name, "--net") == 0) line->net = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(name, "--stats") != 0) stop("There is no option %s.", name);
    else if (!(line->figures = fopen(value, "we"))) check(-1, value);
    if (line->net > 254) stop("--net takes 1 to 254.");
}

// Where the command begins.
static char **parse_arguments(struct line *line, int count, char **arguments) {
    if (count < 2) stop("line VALUES [OPTIONS] -- COMMAND");
    line->values = parse_values(arguments[1]);
    if (!line->values.named[up] || !line->values.named[down]) stop("A line needs up= and down=, in kbit/s.");
    if (!line->values.named[queue]) line->values.of[queue] = 200;
    if (!line->values.named[hold]) line->values.of[hold] = 20;
    int i = 2;
    for (; i + 1 < count && strcmp(arguments[i], "--") != 0; i += 2) parse_option(line, arguments[i], arguments[i + 1]);
    if (i + 1 >= count) stop("A command is missing.");
    return &arguments[i + 1];
}

static void prepare_way(struct line *line, enum key key, int from, int to) {
    static struct way ways[2];
    line->ways[key] = &ways[key];
    ways[key] = (struct way){.name = names[key], .from = from, .to = to, .rate = line->values.of[key]};
    ways[key].values = &line->values;
    ways[key].loss_seed = line->seed * 4 + key;
    ways[key].jitter_seed = ~ways[key].loss_seed;
}

int main(int count, char **arguments) {
    static struct line line = {.seed = 1};
    char **command = parse_arguments(&line, count, arguments);
    sigset_t signals, before;
    sigemptyset(&signals);
    for (const int *one = (int[]){SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, 0}; *one; one++) sigaddset(&signals, *one);
    sigprocmask(SIG_BLOCK, &signals, &before);
    uint32_t host;
    int outside = open_host_end(line.net, &host), inside = open_command_end(host);
    export_address("LINE_HOST", host);
    export_address("LINE_ADDRESS", host + 1);
    prepare_way(&line, up, inside, outside);
    prepare_way(&line, down, outside, inside);
    line.signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    check(line.signals, "signalfd");
    line.first = start_command(command, &signals, &before);
    // A late wake-up is jitter that the line does not have: no timer slack, and before all that is not real-time.
    prctl(PR_SET_TIMERSLACK, 1);
    sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 1});
    line.start = now_ns();
    line.next_figures = line.figures ? line.start + second : never;
    line.kill_at = never;
    return run(&line);
}
