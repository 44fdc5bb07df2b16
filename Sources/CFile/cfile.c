#define _GNU_SOURCE
#include "cfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__linux__)

ssize_t cfile_copy_range(int source, int64_t offset, int target, size_t count) {
    off_t from = offset;
    return copy_file_range(source, &from, target, NULL, count, 0);
}

int cfile_open_unnamed(const char *folder, mode_t mode) {
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
}

int cfile_name_unnamed(int file, const char *path) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

#else

ssize_t cfile_copy_range(int source, int64_t offset, int target, size_t count) {
    (void)source, (void)offset, (void)target, (void)count;
    errno = ENOSYS;
    return -1;
}

int cfile_open_unnamed(const char *folder, mode_t mode) {
    (void)folder, (void)mode;
    errno = ENOSYS;
    return -1;
}

int cfile_name_unnamed(int file, const char *path) {
    (void)file, (void)path;
    errno = ENOSYS;
    return -1;
}

#endif
