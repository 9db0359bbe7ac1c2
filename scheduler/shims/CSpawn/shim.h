// What Swift cannot see of posix_spawn(3): glibc names it only where _DEFAULT_SOURCE is defined (glibc 2.34). And a system
// call without a function of glibc's own.
#ifndef GIAOBAN_CSPAWN_SHIM_H
#define GIAOBAN_CSPAWN_SHIM_H

#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

extern long syscall(long number, ...);

extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// Closes every descriptor from a number on in the process that is begun.
static inline int shim_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

/// Lets the calling thread read and write only what nobody else waits for: ioprio_set(2), IOPRIO_WHO_PROCESS of itself, class
/// IOPRIO_CLASS_IDLE. Returns 0, or -1.
static inline int shim_idle_input_output(void) {
    return (int)syscall(SYS_ioprio_set, 1, 0, 3 << 13);
}

#endif
