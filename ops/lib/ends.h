// The two ends of the line, a TUN device each, and the command that runs behind the far one, in network, process and
// mount namespaces of its own.
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// This machine's end, a device at the first free 10.99.x.1, or at the `wanted` x.
int open_host_end(uint32_t wanted, uint32_t *address);
// The command's end, at the address behind the `host`'s.
int open_command_end(uint32_t host);
void export_address(const char *name, uint32_t address);
bool should_pass_on(int code);
// Its first process; it has the signals `before`. What it has started ends with it, and it ends with this process.
pid_t start_command(char **arguments, const sigset_t *signals, const sigset_t *before);
