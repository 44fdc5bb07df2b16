/* Reads and writes checkpoints from C: the interface of the library checkpoint_io.

   Every format that the tools read opens in the same way, and nothing in a file is run.

   Failure. A function that can fail returns NULL or -1 and stores a sentence at `error`, UTF-8 that ends in NUL, which
   the caller frees with ckpt_error_free. A success stores NULL there. `error` itself may be NULL. A file cannot crash a
   call, nor make it allocate what the file's size does not justify. NULL for a handle, a string or a buffer, and an
   index out of range, are failures too.

   Ownership. The caller closes what ckpt_open returned and frees what ckpt_writer_new returned. Strings and shapes that
   a call returns belong to the file and are valid until it is closed.

   Threads. Several threads may read one file at the same time; only ckpt_close must come after all of them. A writer
   belongs to one thread at a time. */
#ifndef CHECKPOINT_IO_H
#define CHECKPOINT_IO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An open checkpoint. */
typedef struct ckpt_file ckpt_file;
/* Tensors that are to become a file. */
typedef struct ckpt_writer ckpt_writer;

/* Frees the sentence of a failure. NULL is ignored. */
void ckpt_error_free(char *error);

/* Opens a file, an index of shards, or a folder; the content says which format it is. Reads the directory and the
   pickle or header, and no elements. The file stays mapped until it is closed: do not shorten it meanwhile.
   `state_key`: the dotted path of the container whose tensors are wanted, such as "ema.model"; "" is the root, and NULL
   the model's state dict, as the tools find it. Keys begin below the container. */
ckpt_file *ckpt_open(const char *path, const char *state_key, char **error);
/* NULL is ignored. */
void ckpt_close(ckpt_file *file);

/* What reports call the format, such as "torch zip" or "safetensors"; NULL without a file. */
const char *ckpt_format(const ckpt_file *file);
/* The number of tensors, which are counted from 0 in the order of the file; 0 without a file. */
size_t ckpt_count(const ckpt_file *file);
/* The index of the tensor with this key; -1 if there is none. */
ptrdiff_t ckpt_find(const ckpt_file *file, const char *key);

/* Of the tensor at `index`; NULL or 0 where it is out of range. */

/* The key, UTF-8 that ends in NUL. Its length in bytes is stored at `length` unless that is NULL: a key may contain
   NUL. */
const char *ckpt_key(const ckpt_file *file, size_t index, size_t *length);
/* PyTorch's name of the type: "float32", "bfloat16", "int64" … */
const char *ckpt_dtype(const ckpt_file *file, size_t index);
/* The extents, outermost first; their number is stored at `rank` unless that is NULL. Not NULL for a scalar. */
const int64_t *ckpt_shape(const ckpt_file *file, size_t index, size_t *rank);
/* How many bytes ckpt_read stores. 0 for a tensor without elements of its own (sparse, nested, on the device meta). */
size_t ckpt_byte_count(const ckpt_file *file, size_t index);
/* How many numbers ckpt_read_floats stores: the product of the shape, twice that for float4_e2m1fn_x2. */
size_t ckpt_value_count(const ckpt_file *file, size_t index);

/* Stores the elements in row-major order, little-endian. `size`: of the buffer in bytes, at least ckpt_byte_count.
   Returns 0, or -1 where the file is damaged or the tensor has no elements of its own. */
int ckpt_read(const ckpt_file *file, size_t index, void *buffer, size_t size, char **error);
/* Stores the elements as float32; wider types are rounded to nearest, ties to even, and booleans are 0 and 1.
   `count`: of the numbers that the buffer takes, at least ckpt_value_count. Returns 0 or -1, the latter for complex and
   quantized types too. */
int ckpt_read_floats(const ckpt_file *file, size_t index, float *buffer, size_t count, char **error);

/* A writer without tensors. */
ckpt_writer *ckpt_writer_new(void);
/* NULL is ignored. */
void ckpt_writer_free(ckpt_writer *writer);
/* Adds a tensor after those before it. `shape`: `rank` extents, NULL for a scalar. `bytes`: the elements in row-major
   order, little-endian, copied by the call; `size` is the product of the shape times the width of the type. Returns 0
   or -1. */
int ckpt_writer_add(ckpt_writer *writer, const char *key, const char *dtype, const int64_t *shape, size_t rank,
                    const void *bytes, size_t size, char **error);
/* Adds a tensor of an open file under `key`. Its elements are copied when the writer writes; tensors that share memory
   still do. The file may be closed before. Returns 0 or -1. */
int ckpt_writer_add_stored(ckpt_writer *writer, const char *key, const ckpt_file *file, size_t index, char **error);
/* Writes a state dict of the tensors, whole or not at all. `path`: .pth, .pt, .ckpt or .bin for PyTorch's format,
   .safetensors for that of safetensors; an existing file is replaced, also one whose tensors are in the writer.
   Returns 0, or -1 for two tensors of one key, another extension, and files that cannot be read or written. */
int ckpt_writer_write(const ckpt_writer *writer, const char *path, char **error);

#ifdef __cplusplus
}
#endif
#endif
