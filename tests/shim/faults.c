/* Faults on demand, preloaded into the binary under test: the n-th write or sync
 * on a file under a path fails, or the process is killed at it; and the wall
 * clock is set. Nothing is done but what these variables of the environment say:
 *
 *   FAULT_PATH   files whose names begin so are counted
 *   FAULT_TALLY  a file of eight bytes: how many calls were met, also after a kill
 *   FAULT_AT     from which call on, counted from 1
 *   FAULT_CALLS  how many calls fail (1)
 *   FAULT_DO     eio, enospc, kill (instead of the call), kill-after (behind it)
 *   FAULT_CLOCK  seconds to add to the wall clock
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *path, *fault;
static uint64_t *tally, own;
static uint64_t at, calls = 1;
static long long ahead;

__attribute__((constructor)) static void begin(void) {
    const char *text;
    path = getenv("FAULT_PATH");
    fault = getenv("FAULT_DO");
    tally = &own;
    if ((text = getenv("FAULT_AT"))) at = strtoull(text, NULL, 10);
    if ((text = getenv("FAULT_CALLS"))) calls = strtoull(text, NULL, 10);
    if ((text = getenv("FAULT_CLOCK"))) ahead = strtoll(text, NULL, 10);
    if ((text = getenv("FAULT_TALLY"))) {
        int fd = open(text, O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
            void *at = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            if (at != MAP_FAILED) tally = at;
            close(fd);
        }
    }
}

static int is_counted(int fd) {
    char link[64], name[4096];
    if (!path || fd < 3) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return strncmp(name, path, strlen(path)) == 0;
}

/* Whether this call is to fail: its error, or 0. */
static int meets(int fd, int *after) {
    *after = 0;
    if (!is_counted(fd)) return 0;
    uint64_t nth = __atomic_add_fetch(tally, 1, __ATOMIC_SEQ_CST);
    if (!fault || !at || nth < at || nth - at >= calls) return 0;
    if (strcmp(fault, "kill") == 0) kill(getpid(), SIGKILL);
    if (strcmp(fault, "kill-after") == 0) *after = 1;
    if (strcmp(fault, "eio") == 0) return EIO;
    if (strcmp(fault, "enospc") == 0) return ENOSPC;
    return 0;
}

#define REAL(call)                                  \
    static __typeof__(&call) real;                  \
    if (!real) real = (__typeof__(&call))dlsym(RTLD_NEXT, #call)

#define CALL(call, fd, ...)                                   \
    int after, error = meets(fd, &after);                           \
    if (error) { errno = error; return -1; }                        \
    REAL(call);                                               \
    __typeof__(real(fd, ##__VA_ARGS__)) done = real(fd, ##__VA_ARGS__);         \
    if (after) kill(getpid(), SIGKILL);                             \
    return done

ssize_t write(int fd, const void *bytes, size_t n) { CALL(write, fd, bytes, n); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t to) { CALL(pwrite, fd, bytes, n, to); }
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t to) { CALL(pwrite64, fd, bytes, n, to); }
int fsync(int fd) { CALL(fsync, fd); }
int fdatasync(int fd) { CALL(fdatasync, fd); }
int ftruncate(int fd, off_t n) { CALL(ftruncate, fd, n); }
int ftruncate64(int fd, off64_t n) { CALL(ftruncate64, fd, n); }

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int done = real(clock, time);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += ahead;
    return done;
}
