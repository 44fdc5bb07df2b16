/// The Linux file calls that Swift's Glibc module does not export.
/// Elsewhere each fails with ENOSYS, for which its caller has another way.
#ifndef CFILE_H
#define CFILE_H

#include <stdint.h>
#include <sys/types.h>

/// copy_file_range(2): up to `count` bytes from `source` at `offset` to the position of `target`, inside the kernel.
/// Returns the bytes copied, 0 at the end of `source`, or -1 with errno.
ssize_t cfile_copy_range(int source, int64_t offset, int target, size_t count);

/// open(2) with O_TMPFILE: a file in `folder` that has no name, write-only, of mode `mode & ~umask`.
/// Returns its descriptor or -1 with errno.
int cfile_open_unnamed(const char *folder, mode_t mode);

/// Gives the file that cfile_open_unnamed opened the name `path`, which must be free. Returns 0, or -1 with errno.
int cfile_name_unnamed(int file, const char *path);

#endif
