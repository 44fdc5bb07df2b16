/* What Linux's C library has and Swift's Glibc and Musl modules leave out, since they are read without
   _GNU_SOURCE. Declarations only; empty elsewhere. */
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H
#if defined(__linux__)

#include <fcntl.h>
#include <stdint.h>
#include <sys/types.h>

/* open(2): an unnamed file in a folder. The value is the same on every architecture but alpha, hppa and sparc. */
enum { CLINUX_O_TMPFILE = 020000000 | O_DIRECTORY };

/* copy_file_range(2), since Linux 4.5, glibc 2.27 and musl 1.2; the offsets are 64 bits wide. */
ssize_t copy_file_range(int source, int64_t *source_offset, int target, int64_t *target_offset, size_t length,
                        unsigned int flags);

/* sync_file_range(2), since Linux 2.6.17, glibc 2.6 and musl 0.9. */
int sync_file_range(int file, int64_t offset, int64_t length, unsigned int flags);
enum { CLINUX_SYNC_FILE_RANGE_WRITE = 2 };

/* fallocate(2), since Linux 2.6.23, glibc 2.10 and musl 0.9.11. */
int fallocate(int file, int mode, int64_t offset, int64_t length);
enum { CLINUX_FALLOC_FL_KEEP_SIZE = 1 };

/* sched_getaffinity(2): the processors that a process (0: the caller's) may run on, a bit each. The set is of type
   cpu_set_t there, which is such words. */
int sched_getaffinity(pid_t process, size_t set_size, unsigned long *set);

/* madvise(2): maps pages before they are touched, since Linux 5.14; EINVAL before that. */
enum { CLINUX_MADV_POPULATE_READ = 22 };

/* mallopt(3), of glibc alone. */
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#endif
#endif
