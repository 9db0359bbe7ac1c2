// What Swift cannot see of posix_spawn(3): glibc names it only where _DEFAULT_SOURCE is defined (glibc 2.34).
#ifndef GIAOBAN_CSPAWN_SHIM_H
#define GIAOBAN_CSPAWN_SHIM_H

#include <spawn.h>

extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// Closes every descriptor from a number on in the process that is begun.
static inline int shim_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

#endif
