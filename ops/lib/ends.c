#define _GNU_SOURCE
#include "ends.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stop.h"

enum { mtu = 1500 };

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
int open_host_end(uint32_t wanted, uint32_t *address) {
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
int open_command_end(uint32_t host) {
    check(unshare(CLONE_NEWNET | CLONE_NEWPID), "Namespaces (this needs root)");
    bring_up("lo", 0);
    int device = open_device("eth0");  // the name tells a browser that this is not a VPN
    if (device < 0) stop("The namespace has an eth0 already.");
    bring_up("eth0", host + 1);
    route_everything_to(host);
    return device;
}

// MARK: The command

void export_address(const char *name, uint32_t address) {
    struct in_addr in = {.s_addr = htonl(address)};
    setenv(name, inet_ntoa(in), 1);
}

// What a terminal sends goes to the command by itself; what was meant for us alone is passed on.
bool should_pass_on(int code) { return code <= 0; }

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

pid_t start_command(char **arguments, const sigset_t *signals, const sigset_t *before) {
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
