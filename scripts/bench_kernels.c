/* Times kernels of several builds of Sources/CKernels in turn; see scripts/bench_kernels. */
#include <time.h>

#include "kernel_workloads.h"

enum { LIBRARIES = 8 };

typedef size_t (*count_tasks)(const void *);
typedef void (*perform_task)(const void *, long, long);

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* 0 if the library lacks an operation. */
static double seconds(const library *l, const workload *w) {
    count_tasks tasks[STEPS];
    perform_task perform[STEPS];
    for (size_t s = 0; s < w->steps; ++s) {
        tasks[s] = (count_tasks)symbol(l, w->symbols[s], "_tasks");
        perform[s] = (perform_task)symbol(l, w->symbols[s], "_task");
        if (!tasks[s] || !perform[s]) return 0;
    }
    double start = now(), end;
    size_t runs = 0;
    do {
        for (size_t c = 0; c < w->copies; ++c, ++runs) {
            for (size_t s = 0; s < w->steps; ++s) {
                const long count = (long)tasks[s](w->operations[c][s]);
                for (long i = 0; i < count; ++i) perform[s](w->operations[c][s], i, 0);
            }
        }
        end = now();
    } while (end - start < 4e-3);
    return (end - start) / (double)runs;
}

int main(int argc, char **argv) {
    if (argc < 5) return fprintf(stderr, "usage: bench_kernels ISA ROUNDS FILTER LIBRARY…\n"), 2;
    const char *names[] = {"portable", "avx2", "avx512", "neon"};
    int isa = -1;
    for (int i = 0; i < 4; ++i) {
        if (!strcmp(argv[1], names[i])) isa = i;
    }
    const int rounds = atoi(argv[2]), count = argc - 4;
    library libraries[LIBRARIES];
    if (isa < 0) return fprintf(stderr, "bench_kernels: unknown instruction set '%s'\n", argv[1]), 2;
    if (count > LIBRARIES) return fprintf(stderr, "bench_kernels: %d builds, the limit is %d\n", count, LIBRARIES), 2;
    for (int i = 0; i < count; ++i) {
        libraries[i] = (library){.path = argv[4 + i], .handle = dlopen(argv[4 + i], RTLD_NOW | RTLD_LOCAL)};
        if (!libraries[i].handle) return fprintf(stderr, "bench_kernels: %s\n", dlerror()), 2;
        libraries[i].kernels =
            ((const ck_kernels_f32 *(*)(ck_isa))symbol(&libraries[i], "ck_kernels_for", ""))((ck_isa)isa);
        if (!libraries[i].kernels) return fprintf(stderr, "bench_kernels: this CPU has no %s\n", argv[1]), 2;
    }
    filter = argv[3];
    for (size_t number = 0;; ++number) {
        static workload workloads[LIBRARIES];
        release();
        for (int i = 0; i < count; ++i) {
            if (!make(&libraries[i], number, &workloads[i])) return 0;
        }
        if (!is_wanted(&workloads[0])) continue;
        double best[LIBRARIES];
        for (int i = 0; i < count; ++i) best[i] = 1e9;
        for (int r = 0; r < rounds; ++r) {
            for (int i = 0; i < count; ++i) {
                const double s = seconds(&libraries[i], &workloads[i]);
                if (s < best[i]) best[i] = s;
            }
        }
        printf("%-44s", workloads[0].name);
        for (int i = 0; i < count; ++i) {
            if (best[i] <= 0) {
                printf(" %10s us %7s G/s", "-", "-");
                continue;
            }
            printf(" %10.1f us %7.1f G/s", best[i] * 1e6, workloads[i].flops / best[i] * 1e-9);
        }
        puts("");
        fflush(stdout);
    }
}
