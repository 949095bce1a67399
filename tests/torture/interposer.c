/* A library to be preloaded into the server: makes the nth file operation, or thread start, of a kind fail.
 *
 * MALLARDB_FAULT_TABLE names a file that the test and the server both map: an array of struct fault, one for each kind in the
 * order of faults.py. Only regular files count, and of them not the standard streams. What is armed strikes `times` calls in
 * a row (-1: all that follow).
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { WRITE, SYNC, TRUNCATE, READ, THREAD, KIND_COUNT };

struct fault {
    _Atomic int64_t seen;    /* calls since the table was made */
    _Atomic int64_t armed;   /* the call to fail, counted like `seen`; 0: none */
    _Atomic int64_t times;   /* how many in a row */
    _Atomic int64_t error;   /* the errno to give */
    _Atomic int64_t struck;  /* calls that were made to fail */
};

static struct fault *table(void) {
    static _Atomic(struct fault *) mapped;
    struct fault *faults = atomic_load(&mapped);
    const char *path = getenv("MALLARDB_FAULT_TABLE");
    if (faults || !path)
        return faults;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    faults = mmap(NULL, KIND_COUNT * sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    faults = faults == MAP_FAILED ? NULL : faults;
    atomic_store(&mapped, faults);
    return faults;
}

static bool strikes(enum kind kind) {
    struct fault *faults = table();
    if (!faults)
        return false;
    struct fault *fault = &faults[kind];
    int64_t call = atomic_fetch_add(&fault->seen, 1) + 1, armed = atomic_load(&fault->armed), times = atomic_load(&fault->times);
    if (!armed || call < armed || (times >= 0 && call >= armed + times))
        return false;
    atomic_fetch_add(&fault->struck, 1);
    errno = (int)atomic_load(&fault->error);
    return true;
}

static bool is_file(int fd) {
    struct stat about;
    return fd > 2 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t length) {
    return is_file(fd) && strikes(WRITE) ? -1 : NEXT(write)(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return is_file(fd) && strikes(WRITE) ? -1 : NEXT(pwrite)(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    return is_file(fd) && strikes(WRITE) ? -1 : NEXT(pwrite64)(fd, bytes, length, offset);
}

ssize_t read(int fd, void *bytes, size_t length) {
    return is_file(fd) && strikes(READ) ? -1 : NEXT(read)(fd, bytes, length);
}

ssize_t pread(int fd, void *bytes, size_t length, off_t offset) {
    return is_file(fd) && strikes(READ) ? -1 : NEXT(pread)(fd, bytes, length, offset);
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t offset) {
    return is_file(fd) && strikes(READ) ? -1 : NEXT(pread64)(fd, bytes, length, offset);
}

int fsync(int fd) {
    return is_file(fd) && strikes(SYNC) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd) {
    return is_file(fd) && strikes(SYNC) ? -1 : NEXT(fdatasync)(fd);
}

int ftruncate(int fd, off_t length) {
    return is_file(fd) && strikes(TRUNCATE) ? -1 : NEXT(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return is_file(fd) && strikes(TRUNCATE) ? -1 : NEXT(ftruncate64)(fd, length);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *self) {
    return strikes(THREAD) ? EAGAIN : NEXT(pthread_create)(thread, attributes, run, self);
}
