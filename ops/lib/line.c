// An access line in user space: runs a command in network, process and mount namespaces of its own, whose only way out
// is a TUN device; what comes out of it goes through a bottleneck, a queue, a delay and losses to a TUN device of this
// machine, and back. ops/line calls it and explains it. Nothing outlives it: the devices are not persistent (they go
// with their descriptors), and when it is killed, so is the first process of its process namespace, and with that all
// others (pid_namespaces(7)).
//   line VALUES [--step SECONDS:VALUES]… [--stats FILE] [--seed N] [--net X] -- COMMAND…
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ends.h"
#include "stop.h"
#include "way.h"

enum { most_steps = 64 };

// MARK: Values

static const char *const names[keys] = {"up", "down", "rtt", "jitter", "loss", "burst", "queue", "hold"};
struct step {
    int64_t at;
    struct values values;
};

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
